/**
 * Names and pages use the words of Pulumi, AWS, MongoDB and HTTP. A word that once had a meaning of this project's own stays
 * out; docs/concepts.md has those that are left. Data, and recorded texts of AWS, are not searched.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { projectFiles } from "../scaffold/project-files.ts";
import { checkout, packageFolder } from "../shared/places.js";

const root = checkout ?? packageFolder;
const files = projectFiles(root).filter((file) => !/(^|\/)(node_modules|dist|data|expected)\//.test(file));
const code = files.filter((file) => /\.([cm]?[jt]s|tsx)$/.test(file));
const pages = files.filter((file) => /\.(md|ya?ml)$/.test(file));

/** Parts of names → what the field says. */
const inNames = {
  told: "reported, sent, output",
  tell: "report, notify, log",
  tells: "reports, actions",
  telling: "reporting",
  said: "output, message, declared",
  saying: "message",
  says: "label, text, has…",
  standing: "status",
  standings: "statuses",
  unborn: "isFirstPreview",
  bury: "toDeadLetters",
  distrust: "denied assumption",
  manner: "kind",
  whose: "owner, service",
  whom: "recipient, audience",
  heed: "honour, support",
  heeds: "honours, supports",
};

/** Words in names, comments and pages → what the field says. */
const anywhere = {
  door: "entry point, endpoint",
  doors: "entry points, endpoints",
  doorbell: "wake-up",
  fate: "outcome",
  scout: "probe, look-up",
  blot: "mask, redact",
  stranger: "another account, an unknown caller",
  strangers: "other accounts, unknown callers",
  heed: "honour, support",
  heeds: "honours, supports",
  house: "project",
  houses: "packages",
  lest: "so that … not",
  begotten: "created",
};

const OWN = "packages/tandem/tests/words.test.ts";
const textOf = (file: string): string => readFileSync(path.join(root, file), "utf8");

const sources = code.map((file) => ({ file, text: textOf(file) }));

/**
 * A line that is nothing but comment, and what a test is called. To parse a file takes a millisecond: only those are that have
 * what is looked for elsewhere.
 */
const PROSE =
  /^\s*(?:(?:\/\/.*|\/\*\*(?:(?!\*\/).)*(?:\*\/)?|\* .*|\*\/|\*)$|(?:it|describe)\("(?:[^"\\\n]|\\.)*")/gm;
/** `const limit = 5`, and more that is none in the end. */
const CONSTANT = /^(?:export )?const\s+[a-z][^=]*=\s*[-"'`/(\d.+~!]/m;

describe("words", () => {
  const found = sources.filter(({ file }) => file !== OWN);

  it("of this project's own are in no name of a type, a function, a variable or a file", () => {
    assert.ok(found.length > 900, `${found.length}`);
    const words = new Set(Object.keys({ ...inNames, ...anywhere }));
    const like = partOfName([...words]);
    const wrong = found.flatMap(({ file, text }) =>
      [...(like.test(text.replace(PROSE, "")) ? namesIn(parse(text)) : []), path.basename(file)]
        .filter((name) => wordsOf(name).some((word) => words.has(word)))
        .map((name) => `${file}: ${name}`),
    );
    assert.deepEqual(wrong, []);
  });

  it("of this project's own are in no comment, no message and no page", () => {
    assert.ok(pages.length > 80, `${pages.length}`);
    const pattern = new RegExp(`\\b(${Object.keys(anywhere).join("|")})\\b`, "i");
    const wrong = [...found, ...pages.map((file) => ({ file, text: textOf(file) }))].flatMap(
      ({ file, text }) =>
        text
          .split("\n")
          .filter((line) => pattern.test(line))
          .map((line) => `${file}: ${line.trim()}`),
    );
    assert.deepEqual(wrong, []);
  });

  it("of a comment stand right above what they are about", () => {
    const apart = found
      .filter(({ file }) => /\.tsx?$/.test(file))
      .flatMap(({ file, text }) =>
        // The first of a file is about the file.
        [...text.matchAll(/^[ \t]*\/\*\*(?:(?!\*\/)[\s\S])*\*\/[ \t]*\n[ \t]*\n/gm)]
          .filter(({ index }) => /\S/.test(text.slice(0, index).replaceAll(/^(#!|\/\/).*$/gm, "")))
          .map(([comment]) => `${file}: ${comment.trim()}`),
      );
    assert.deepEqual(apart, []);
  });
});

describe("code", () => {
  const fixtures = /\/fixtures\//;
  const own = sources.filter(({ file }) => !fixtures.test(file));

  it("calls a constant that is a literal IN_CAPITALS", () => {
    const wrong = own
      .filter(({ text }) => CONSTANT.test(text))
      .flatMap(({ file, text }) =>
        parse(text)
          .statements.filter((statement) => ts.isVariableStatement(statement))
          .filter(({ declarationList }) => (declarationList.flags & ts.NodeFlags.Const) !== 0)
          .flatMap(({ declarationList }) => declarationList.declarations)
          .filter(({ name, initializer }) => ts.isIdentifier(name) && initializer && isLiteral(initializer))
          .map(({ name }) => (name as ts.Identifier).text)
          // `TableName`, for a request of AWS's SDK.
          .filter((name) => /^[a-z]/.test(name))
          .map((name) => `${file}: ${name}`),
      );
    assert.deepEqual(wrong, []);
  });

  it("keeps members private by #, and constructors alone by the keyword", () => {
    const wrong = own
      .filter(({ text }) => /\bprivate\b/.test(text.replace(PROSE, "")))
      .flatMap(({ file, text }) => {
        const source = parse(text);
        const found: string[] = [];
        const visit = (node: ts.Node): void => {
          if (ts.isClassElement(node) && !ts.isConstructorDeclaration(node) && isPrivateByKeyword(node))
            found.push(`${file}: ${node.name?.getText(source)}`);
          ts.forEachChild(node, visit);
        };
        visit(source);
        return found;
      });
    assert.deepEqual(wrong, []);
  });
});

function isPrivateByKeyword(node: ts.ClassElement): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0;
}

/** A number, a text or a regular expression, or what is computed of nothing but these. */
function isLiteral(node: ts.Expression): boolean {
  if (ts.isBinaryExpression(node)) return isLiteral(node.left) && isLiteral(node.right);
  if (ts.isPrefixUnaryExpression(node)) return isLiteral(node.operand);
  if (ts.isParenthesizedExpression(node)) return isLiteral(node.expression);
  return ts.isLiteralExpression(node);
}

/** Where a name may have one of these words: `told`, `readTold`, `MOST_TOLD`. */
function partOfName(words: readonly string[]): RegExp {
  const any = (change: (word: string) => string) => `(?:${words.map(change).join("|")})`;
  const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
  const [small, upper] = [any((word) => word), any((word) => word.toUpperCase())];
  return new RegExp(`(?<![A-Za-z])${small}(?![a-z])|${any(capital)}(?![a-z])|(?<![A-Z])${upper}(?![A-Za-z])`);
}

/** `#readLine2` → read, line. */
function wordsOf(name: string): string[] {
  return name
    .split(/(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z]+/)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== "");
}

/** Names that a file declares. */
function namesIn(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const { name } = node as { name?: ts.Node };
    if (name && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name))) names.add(name.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

function parse(text: string): ts.SourceFile {
  return ts.createSourceFile("a.tsx", text, {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  });
}
