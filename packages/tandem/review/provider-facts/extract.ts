/**
 * Reads out of an SDK's declaration files which properties replace their resource when they change, and which lists have
 * no order: the providers say both in the comments of their arguments, and nowhere in the types.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { isReplacementComment, isSetComment } from "./comments.ts";
import { type Declaration, parseDeclarations } from "./declarations.ts";

/** Type token → property paths, both sorted. */
export type PropertyTable = Record<string, string[]>;

export interface ProviderFacts {
  replaces: PropertyTable;
  sets: PropertyTable;
}

/** A type that holds itself would never end. */
const DEEPEST = 6;

/** @param folders roots of SDK packages, e.g. `node_modules/@pulumi/aws` */
export function extractProviderFacts(folders: readonly string[]): ProviderFacts {
  const facts: ProviderFacts = { replaces: {}, sets: {} };
  for (const folder of folders) {
    const nested = readNested(folder);
    for (const { token, args } of resources(folder)) {
      const found = { replaces: [] as string[], sets: [] as string[] };
      collect(args, "", nested, found, 0);
      if (found.replaces.length > 0) facts.replaces[token] = found.replaces.sort();
      if (found.sets.length > 0) facts.sets[token] = found.sets.sort();
    }
  }
  return { replaces: sorted(facts.replaces), sets: sorted(facts.sets) };
}

function collect(
  declaration: Declaration,
  prefix: string,
  nested: Map<string, Declaration>,
  found: { replaces: string[]; sets: string[] },
  depth: number,
): void {
  for (const { name, comment, type } of declaration.properties) {
    const at = prefix === "" ? name : `${prefix}.${name}`;
    if (isReplacementComment(comment)) found.replaces.push(at);
    if (type.includes("[]") && isSetComment(comment)) found.sets.push(at);
    const reference = /\binputs\.([\w.]+)/.exec(type)?.[1];
    const inner = reference === undefined ? undefined : nested.get(reference);
    if (inner !== undefined && depth < DEEPEST) collect(inner, at, nested, found, depth + 1);
  }
}

/** Types of nested arguments, by the name under which arguments refer to them (`dynamodb.TableAttribute`). */
function readNested(folder: string): Map<string, Declaration> {
  const file = path.join(folder, "types/input.d.ts");
  const declarations = existsSync(file) ? parseDeclarations(readFileSync(file, "utf8")) : [];
  return new Map(declarations.map((declaration) => [declaration.name, declaration]));
}

function* resources(folder: string): Generator<{ token: string; args: Declaration }> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".js")) continue;
    const module = path.join(entry.parentPath, entry.name.slice(0, -".js".length));
    const [, className, token] =
      /class (\w+) extends [\s\S]*?__pulumiType = '([^']+)'/.exec(readFileSync(`${module}.js`, "utf8")) ?? [];
    if (className === undefined || token === undefined) continue;
    const args = parseDeclarations(readFileSync(`${module}.d.ts`, "utf8")).find(
      ({ name }) => name === `${className}Args`,
    );
    if (args !== undefined) yield { token, args };
  }
}

function sorted(table: PropertyTable): PropertyTable {
  return Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}
