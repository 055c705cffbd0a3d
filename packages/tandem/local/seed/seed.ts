/** What sample data a program offers: `export const seeds: Seed[]` in its `data/seeds.ts`. */

import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Seed = TableSeed | CollectionSeed;

interface SeedOf<Item> {
  /** JSON array or JSON lines; path from the project's folder. */
  file: string;
  /** A record as it is stored, or why it cannot be. */
  toItem(record: unknown): { ok: true; item: Item } | { ok: false; reason: string };
}

export interface TableSeed extends SeedOf<Record<string, AttributeValue>> {
  into: "table";
  /** Name of the table among the stack's output `tables`. */
  name: string;
  /** Names of the key attributes: two records of one batch with the same key are one item, the later one. */
  keys: readonly string[];
}

/** A document that is there already, by its `_id`, is left as it is. */
export interface CollectionSeed extends SeedOf<{ _id: unknown }> {
  into: "collection";
  name: string;
  /** Database of the collection; that of the stack's output `connectionString` unless given. */
  database?: string;
}

/** A program offers its sample data in this file, as `export const seeds: Seed[]`. */
export const SEEDS_FILE = "data/seeds.ts";

export async function seedsOf(cwd: string): Promise<Seed[]> {
  const file = path.join(cwd, SEEDS_FILE);
  if (!existsSync(file)) return [];
  const { seeds } = (await import(pathToFileURL(file).href)) as { seeds: Seed[] };
  return seeds;
}
