/**
 * Reads and edits index.ts on its syntax tree. Every edit is an insertion at a place the tree names, so that what the
 * person wrote, comments and line breaks included, stays as it is.
 */
import path from "node:path";
import {
  type NewExpression,
  Node,
  type ObjectLiteralExpression,
  Project,
  type SourceFile,
  SyntaxKind,
} from "ts-morph";

/** `const books = new AtlasDatabase("books", …)`. */
export interface DeclaredComponent {
  variable: string;
  className: string;
}

/** index.ts is not built as the scaffold expects; `part` says what was looked for. */
export class NotUnderstood extends Error {
  override name = "NotUnderstood";
}

export class ProgramFile {
  /** Where index.ts lies. */
  readonly folder: string;
  readonly #project = new Project({ skipAddingFilesFromTsConfig: true });
  readonly #source: SourceFile;

  constructor(folder: string) {
    this.folder = folder;
    this.#source = this.#project.addSourceFileAtPath(path.join(folder, "index.ts"));
  }

  get text(): string {
    return this.#source.getFullText();
  }

  /** Every name that index.ts declares or imports, and those of components that no variable holds. */
  names(): Set<string> {
    const declared = this.#source.getVariableDeclarations().flatMap((declaration) => {
      const name = declaration.getNameNode();
      return Node.isIdentifier(name)
        ? [name.getText()]
        : name.getElements().map((element) => element.getText());
    });
    const imported = this.#source
      .getImportDeclarations()
      .flatMap((declaration) => declaration.getNamedImports().map((name) => name.getName()));
    const components = this.#source
      .getDescendantsOfKind(SyntaxKind.NewExpression)
      .map((created) => created.getArguments()[0])
      .filter(Node.isStringLiteral)
      .map((name) => name.getLiteralValue());
    return new Set([...declared, ...imported, ...components]);
  }

  components(): DeclaredComponent[] {
    return this.#source.getVariableDeclarations().flatMap((declaration) => {
      const created = declaration.getInitializerIfKind(SyntaxKind.NewExpression);
      return created
        ? [{ variable: declaration.getName(), className: created.getExpression().getText() }]
        : [];
    });
  }

  /** What functions can be linked to, e.g. `books.read`. */
  links(): string[] {
    return this.components().flatMap(({ variable, className }) =>
      this.#linkProperties(className).map((property) => `${variable}.${property}`),
    );
  }

  /** Keys of the API's routes, e.g. `GET /books/{id}`. */
  routes(): string[] {
    return this.#routes()
      .getProperties()
      .filter(Node.isPropertyAssignment)
      .map((property) => property.getNameNode())
      .filter(Node.isStringLiteral)
      .map((name) => name.getLiteralValue());
  }

  /** After the last statement with `new <className>` of which `like` stands in the text. */
  addAfterLast(className: string, code: string, like = ""): void {
    const last = this.#source
      .getStatements()
      .findLast(
        (statement) =>
          statement.getText().includes(`new ${className}(`) && statement.getText().includes(like),
      );
    if (!last) throw new NotUnderstood(`a declaration \`new ${className}(…)\``);
    this.#source.insertText(last.getEnd(), `\n${code}`);
  }

  addRoute(key: string, value: string): void {
    const properties = this.#routes().getProperties();
    const last = properties.at(-1);
    if (!last) throw new NotUnderstood("a route in the object `routes` of `new HttpApi(…)`");
    this.#source.insertText(last.getEnd(), `,\n    ${JSON.stringify(key)}: ${value}`);
  }

  /** Among the other imports, in the order of their paths. */
  addImport(name: string, from: string): void {
    const imports = this.#source.getImportDeclarations();
    const known = imports.find((declaration) => declaration.getModuleSpecifierValue() === from);
    if (known?.getNamedImports().some((imported) => imported.getName() === name)) return;
    const before = imports.findLast((declaration) => declaration.getModuleSpecifierValue() < from);
    const line = `import { ${name} } from ${JSON.stringify(from)};`;
    if (before) this.#source.insertText(before.getEnd(), `\n${line}`);
    else this.#source.insertText(imports[0]?.getStart() ?? 0, `${line}\n`);
  }

  #routes(): ObjectLiteralExpression {
    const routes = this.#argument("HttpApi")
      .getProperty("routes")
      ?.asKind(SyntaxKind.PropertyAssignment)
      ?.getInitializerIfKind(SyntaxKind.ObjectLiteralExpression);
    if (!routes) throw new NotUnderstood("the object `routes` of `new HttpApi(…)`");
    return routes;
  }

  /** The object with the arguments of the only `new <className>(name, { … })`. */
  #argument(className: string): ObjectLiteralExpression {
    const created = this.#source
      .getDescendantsOfKind(SyntaxKind.NewExpression)
      .filter((expression: NewExpression) => expression.getExpression().getText() === className);
    const argument = created[0]?.getArguments()[1]?.asKind(SyntaxKind.ObjectLiteralExpression);
    if (created.length !== 1 || !argument)
      throw new NotUnderstood(`exactly one \`new ${className}("…", { … })\``);
    return argument;
  }

  /** Properties of type `Link` that the class declares, read from the file index.ts imports it from. */
  #linkProperties(className: string): string[] {
    const from = this.#source
      .getImportDeclarations()
      .find((declaration) => declaration.getNamedImports().some((name) => name.getName() === className))
      ?.getModuleSpecifierValue();
    if (!from?.startsWith(".")) return [];
    const source = this.#project.addSourceFileAtPathIfExists(path.join(this.folder, from));
    const properties = source?.getClass(className)?.getProperties() ?? [];
    return properties
      .filter((property) => property.getTypeNode()?.getText() === "Link")
      .map((property) => property.getName());
  }
}
