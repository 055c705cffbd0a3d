/**
 * Which metrics a function publishes through its log, in CloudWatch's embedded metric format: read from its code. Of a bundle that
 * the program built, the project's own sources are read, which are few; of other code the files in its archive.
 *
 * Found are calls of `addMetric("Name", …)` (Powertools) and `putMetric("Name", …)` (AWS's library), and of any function
 * whose body writes a `CloudWatchMetrics` object itself: the keys of the object literals that it is called with.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type typescript from "typescript";
import { filesOf } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { sha256 } from "../values/canonical.ts";

const LIBRARY_CALLS = new Set(["addMetric", "putMetric"]);
const FORMAT = "CloudWatchMetrics";
const CODE = /\.[cm]?[jt]s$/;
/** A larger file is no code that somebody wrote. */
const LARGEST_BYTES = 5_000_000;

/** It takes as long to load as all of this package, and few programs have code that says a word of metrics. */
let ts: typeof typescript;
const require = createRequire(import.meta.url);

/** What one file has to do with metrics. */
interface Facts {
  /** Names given to a library. */
  names: string[];
  /** Whether some name is no text in the code. */
  unclear: boolean;
  /** Functions that write the format themselves; `` for code outside of any. */
  writers: string[];
  /** Calls of functions by a plain name: the keys of the object literals in their arguments; undefined where there are none. */
  calls: { callee: string; keys: string[] | undefined }[];
}

/** A comparison with servers makes the bill anew for many loads: the code behind it is read once. */
const found = new WeakMap<RecordedResource, ReadonlySet<string> | "unclear">();

/** `unclear`: the code publishes metrics under names that do not stand in it as texts. */
export function embeddedMetricsOf(
  lambda: RecordedResource,
  recording: Recording | undefined,
): ReadonlySet<string> | "unclear" {
  const known = found.get(lambda) ?? readMetrics(lambda, recording);
  found.set(lambda, known);
  return known;
}

function readMetrics(
  lambda: RecordedResource,
  recording: Recording | undefined,
): ReadonlySet<string> | "unclear" {
  const texts = sourcesOf(lambda, recording);
  if (
    !texts.some((text) => text.includes(FORMAT) || [...LIBRARY_CALLS].some((call) => text.includes(call)))
  ) {
    return new Set();
  }
  const facts = texts.map(factsOf);
  const writers = new Set(facts.flatMap((file) => file.writers));
  const calls = facts.flatMap((file) => file.calls).filter(({ callee }) => writers.has(callee));
  const isUnclear = facts.some(({ unclear }) => unclear) || calls.some(({ keys }) => keys === undefined);
  const names = new Set([...facts.flatMap((file) => file.names), ...calls.flatMap(({ keys = [] }) => keys)]);
  return isUnclear || (writers.size > 0 && names.size === 0) ? "unclear" : names;
}

function sourcesOf({ inputs }: RecordedResource, recording: Recording | undefined): string[] {
  const files = inputs.code === undefined ? [] : filesOf(inputs.code);
  const hashes = new Set(files.flatMap(({ text }) => (text === undefined ? [] : [sha256(text)])));
  const build = recording?.builds.find(({ hash }) => hashes.has(hash));
  if (build !== undefined) return build.inputs.flatMap(readCode);
  return files.flatMap(({ text, path: file }) => {
    if (text !== undefined) return [text];
    return file === undefined ? [] : readCode(path.resolve(recording?.cwd ?? ".", file));
  });
}

function readCode(file: string): string[] {
  const stats = statSync(file, { throwIfNoEntry: false });
  const isCode = stats?.isFile() && CODE.test(file) && stats.size <= LARGEST_BYTES;
  return isCode ? [readFileSync(file, "utf8")] : [];
}

/** By the code: the functions of a program share most of it, and so do its stacks. */
const known = new Map<string, Facts>();

function factsOf(code: string): Facts {
  const before = known.get(code);
  if (before !== undefined) return before;
  const facts: Facts = { names: [], unclear: false, writers: [], calls: [] };
  ts ??= require("typescript") as typeof typescript;
  collect(ts.createSourceFile("code.ts", code, ts.ScriptTarget.Latest), "", facts);
  known.set(code, facts);
  return facts;
}

/** @param inside name of the function around the node */
function collect(node: typescript.Node, inside: string, facts: Facts): void {
  if (ts.isPropertyAssignment(node) && nameOf(node.name) === FORMAT) collectFormat(node, inside, facts);
  if (ts.isCallExpression(node)) collectCall(node, facts);
  const name = functionName(node) ?? inside;
  ts.forEachChild(node, (child) => collect(child, name, facts));
}

/** Names that stand in the format itself are known; else whoever calls the function around it gives them. */
function collectFormat(node: typescript.Node, inside: string, facts: Facts): void {
  const names: string[] = [];
  const look = (child: typescript.Node): void => {
    if (
      ts.isPropertyAssignment(child) &&
      nameOf(child.name) === "Name" &&
      ts.isStringLiteral(child.initializer)
    ) {
      names.push(child.initializer.text);
    }
    ts.forEachChild(child, look);
  };
  look(node);
  facts.names.push(...names);
  if (names.length === 0) facts.writers.push(inside);
}

function collectCall({ expression, arguments: given }: typescript.CallExpression, facts: Facts): void {
  if (ts.isPropertyAccessExpression(expression) && LIBRARY_CALLS.has(expression.name.text)) {
    const [first] = given;
    if (first !== undefined && ts.isStringLiteralLike(first)) facts.names.push(first.text);
    else facts.unclear = true;
  }
  if (ts.isIdentifier(expression)) facts.calls.push({ callee: expression.text, keys: keysOf(given) });
}

function keysOf(given: readonly typescript.Expression[]): string[] | undefined {
  const literals = given.filter(ts.isObjectLiteralExpression);
  if (literals.length === 0) return undefined;
  const keys = literals.flatMap(({ properties }) => properties.map(({ name }) => name && nameOf(name)));
  const plain = keys.filter((key) => key !== undefined);
  return plain.length === keys.length ? plain : undefined;
}

function nameOf(name: typescript.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined;
}

/** Of a declared function, or of the variable that a function is put into. */
function functionName(node: typescript.Node): string | undefined {
  if (ts.isFunctionDeclaration(node)) return node.name?.text;
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name)) return undefined;
  const { initializer } = node;
  const isFunction = initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer));
  return isFunction ? node.name.text : undefined;
}
