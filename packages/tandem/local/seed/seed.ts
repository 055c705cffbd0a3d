/** What sample data a program offers: `export const seeds: Seed[]` in its `data/seeds.ts`. */

import { readFileSync, statSync } from "node:fs";
import path from "node:path";
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

/** Of a file that many a program has for other ends, and that may do something when it is loaded. */
const EXPORTS_SEEDS = new RegExp(
  [
    String.raw`\bexport\s+(?:async\s+)?(?:const|let|var|function)\s+seeds\b`,
    // Taken out of an object or a list: `export const { seeds }`, `{ all: seeds }`, `[seeds = []]`.
    String.raw`\bexport\s+(?:const|let|var)\s*[[{][^;]*?\bseeds\s*(?=[,}\]=])`,
    String.raw`\bexport\s*\{[^}]*\bseeds\s*[,}]`,
    String.raw`\bexport\s*\*\s*as\s+seeds\b`,
  ].join("|"),
);
const EXPORTED_FROM = /\bexport\s*\*\s*from\s*["']([^"']+)["']/g;

/** Whether a program's file is one of sample data for this tool: it is never run to find out. */
export function offersSeeds(cwd: string): boolean {
  return exportsSeeds(path.join(cwd, SEEDS_FILE), new Set());
}

/** Or one of the files all of whose exports it hands on. Names of packages are not followed. */
function exportsSeeds(file: string, seen: Set<string>): boolean {
  if (seen.has(file) || !statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  if (EXPORTS_SEEDS.test(text)) return true;
  const others = [...text.matchAll(EXPORTED_FROM)].flatMap(([, from = ""]) =>
    from.startsWith(".") ? from : [],
  );
  return others.some((from) => exportsSeeds(path.resolve(path.dirname(file), from), seen));
}
