/**
 * Watches which files a program reads while it runs, such as the description of an API: like its modules they are a reason to run
 * it again. What it writes itself is none.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { getCallSites } from "node:util";

type Reader = (file: unknown, ...others: unknown[]) => unknown;

/** Of files and of folders; what reads in another way reads by these. */
const READERS = [
  "readFileSync",
  "readFile",
  "createReadStream",
  "openSync",
  "open",
  "readdirSync",
  "readdir",
];
const PROMISED_READERS = ["readFile", "open", "readdir"];

/** As deep as a library may lie between the program and the file. */
const MOST_FRAMES = 50;

/** An install changes them before it has ended, and libraries look into them. */
const OF_PACKAGES = /^(package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/;

export interface ReadOptions {
  /** Whether a file may be of the program. */
  isSource(file: string): boolean;
  /** Whether a file is of this tool, which reads for itself. */
  isTool(file: string): boolean;
}

/** @returns what has been read and not been written since the call, absolute; also what was not there */
export function watchReads({ isSource, isTool }: ReadOptions): () => string[] {
  const started = Date.now();
  const found = new Set<string>();
  const see = (given: unknown) => {
    const file = pathOf(given);
    if (file === undefined || found.has(file) || OF_PACKAGES.test(basename(file)) || !isSource(file)) return;
    if (isOfProgram(isSource, isTool)) found.add(file);
  };
  observe(fs, READERS, see);
  observe(fs.promises, PROMISED_READERS, see);
  syncBuiltinESMExports();
  return () => [...found].filter((file) => !isWrittenSince(file, started));
}

function observe(module: object, names: readonly string[], see: (file: unknown) => void): void {
  const readers = module as Record<string, Reader>;
  for (const name of names) {
    const read = readers[name];
    if (read === undefined) continue;
    const observed: Reader = function (this: unknown, file, ...others) {
      see(file);
      return read.call(this, file, ...others);
    };
    readers[name] = Object.assign(observed, read);
  }
}

/** Undefined for what is no path, or leads to packages, of which there are thousands. */
function pathOf(given: unknown): string | undefined {
  if (typeof given !== "string" && !(given instanceof URL && given.protocol === "file:")) return undefined;
  const file = typeof given === "string" ? given : fileURLToPath(given);
  return file.includes("node_modules") ? undefined : resolve(file);
}

/** By who asks, the nearest first. A library that reads later, of which no caller is known any more, reads for the program. */
function isOfProgram(isSource: (file: string) => boolean, isTool: (file: string) => boolean): boolean {
  for (const { scriptName } of getCallSites(MOST_FRAMES)) {
    const file = scriptName.startsWith("file:") ? fileURLToPath(scriptName) : scriptName;
    if (file === import.meta.filename) continue;
    // Node itself reads modules, which are counted where they are loaded.
    if (file.startsWith("node:internal/modules/") || isTool(file)) return false;
    if (isSource(file)) return true;
  }
  return true;
}

function isWrittenSince(file: string, time: number): boolean {
  try {
    return (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= time;
  } catch {
    return false;
  }
}
