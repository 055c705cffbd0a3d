/** A command is a file in `commands/`; nothing is registered anywhere else. Plain JavaScript without dependencies, as in `tandem.js`. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { checkout } from "../shared/places.js";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "commands");
/** `.ts` in the checkout; compiled, `.js`, where the package is installed. */
const extension = checkout ? ".ts" : ".js";

/** @param {string | undefined} name @returns {string | undefined} absolute; undefined where there is no such command */
export function commandFile(name) {
  const file = path.join(folder, `${name}${extension}`);
  return existsSync(file) ? file : undefined;
}

/** @returns {string[]} as they are typed */
export function commandNames() {
  return readdirSync(folder)
    .filter((file) => file.endsWith(extension) && !file.endsWith(".d.ts"))
    .map((file) => file.slice(0, -3))
    .sort();
}
