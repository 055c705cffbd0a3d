/**
 * The text of a TypeScript file, edited on its syntax tree: statements come and go whole, with their comments, and everything
 * that the person wrote stays as it is.
 */
import { Node, Project, type SourceFile, type Statement, SyntaxKind, ts } from "ts-morph";
import { UserError } from "../shared/user-error.js";

// Of each file alone: what is global and what others export is nobody's question here.
const project = new Project({
  skipAddingFilesFromTsConfig: true,
  useInMemoryFileSystem: true,
  compilerOptions: { noLib: true, noResolve: true },
});
let count = 0;
const parse = (text: string): SourceFile => project.createSourceFile(`/${count++}.ts`, text);

/** The compiler's codes for names that nothing declares: plain, with a guess, as a namespace, as `{ name }`. */
const UNDECLARED = new Set([2304, 2552, 2503, 18004]);

export interface NewImport {
  from: string;
  names: string[];
  types?: boolean;
}

export class SourceText {
  #source: SourceFile;

  constructor(text: string) {
    this.#source = parse(text);
  }

  get source(): SourceFile {
    return this.#source;
  }

  get text(): string {
    return this.#source.getFullText();
  }

  set text(text: string) {
    // Not `replaceWithText`, which writes the text anew character by character.
    this.#source.forget();
    this.#source = parse(text);
  }

  insert(position: number, code: string): void {
    this.text = this.text.slice(0, position) + code + this.text.slice(position);
  }

  /** Beside what is imported of that module already; a new line stands in the order of the paths. */
  addImport({ from, names, types = false }: NewImport): void {
    const imports = this.#source.getImportDeclarations();
    const known = imports.find((one) => one.getModuleSpecifierValue() === from && one.isTypeOnly() === types);
    const missing = names.filter(
      (wanted) => !known?.getNamedImports().some((one) => one.getName() === wanted),
    );
    if (missing.length === 0) return;
    if (known) {
      known.addNamedImports(missing);
      return;
    }
    const line = `import ${types ? "type " : ""}{ ${missing.join(", ")} } from ${JSON.stringify(from)};`;
    const before = imports.findLast((one) => placeOf(one.getModuleSpecifierValue()) < placeOf(from));
    if (before) this.insert(before.getEnd(), `\n${line}`);
    else this.insert(imports[0]?.getStart() ?? 0, `${line}\n`);
  }

  /** Names that the file declares or imports for itself, exports left out, and whether anything speaks of them. */
  #own(): Map<string, { statement: Statement; used: boolean }> {
    const own = new Map<string, { statement: Statement; used: boolean }>();
    const used = new Set(this.#uses().map(({ text }) => text));
    for (const statement of this.#source.getStatements()) {
      if (Node.isExportable(statement) && statement.hasExportKeyword()) continue;
      for (const name of namesIn(statement)) own.set(name, { statement, used: used.has(name) });
    }
    return own;
  }

  /** Whether anything but its declaration speaks of a name. */
  isUsed(name: string): boolean {
    return this.uses(name).length > 0;
  }

  uses(name: string): ts.Identifier[] {
    return this.#uses().filter(({ text }) => text === name);
  }

