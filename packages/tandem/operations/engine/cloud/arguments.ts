/** Which arguments a type takes, as the installed SDK declares them: a provider refuses all others. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { readTypeToken } from "../../../program/reading/type-token.ts";
import { parseDeclarations } from "../../../review/provider-facts/declarations.ts";

const require = createRequire(import.meta.url);
const known = new Map<string, ReadonlySet<string>>();

export function argumentsOf(type: string): ReadonlySet<string> {
  const found = known.get(type) ?? read(type);
  known.set(type, found);
  return found;
}

function read(type: string): ReadonlySet<string> {
  const { provider, module, name: className } = readTypeToken(type);
  const file = path.join(
    path.dirname(require.resolve(`@pulumi/${provider}/package.json`)),
    `${module.replace(/^index\//, "")}.d.ts`,
  );
  const args = parseDeclarations(readFileSync(file, "utf8")).find(({ name }) => name === `${className}Args`);
  if (args === undefined) throw new Error(`${file} declares no ${className}Args`);
  return new Set(args.properties.map(({ name }) => name));
}
