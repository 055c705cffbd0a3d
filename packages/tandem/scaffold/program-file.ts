/** Reads and edits index.ts, in which a component is one statement and a route one property. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import {
  type NewExpression,
  Node,
  type ObjectLiteralExpression,
  type PropertyAssignment,
  type Statement,
  SyntaxKind,
  type ts,
} from "ts-morph";
import { SourceText, stringProperty } from "./source-text.ts";

/** `const orders = new DynamoTable("orders", …)`, or without a variable `new Schedule("nightly", …)`. */
export interface DeclaredComponent {
  variable: string | undefined;
  className: string;
  /** Logical name. */
  name: string;
  statement: Statement;
  created: NewExpression;
}

/** index.ts is not built as the scaffold expects; `part` says what was looked for. */
export class NotUnderstood extends Error {
  override name = "NotUnderstood";
}

/** Components that functions are linked to; what lies in a cluster before the cluster. */
export const linked = ["AtlasCollection", "AtlasDatabase", "DynamoTable", "Bucket", "Queue"];
/** Components that hold data or lead to it: they stand before the functions. */
const ofData = ["Network", ...linked];
/** Components that call functions with nobody waiting. */
export const callers = ["Schedule", "QueueEventSource", "BucketEventSource"];

export class ProgramFile {
  /** Where index.ts lies. */
  readonly folder: string;
  readonly #file: SourceText;

  constructor(folder: string) {
    this.folder = folder;
    this.#file = new SourceText(readFileSync(path.join(folder, "index.ts"), "utf8"));
  }

  get text(): string {
    return this.#file.text;
  }

  /** Every name that index.ts declares or imports, and those of components that no variable holds. */
  names(): Set<string> {
    const { source } = this.#file;
    const declared = source.getVariableDeclarations().flatMap((declaration) => {
      const name = declaration.getNameNode();
      return Node.isIdentifier(name)
        ? [name.getText()]
        : name.getElements().map((element) => element.getText());
    });
    const imported = source
      .getImportDeclarations()
      .flatMap((declaration) => declaration.getNamedImports().map((name) => name.getName()));
    return new Set([...declared, ...imported, ...this.components().map(({ name }) => name)]);
  }