  /** As the parser has them: a node of ts-morph's for each, which every change makes anew, takes ten times as long. */
  #uses(): ts.Identifier[] {
    const found: ts.Identifier[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node) && isUse(node)) found.push(node);
      ts.forEachChild(node, visit);
    };
    visit(this.#source.compilerNode);
    return found;
  }

  /**
   * Does `work`, then takes away what was in use before and is not any more: imports, constants, functions. Throws where the file
   * still uses what went.
   * @param file whose text it is, for that error @param may whether a statement may go
   */
  tidyAfter(file: string, work: () => void, may: (statement: Node) => boolean = () => true): void {
    const declared = this.#names();
    this.#tidyAfter(work, may);
    const kept = new Set(this.#names());
    this.#refuseUse(
      file,
      declared.filter((name) => !kept.has(name)),
    );
  }

  #names(): string[] {
    return this.#source.getStatements().flatMap(namesIn);
  }

  /** By the compiler, as a name may be declared anew within a function; asked only where a name stands at all. */
  #refuseUse(file: string, names: readonly string[]): void {
    if (!names.some((name) => this.isUsed(name))) return;
    const { compilerNode } = this.#source;
    const found = project.getProgram().compilerObject.getSemanticDiagnostics(compilerNode);
    for (const { code, start = 0, length = 0 } of found) {
      const name = compilerNode.text.slice(start, start + length);
      if (!UNDECLARED.has(code) || !names.includes(name)) continue;
      const { line } = compilerNode.getLineAndCharacterOfPosition(start);
      const where = this.text.split("\n")[line]?.trim();
      throw new UserError(
        `${file} still uses ${name}, which would go: ${where} Change that first. Nothing was written.`,
      );
    }
  }

  #tidyAfter(work: () => void, may: (statement: Node) => boolean): void {
    const before = new Set([...this.#own()].filter(([, { used }]) => used).map(([name]) => name));
    work();
    for (;;) {
      const idle = [...this.#own()].find(
        ([name, { used, statement }]) => !used && before.has(name) && may(statement),
      );
      if (idle === undefined) return;
      const [name, { statement }] = idle;
      if (Node.isImportDeclaration(statement)) this.#removeImport(statement, name);
      else this.removeStatement(statement);
    }
  }

  #removeImport(statement: Node, name: string): void {
    if (!Node.isImportDeclaration(statement)) return;
    const named = statement.getNamedImports();
    if (named.length <= 1) this.removeStatement(statement);
    else named.find((one) => (one.getAliasNode() ?? one.getNameNode()).getText() === name)?.remove();
  }

  /**
   * Its lines. A comment above goes with it, except the one at the head of a paragraph that has more statements; what was a
   * paragraph of its own leaves no gap.
   */
  removeStatement(statement: Node): void {
    this.#removeLines(statement, true);
  }

  /** Of an object or a list that has each on lines of its own, or all on one line. */
  removeMember(member: Node): void {
    const line = this.#lines()[member.getStartLineNumber() - 1] ?? "";
    const isOnOwnLines = line.trimStart().startsWith(member.getText().split("\n")[0] ?? "\0");
    const isOnly = member.getStartLineNumber() === member.getParentOrThrow().getStartLineNumber();
    if (isOnOwnLines && !isOnly) {
      this.#removeLines(member, false);
      return;
    }
    const before = this.text.slice(0, member.getStart());
    const after = this.text.slice(member.getEnd());
    this.text = /^\s*,/.test(after)
      ? before + after.replace(/^\s*,\s*/, "")
      : before.replace(/,\s*$/, "") + after;
  }

  #lines(): string[] {
    return this.text.split("\n");
  }

  #removeLines(node: Node, withComments: boolean): void {
    const lines = this.#lines();
    let first = node.getStartLineNumber() - 1;
    const last = node.getEndLineNumber() - 1;
    const isBlank = (index: number) => (lines[index] ?? "").trim() === "";
    if (withComments) {
      const above = node.getLeadingCommentRanges().at(0);
      const comment = above === undefined ? first : this.text.slice(0, above.getPos()).split("\n").length - 1;
      // The comment at the head of the file is about the file.
      const isHead = isBlank(comment - 1) || comment === 0;
      const hasMore = !isBlank(last + 1);
      if (comment > 0 && !(isHead && hasMore)) first = comment;
    }
    lines.splice(first, last - first + 1);
    if (isBlank(first - 1) && isBlank(first)) lines.splice(first, 1);
    this.text = `${lines.join("\n").trimEnd()}\n`;
  }
}

/**
 * In the formatter's order: Node's modules, packages, files of the project. Where the formatter has to sort, it also parts the
 * comment at the head of the file from the imports, and `remove` would not give the same bytes back.
 */
function placeOf(specifier: string): string {
  const kind = specifier.startsWith("node:") ? 0 : specifier.startsWith(".") ? 2 : 1;
  return `${kind} ${specifier}`;
}

function namesIn(statement: Statement): string[] {
  if (Node.isImportDeclaration(statement)) {
    const whole = [statement.getDefaultImport(), statement.getNamespaceImport()];
    return [
      ...whole.flatMap((name) => name?.getText() ?? []),
      ...statement.getNamedImports().map((one) => (one.getAliasNode() ?? one.getNameNode()).getText()),
    ];
  }
  if (Node.isVariableStatement(statement)) {
    return statement.getDeclarations().flatMap((declaration) => {
      const name = declaration.getNameNode();
      // Of a pattern some parts may be in use.
      return Node.isIdentifier(name) ? [name.getText()] : [];
    });
  }
  if (
    Node.isFunctionDeclaration(statement) ||
    Node.isInterfaceDeclaration(statement) ||
    Node.isTypeAliasDeclaration(statement)
  )
    return [statement.getName() ?? ""];
  return [];
}

const isUse = (node: ts.Identifier): boolean => !isDeclaration(node) && !isMember(node);

function isDeclaration(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isImportSpecifier(parent) || ts.isImportClause(parent)) return true;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isInterfaceDeclaration(parent) ||
      ts.isTypeAliasDeclaration(parent)) &&
    parent.name === node
  );
}

/** `x` of `a.x` and of `{ x: 1 }` is no use of a variable x. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent)) &&
    parent.name === node
  );
}

/** Of an object literal. */
export function stringProperty(object: Node | undefined, name: string): string | undefined {
  return object
    ?.asKind(SyntaxKind.ObjectLiteralExpression)
    ?.getProperty(name)
    ?.asKind(SyntaxKind.PropertyAssignment)
    ?.getInitializerIfKind(SyntaxKind.StringLiteral)
    ?.getLiteralValue();
}
