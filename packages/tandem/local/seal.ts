/**
 * How long each file of the stores was when a run ended in order, and what was in it. LevelDB and SQLite read a file that was cut as
 * one that was never longer, and SQLite a page of other bytes as its own, so nobody else would notice. A run that is killed leaves no
 * seal, but what it noted while it was up: files that only grow are not shorter afterwards, whatever it was writing. SQLite's files
 * are then asked whether their pages hang together.
 */
import { hash } from "node:crypto";
import { type Dirent, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { writeByRename } from "../shared/write-by-rename.ts";
import { isFullDisk } from "./emulators/damage.ts";
import { damagedPages } from "./emulators/damaged-pages.ts";

type Sizes = Record<string, number>;

interface Seal {
  sizes: Sizes;
  /** Of as many files as can be read in no time. */
  digests: Record<string, string>;
}

const FILE = "seal.json";
/** Of a run that is up. */
const NOTE = "lengths.json";
/** Made anew when they are missing or damaged. */
const CACHES = new Set(["functions"]);
/** What a store notes for itself while it runs. */
const NOTES =
  /^(LOCK|LOG|LOG\.old|.*-shm|.*\.lock|run\.json.*|server\.json|seal\.json|ports\.json|lengths\.json)$/;
/** Of these, none becomes shorter while a store has it open, and the second kind does not go either. */
const GROWING = /^(dynamodb(-streams)?|kinesis\Wrecords)\W\d+\.(log|ldb)$|^fauxqs\W|\.sqlite(-wal)?$/;
const STAYING = /^(dynamodb(-streams)?|kinesis\Wrecords)\WCURRENT$|^fauxqs\W/;
const MOST_REPORTED = 5;
const SQLITE = /\.(sqlite|db)$/;
/** Read at the end and at the start of a run at most, the smallest files first: a tenth of a second. */
const MOST_READ = 64 * 1024 * 1024;

/** Call it when nobody writes any more. */
export function seal(folder: string): void {
  const sizes = sizesIn(folder);
  const digests = Object.fromEntries(readInNoTime(sizes).map((name) => [name, digest(folder, name)]));
  writeIfRoom(path.join(folder, FILE), JSON.stringify({ sizes, digests } satisfies Seal));
  rmSync(path.join(folder, NOTE), { force: true });
}

/** Call it while a run is up, now and then. */
export function note(folder: string): void {
  if (!existsSync(folder)) return;
  const file = path.join(folder, NOTE);
  const text = JSON.stringify(sizesIn(folder));
  if (readText(file) !== text) writeIfRoom(file, text);
}

/** A full disk, which the stores report, must not end the run: the note before holds as well, and without a seal nothing is compared. */
function writeIfRoom(file: string, text: string): void {
  try {
    writeByRename(file, text);
  } catch (error) {
    if (!isFullDisk(error)) throw error;
  }
}

/** What has happened to the files since they were sealed, or noted by a run that was killed, a sentence each. Breaks the seal. */
export function breakSeal(folder: string): string[] {
  const read = readJson<Partial<Seal>>(path.join(folder, FILE));
  // An earlier version wrote the lengths alone.
  const sealed = read && { sizes: read.sizes ?? (read as Sizes), digests: read.digests ?? {} };
  const noted = readJson<Sizes>(path.join(folder, NOTE));
  for (const name of [FILE, NOTE]) rmSync(path.join(folder, name), { force: true });
  const now = sizesIn(folder);
  const damaged = sealed ? sinceEnd(folder, sealed, now) : noted ? sinceNoted(folder, noted, now) : [];
  const more = damaged.length - MOST_REPORTED;
  return more > 0
    ? [...damaged.slice(0, MOST_REPORTED), `${more} more files in ${folder} are damaged.`]
    : damaged;
}

function sinceEnd(folder: string, { sizes, digests }: Seal, now: Sizes): string[] {
  return Object.entries(sizes).flatMap(([name, size]) => {
    const file = path.join(folder, name);
    const is = now[name];
    if (is === undefined) return [`${file} is gone since the last run ended: what was in it is lost.`];
    if (is === size) {
      if (digests[name] === undefined || digests[name] === digest(folder, name)) return [];
      const pages = SQLITE.test(name) ? damagedPages(file) : [];
      return [
        `${file} has other bytes than when the last run ended: ${pages.length > 0 ? pages.join("; ") : "somebody else has written to it"}.`,
      ];
    }
    const lost = is < size ? "what was in the rest is lost" : "somebody else has written to it";
    return [`${file} had ${bytes(size)} when the last run ended and has ${bytes(is)} now: ${lost}.`];
  });
}

function sinceNoted(folder: string, noted: Sizes, now: Sizes): string[] {
  const shorter = Object.entries(noted).flatMap(([name, size]) => {
    const file = path.join(folder, name);
    const is = now[name];
    if (is === undefined)
      return STAYING.test(name)
        ? [`${file} is gone since the last run was killed: what was in it is lost.`]
        : [];
    if (is >= size || !GROWING.test(name)) return [];
    return [
      `${file} had ${bytes(size)} before the last run was killed and has ${bytes(is)} now: what was in the rest is lost.`,
    ];
  });
  const whole = readInNoTime(now).filter(
    (name) => SQLITE.test(name) && (now[name] ?? 0) >= (noted[name] ?? 0),
  );
  const damaged = whole.flatMap((name) => {
    const file = path.join(folder, name);
    const pages = damagedPages(file);
    return pages.length > 0 ? [`${file} is damaged since the last run was killed: ${pages.join("; ")}.`] : [];
  });
  return [...shorter, ...damaged];
}

function readInNoTime(sizes: Sizes): string[] {
  let left = MOST_READ;
  const smallestFirst = Object.entries(sizes).sort(([, a], [, b]) => a - b);
  return smallestFirst.flatMap(([name, size]) => {
    left -= size;
    return left >= 0 ? [name] : [];
  });
}

const digest = (folder: string, name: string): string =>
  hash("sha1", readFileSync(path.join(folder, name)), "base64");

/** Undefined without the file, or with one that cannot be read. */
function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readText(file) ?? "") as T;
  } catch {
    return undefined; // damaged itself: then there is nothing to compare with
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // the first run
  }
}

/** Caches are not descended into: they may hold thousands of files. */
function sizesIn(folder: string): Sizes {
  const kept = entriesIn(folder, false).filter(({ name }) => !CACHES.has(name));
  const files = kept.flatMap((entry) =>
    entry.isDirectory() ? entriesIn(path.join(folder, entry.name), true) : [entry],
  );
  const names = files
    .filter((entry) => entry.isFile() && !NOTES.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  return Object.fromEntries(
    names.flatMap((name) => {
      // As of a folder, below.
      const stat = statSync(path.join(folder, name), { throwIfNoEntry: false });
      return stat === undefined ? [] : [[name, stat.size]];
    }),
  );
}

/** None of a folder that a store, or somebody else, has just removed. */
function entriesIn(folder: string, recursive: boolean): Dirent[] {
  try {
    return readdirSync(folder, { recursive, withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const bytes = (size: number): string => `${size.toLocaleString("en")} bytes`;
