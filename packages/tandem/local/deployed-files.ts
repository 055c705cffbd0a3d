/**
 * Files that a program deploys as they are: code of functions and layers, objects of buckets. Nobody builds these here, so what is
 * saved is what is to run. A program may have built them itself, and does again when it is recorded: then what they were built from
 * counts as well, as far as a source map names it.
 */
import { accessSync, constants, type Dirent, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { filesOf } from "../program/reading/value.ts";
import type { Recording, Value } from "../program/recording.ts";
import { isWithin } from "../shared/is-within.ts";
import { sourcesOfFile } from "./source-maps/map-of-file.ts";
import { isPassing } from "./watch.ts";
import { entriesIn, installNote, ownPackages, PACKAGES } from "./workers/own-packages.ts";

/** Of one archive, folders included; each costs the time to read it once. */
const MOST_FILES = 1_000;
/** Of all maps together. */
const MOST_SOURCES = 1_000;
/** Its modules alone may be hundreds. */
const MOST_OF_PROGRAM = 2_000;

/** What the program itself never reads of it: Python's, and what compilers leave beside the code. */
const NO_CODE = /^(__pycache__|venv|.*\.dist-info|.*\.(map|d\.[cm]?ts|tsbuildinfo|pyc|log))$/;
const JAVASCRIPT = /\.[cm]?js$/;
const INSTALLED = `${path.sep}${PACKAGES}${path.sep}`;

export interface Followed {
  /** Absolute, each once. */
  files: string[];
  /** A sentence for each where there is more than is followed. */
  beyond: string[];
}

/** Files, and the folders that they lie in: one may get another file. */
export function deployedFiles({ resources, cwd }: Recording): Followed {
  const given = resources
    .filter(({ read }) => !read)
    .flatMap(({ inputs }) => Object.values(inputs))
    .flatMap(pathsIn);
  const beyond: string[] = [];
  const files = [...new Set(given)].flatMap((one) => {
    const folder = path.resolve(cwd, one);
    const found = filesAt(folder);
    if (found.length <= MOST_FILES) return found;
    beyond.push(`Of the files in ${folder} the first ${MOST_FILES} are followed.`);
    return found.slice(0, MOST_FILES);
  });
  return { files: [...new Set(files)], beyond };
}

/** What the program is made of: modules first, then what it reads. */
export function programFiles({ sources }: Recording): Followed {
  if (sources.length <= MOST_OF_PROGRAM) return { files: sources, beyond: [] };
  return {
    files: sources.slice(0, MOST_OF_PROGRAM),
    beyond: [
      `Of the ${sources.length} files that the program loads and reads ${MOST_OF_PROGRAM} are followed.`,
    ],
  };
}

/** What these files were built from, of the project first. */
export function builtFrom(files: readonly string[], project: string): Followed {
  const named = [...new Set(files.flatMap(sourcesIn))].filter(isWatchable);
  if (named.length <= MOST_SOURCES) return { files: named, beyond: [] };
  const ofProject = named.filter((file) => isWithin(project, file));
  const others = named.filter((file) => !isWithin(project, file));
  return {
    files: [...ofProject, ...others].slice(0, MOST_SOURCES),
    beyond: [`Of the ${named.length} sources that source maps name ${MOST_SOURCES} are followed.`],
  };
}

function sourcesIn(file: string): string[] {
  if (!JAVASCRIPT.test(file)) return [];
  try {
    return sourcesOfFile(file);
  } catch {
    return []; // A map that cannot be read; who asks it for a place is told.
  }
}

/** A map says anything, of other machines as well. A file that is gone may come back, as long as its folder is there. */
function isWatchable(source: string): boolean {
  if (source.includes(INSTALLED)) return false;
  try {
    const folder = path.dirname(source);
    accessSync(folder, constants.R_OK);
    const stats = statSync(source, { throwIfNoEntry: false });
    return stats ? stats.isFile() : statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

function pathsIn(value: Value): string[] {
  return filesOf(value).flatMap(({ path: given }) => given ?? []);
}

/** One that is not there is to come. Of a package that is installed its package manager's note. */
function filesAt(given: string): string[] {
  const stats = statSync(given, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return [given];
  const real = realpathOf(given);
  const at = `${real}${path.sep}`.indexOf(INSTALLED);
  const note = at < 0 ? undefined : installNote(path.join(real.slice(0, at), PACKAGES));
  if (note !== undefined) return [note];
  // A link may be made to lead elsewhere.
  return real === given ? filesIn(real) : [given, ...filesIn(real)];
}

/** What lies near the top comes first, packages last: of too many files those are followed that are more likely to be saved. */
function filesIn(top: string): string[] {
  const found: string[] = [];
  const [folders, packages] = [[top], [] as string[]];
  const seen = new Set<string>();
  const take = (file: string, isFolder: boolean) => {
    if (!isFolder) found.push(file);
    else if (path.basename(file) === PACKAGES) packages.push(...ownPackages(file));
    else folders.push(file);
  };
  while (found.length <= MOST_FILES) {
    const next = folders.shift() ?? packages.shift();
    if (next === undefined) break;
    const stats = statSync(next, { throwIfNoEntry: false });
    if (!stats?.isDirectory()) {
      if (stats) found.push(next);
      continue;
    }
    const folder = realpathOf(next);
    if (seen.has(folder)) continue;
    seen.add(folder);
    found.push(folder);
    for (const entry of entriesIn(folder))
      if (!isPassing(entry.name) && !NO_CODE.test(entry.name))
        take(path.join(folder, entry.name), isFolder(entry));
  }
  return found;
}

/** A link is followed when it is met. */
const isFolder = (entry: Dirent): boolean => entry.isDirectory() || entry.isSymbolicLink();

function realpathOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder; // It has just been removed.
  }
}
