/**
 * How long each file of the stores was when a run ended in order. LevelDB and SQLite read a file that was cut as one that was
 * never longer, so nobody else would notice. A run that is killed leaves no seal: its stores repair what it was writing.
 */
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { writeByRename } from "../shared/write-by-rename.ts";

type Sizes = Record<string, number>;

const FILE = "seal.json";
/** Made anew when they are missing or damaged. */
const CACHES = new Set(["functions"]);
/** What a store notes for itself while it runs. */
const NOTES = /^(LOCK|LOG|LOG\.old|.*-shm|.*\.lock|run\.json.*|server\.json|seal\.json)$/;
const MOST_TOLD = 5;

/** Call it when nobody writes any more. */
export function seal(folder: string): void {
  writeByRename(path.join(folder, FILE), JSON.stringify(sizesIn(folder)));
}

/** What has happened to the files since they were sealed, a sentence each. Breaks the seal. */
export function breakSeal(folder: string): string[] {
  const sealed = readSeal(folder);
  if (!sealed) return [];
  rmSync(path.join(folder, FILE), { force: true });
  const now = sizesIn(folder);
  const told = Object.entries(sealed).flatMap(([name, size]) => {
    const file = path.join(folder, name);
    const is = now[name];
    if (is === undefined) return [`${file} is gone since the last run ended: what was in it is lost.`];
    if (is === size) return [];
    const lost = is < size ? "what was in the rest is lost" : "somebody else has written to it";
    return [`${file} had ${bytes(size)} when the last run ended and has ${bytes(is)} now: ${lost}.`];
  });
  const more = told.length - MOST_TOLD;
  return more > 0 ? [...told.slice(0, MOST_TOLD), `${more} more files in ${folder} are damaged.`] : told;
}

function readSeal(folder: string): Sizes | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, FILE), "utf8")) as Sizes;
  } catch {
    return undefined; // the first run, or one that was killed
  }
}

function sizesIn(folder: string): Sizes {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !NOTES.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) => !CACHES.has(name.split(path.sep)[0] ?? ""));
  return Object.fromEntries(files.map((name) => [name, statSync(path.join(folder, name)).size]));
}

const bytes = (size: number): string => `${size.toLocaleString("en")} bytes`;
