/**
 * Watches which files a program reads while it runs, such as the description of an API: like its modules they are a reason to run
 * it again. What it writes itself is none.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { getCallSites } from "../shared/node-util.ts";
import { statOf } from "../shared/stat-of.ts";

/** As Node gives them: what is looked for here is nothing that the program reads. */
const { readdirSync } = fs;

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
  "opendirSync",
  "opendir",
];
const PROMISED_READERS = ["readFile", "open", "readdir", "opendir"];

/** Who asks whether a file is there reads it if it is. Of those that are there it counts when they are read. */
const PROBES = ["existsSync", "statSync", "lstatSync", "accessSync", "access", "stat", "lstat"];
const PROMISED_PROBES = ["access", "stat", "lstat"];

/** By the place of the file among what they are given. */
const WRITERS = ["writeFileSync", "writeFile", "appendFileSync", "appendFile", "createWriteStream"];
const PROMISED_WRITERS = ["writeFile", "appendFile"];
const COPIERS = ["renameSync", "rename", "copyFileSync", "copyFile"];
const PROMISED_COPIERS = ["rename", "copyFile"];
const WRITING_FLAGS = /[wa+]/;

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

/**
 * @returns what has been read and not been written since the call, absolute; also what was not there. A file that somebody else saved
 *   after it was read counts: the program has not seen it.
 */
export function watchReads({ isSource, isTool }: ReadOptions): () => string[] {
  const started = Date.now();
  const isOld = (file: string) => (statOf(file)?.mtimeMs ?? 0) < started;
  const found = new Set<string>();
  /** Files that were there before, and held nothing new whenever they were read. */
  const old = new Set<string>();
  const written = new Set<string>();
  const see = (given: unknown, options?: unknown) => {
    const file = pathOf(given);
    if (file === undefined) return;
    if (typeof options === "string" && WRITING_FLAGS.test(options)) written.add(file);
    if (found.has(file)) {
      if (old.has(file) && !isOld(file)) old.delete(file);
      return;
    }
    if (OF_PACKAGES.test(basename(file)) || !isSource(file) || !isOfProgram(isSource, isTool)) return;
    found.add(file);
    if (statOf(file)?.isFile() && isOld(file)) old.add(file);
    if (isRecursive(options)) for (const folder of foldersBelow(file)) found.add(folder);
  };
  const seeMissing = (given: unknown) => {
    const file = pathOf(given);
    if (file !== undefined && statOf(file) === undefined) see(file);
  };
  const seeWritten = (given: unknown) => {
    const file = pathOf(given);
    if (file !== undefined) written.add(file);
  };
  observe(fs, READERS, see);
  observe(fs, PROBES, seeMissing);
  observe(fs, WRITERS, seeWritten);
  observe(fs, COPIERS, (_from, to) => seeWritten(to));
  observe(fs.promises, PROMISED_READERS, see);
  observe(fs.promises, PROMISED_PROBES, seeMissing);
  observe(fs.promises, PROMISED_WRITERS, seeWritten);
  observe(fs.promises, PROMISED_COPIERS, (_from, to) => seeWritten(to));
  syncBuiltinESMExports();
  return () => [...found].filter((file) => isOld(file) || (old.has(file) && !written.has(file)));
}

function observe(
  module: object,
  names: readonly string[],
  see: (file: unknown, options?: unknown) => void,
): void {
  const readers = module as Record<string, Reader>;
  for (const name of names) {
    const read = readers[name];
    if (read === undefined) continue;
    const observed: Reader = function (this: unknown, file, ...others) {
      see(file, others[0]);
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

const isRecursive = (options: unknown): boolean =>
  typeof options === "object" && options !== null && "recursive" in options && options.recursive === true;

/** Those of the program: hidden ones and packages are none. */
function foldersBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name))
      .map(({ name }) => join(folder, name))
      .flatMap((below) => [below, ...foldersBelow(below)]);
  } catch {
    return []; // who reads it is told
  }
}
