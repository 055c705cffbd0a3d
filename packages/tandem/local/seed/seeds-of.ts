import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Seed } from "./seed.ts";

/** A program offers its sample data in this file, as `export const seeds: Seed[]`. */
export const seedsFile = "data/seeds.ts";

export async function seedsOf(cwd: string): Promise<Seed[]> {
  const file = path.join(cwd, seedsFile);
  if (!existsSync(file)) return [];
  const { seeds } = (await import(pathToFileURL(file).href)) as { seeds: Seed[] };
  return seeds;
}
