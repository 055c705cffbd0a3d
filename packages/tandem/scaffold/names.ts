/** Names a person gives to new things, and what is derived from them. */
import { UserError } from "../shared/user-error.js";
import { cloudNameMistake } from "./cloud-names.ts";
import type { ProgramFile } from "./program-file.ts";

/** What a thing is called here, by what it is called in packages/components/. */
export const classes = {
  function: "LambdaFunction",
  table: "DynamoTable",
  queue: "Queue",
  schedule: "Schedule",
  bucket: "Bucket",
  collection: "AtlasCollection",
} as const;

export function checkName(kind: keyof typeof classes, name: string, program: ProgramFile): void {
  if (!/^[a-z][a-zA-Z0-9]{1,39}$/.test(name)) {
    throw new UserError(
      `${JSON.stringify(name)} is no name for a ${kind}: 2 to 40 letters and digits, the first a small letter, e.g. listAuthors.`,
    );
  }
  if (program.names().has(name)) {
    throw new UserError(`The name ${name} is taken: index.ts declares it already. Nothing was written.`);
  }
  const mistake = cloudNameMistake(program.folder, classes[kind], name);
  if (mistake !== undefined) throw new UserError(`${mistake} Nothing was written.`);
}

export function checkLinks(links: readonly string[], program: ProgramFile): void {
  const known = program.links();
  const unknown = links.filter((link) => !known.includes(link));
  if (unknown.length === 0) return;
  throw new UserError(
    `There is no link ${unknown.join(", ")}. There are: ${known.join(", ")}. Nothing was written.`,
  );
}

/** `customers` → `customer`, `categories` → `category`. */
export function singular(plural: string): string {
  return plural.replace(/ies$/, "y").replace(/(?<!s)s$/, "");
}

/** `customer` → `Customer`. */
export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** `listAuthors` → `List authors`. */
export function sentence(name: string): string {
  const words = name.replace(/([A-Z])/g, " $1").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a handler says of its links, behind its first sentence: `orders.read` → ` Reaches orders (read).`. */
export function reachOf(links: readonly string[]): string {
  if (links.length === 0) return "";
  return ` Reaches ${links.map((link) => link.replace(/\.(\w+)$/, " ($1)")).join(", ")}.`;
}