  components(): DeclaredComponent[] {
    return this.#file.source.getStatements().flatMap((statement) => {
      const created = statement.getFirstDescendantByKind(SyntaxKind.NewExpression);
      const name = created?.getArguments()[0];
      if (!created || !Node.isStringLiteral(name)) return [];
      const variable = Node.isVariableStatement(statement)
        ? statement.getDeclarations()[0]?.getName()
        : undefined;
      return [
        {
          variable,
          className: created.getExpression().getText(),
          name: name.getLiteralValue(),
          statement,
          created,
        },
      ];
    });
  }

  /** The component of a class by its name. */
  component(className: string, name: string): DeclaredComponent | undefined {
    return this.components().find((one) => one.className === className && one.name === name);
  }

  /** Components whose statement speaks of another one, e.g. functions that are linked to a table. */
  usersOf({ variable, statement }: DeclaredComponent): DeclaredComponent[] {
    if (variable === undefined) return [];
    const users = this.#file.uses(variable);
    return this.components().filter(
      (one) => one.statement !== statement && users.some((use) => isWithin(use, one.statement)),
    );
  }

  /** Handler file of a function, as the program names it. */
  entryOf({ created }: DeclaredComponent): string | undefined {
    return stringProperty(created.getArguments()[1], "entry");
  }

  /** What functions can be linked to, e.g. `orders.read`. */
  links(): string[] {
    return this.components().flatMap(({ variable, className }) =>
      variable === undefined
        ? []
        : this.#linkProperties(className).map((property) => `${variable}.${property}`),
    );
  }

  /** Keys of the API's routes, e.g. `GET /orders/{id}`. */
  routes(): string[] {
    return this.#routeProperties().map(keyOf);
  }

  /** Keys of the routes that lead to a function. */
  routesTo(variable: string): string[] {
    return this.#routesTo(variable).map(keyOf);
  }

  /** Where the others of its class are; where there is none, behind all that holds data. */
  addData(className: string, code: string): void {
    const known = this.components();
    const place =
      known.findLast((one) => one.className === className) ??
      known.findLast((one) => ofData.includes(one.className));
    if (place) {
      this.#addAfter(place, code);
      return;
    }
    const first = known.find(({ className: other }) => other === "LambdaFunction");
    if (!first) throw new NotUnderstood("a declaration `new LambdaFunction(…)`");
    const comment = first.statement.getLeadingCommentRanges()[0];
    const start = comment?.getPos() ?? first.statement.getStart();
    this.#file.insert(start, `// Where the data is.\n${code}\n\n`);
  }

  /** Behind the last function that answers requests. */
  addAnswering(code: string): void {
    const last = this.components().findLast(
      (one) => one.className === "LambdaFunction" && one.statement.getText().includes("answering"),
    );
    if (!last) throw new NotUnderstood("a declaration `new LambdaFunction(…)` with `...answering`");
    this.#addAfter(last, code);
  }

  /** Behind the last function or caller with nobody waiting. */
  addAsynchronous(code: string): void {
    const known = this.components();
    const last = known.findLast(
      ({ className, statement }) =>
        callers.includes(className) ||
        (className === "LambdaFunction" && statement.getText().includes("settings.functions")),
    );
    if (last) {
      this.#addAfter(last, code);
      return;
    }
    const api = known.find(({ className }) => className === "HttpApi");
    if (!api) throw new NotUnderstood("a declaration `new HttpApi(…)`");
    this.#addAfter(api, `\n// What works without being asked by anybody who waits.\n${code}`);
  }

  #addAfter({ statement }: DeclaredComponent, code: string): void {
    this.#file.insert(statement.getEnd(), `\n${code}`);
  }

  addRoute(key: string, value: string): void {
    const routes = this.#routes();
    const last = routes.getProperties().at(-1);
    const line = `\n    ${JSON.stringify(key)}: ${value}`;
    if (last) this.#file.insert(last.getEnd(), `,${line}`);
    else this.#file.insert(routes.getStart() + 1, `${line},\n  `);
  }

  /** Behind the output `endpoints`, which every API has. */
  addOutputs(code: string): void {
    const before = this.#file.source
      .getVariableStatements()
      .findLast((statement) => statement.hasExportKeyword());
    if (!before) throw new NotUnderstood("an output `export const …`");
    this.#file.insert(before.getEnd(), `\n${code}`);
  }

  /** Of a component, by its file. */
  addImport(name: string, file: string): void {
    this.#file.addImport({ from: `${this.componentsFolder()}/${file}`, names: [name] });
  }

  /** As index.ts names it: that of the file its functions come from. */
  componentsFolder(): string {
    const from = this.#importOf("LambdaFunction");
    if (from === undefined) throw new NotUnderstood("an import of `LambdaFunction`");
    return path.posix.dirname(from).replace(/^(?!\.)/, "./");
  }

  /** Components with their routes and outputs, and what nothing needs any more: imports, and a network without a cluster. */
  remove(components: readonly DeclaredComponent[]): void {
    this.#removeAll(components);
    const network = this.components().find(({ className }) => className === "Network");
    const hadCluster = components.some(({ className }) => className === "AtlasDatabase");
    if (network?.variable !== undefined && hadCluster && !this.#file.isUsed(network.variable))
      this.#removeAll([network]);
  }

  #removeAll(components: readonly DeclaredComponent[]): void {
    const wanted = components.map(({ className, name }) => [className, name] as const);
    this.#file.tidyAfter(
      "index.ts",
      () => {
        for (const [className, name] of wanted) {
          const variable = this.component(className, name)?.variable;
          if (variable !== undefined) {
            for (const key of this.routesTo(variable)) {
              const property = this.#routeProperties().find((route) => keyOf(route) === key);
              if (property) this.#file.removeMember(property);
            }
            this.#removeOutputs(variable);
          }
          const { statement } = this.component(className, name) ?? {};
          if (statement) this.#file.removeStatement(statement);
        }
      },
      Node.isImportDeclaration,
    );
  }

  #removeOutputs(variable: string): void {
    for (;;) {
      const output = this.#file.source
        .getVariableStatements()
        .find(
          (statement) =>
            statement.hasExportKeyword() && this.#file.uses(variable).some((use) => isWithin(use, statement)),
        );
      if (output === undefined) return;
      this.#file.removeStatement(output);
    }
  }

  #routesTo(variable: string): PropertyAssignment[] {
    const uses = this.#file.uses(variable);
    return this.#routeProperties().filter((route) => uses.some((use) => isWithin(use, route)));
  }

  #routeProperties(): PropertyAssignment[] {
    return this.#routes()
      .getProperties()
      .filter(Node.isPropertyAssignment)
      .filter((property) => Node.isStringLiteral(property.getNameNode()));
  }

  #routes(): ObjectLiteralExpression {
    const apis = this.components().filter(({ className }) => className === "HttpApi");
    const routes = apis[0]?.created
      .getArguments()[1]
      ?.asKind(SyntaxKind.ObjectLiteralExpression)
      ?.getProperty("routes")
      ?.asKind(SyntaxKind.PropertyAssignment)
      ?.getInitializerIfKind(SyntaxKind.ObjectLiteralExpression);
    if (apis.length !== 1 || !routes) throw new NotUnderstood("the object `routes` of `new HttpApi(…)`");
    return routes;
  }

  #importOf(className: string): string | undefined {
    return this.#file.source
      .getImportDeclarations()
      .find((declaration) => declaration.getNamedImports().some((name) => name.getName() === className))
      ?.getModuleSpecifierValue();
  }

  /** Properties of type `Link` that the class declares, read from the file index.ts imports it from. */
  #linkProperties(className: string): string[] {
    const from = this.#importOf(className);
    if (!from?.startsWith(".")) return [];
    const file = path.join(this.folder, from);
    if (!existsSync(file)) return [];
    const declared = new SourceText(readFileSync(file, "utf8")).source.getClass(className);
    return (declared?.getProperties() ?? [])
      .filter((property) => property.getTypeNode()?.getText() === "Link")
      .map((property) => property.getName());
  }
}

function keyOf(route: PropertyAssignment): string {
  return route.getNameNode().asKindOrThrow(SyntaxKind.StringLiteral).getLiteralValue();
}

function isWithin(node: ts.Node, outer: Node): boolean {
  return node.getStart() >= outer.getStart() && node.getEnd() <= outer.getEnd();
}
