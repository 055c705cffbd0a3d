/** Reads a program's file of sample data. */
import path from "node:path";
import { loadList } from "../../program/load-module.ts";
import { isObject } from "../../shared/json.ts";
import { offersSeeds, SEEDS_FILE, type Seed } from "./seed.ts";

const EXAMPLE = 'export const seeds: Seed[] = [{ into: "table", name, file, keys, toItem }]';

/** @throws UserError that names every mistake of the file */
export async function seedsOf(cwd: string): Promise<Seed[]> {
  if (!offersSeeds(cwd)) return [];
  const file = path.join(cwd, SEEDS_FILE);
  const mistakesIn = (seed: unknown) => [mistakeIn(seed) ?? []].flat();
  return (await loadList({ file, project: cwd, exported: "seeds", example: EXAMPLE, mistakesIn })) as Seed[];
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
