/** Reads a program's file of sample data. */
import path from "node:path";
import { loadExport } from "../../program/load-module.ts";
import { isObject } from "../../shared/json.ts";
import { UserError } from "../../shared/user-error.js";
import { offersSeeds, SEEDS_FILE, type Seed } from "./seed.ts";

const EXAMPLE = 'export const seeds: Seed[] = [{ into: "table", name, file, keys, toItem }]';

/** @throws UserError that names every mistake of the file */
export async function seedsOf(cwd: string): Promise<Seed[]> {
  if (!offersSeeds(cwd)) return [];
  const file = path.join(cwd, SEEDS_FILE);
  const seeds = await loadExport({ file, project: cwd, exported: "seeds", example: EXAMPLE });
  if (!Array.isArray(seeds)) throw new UserError(`${file}: seeds is no list. Write ${EXAMPLE}`);
  const mistakes = seeds.flatMap((seed, index) => {
    const mistake = mistakeIn(seed);
    return mistake === undefined ? [] : [`  seeds[${index}]${mistake}`];
  });
  if (mistakes.length > 0) throw new UserError(`The seeds of ${file} are wrong:\n${mistakes.join("\n")}`);
  return seeds;
}

function mistakeIn(seed: unknown): string | undefined {
  if (!isObject(seed)) return " is no object";
  const { into, name, file, keys, toItem } = seed;
  if (into !== "table" && into !== "collection")
    return `.into is ${JSON.stringify(into)}; expected "table" or "collection"`;
  if (typeof name !== "string") return ".name is no text; expected that of the table or collection";
  if (typeof file !== "string") return ".file is no text; expected a path from the project's folder";
  if (into === "table" && !(Array.isArray(keys) && keys.length > 0))
    return ".keys is no list; expected the names of the key attributes";
  return typeof toItem === "function" ? undefined : ".toItem is no function";
}
