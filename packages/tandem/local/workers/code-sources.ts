/**
 * Files that functions are deployed as: nobody builds these here, so what is saved is what is to run. A program may have built
 * them itself, and does again when it is recorded: then what they were built from counts as well, as far as a source map names it.
 */
import { accessSync, constants, globSync, statSync } from "node:fs";
import path from "node:path";
import { type Archive, archive, asset } from "../../program/reading/value.ts";
import type { Recording } from "../../program/recording.ts";
import { sourcesOfFile } from "../source-maps/map-of-file.ts";
import { isPython } from "./python/interpreter.ts";
import { runnableFunctions } from "./settings.ts";

/** What was installed into the folder changes seldom, and there is much of it. */
const MOST_FILES = 500;

const JAVASCRIPT = /\.[cm]?js$/;
const INSTALLED = `${path.sep}node_modules${path.sep}`;

/** Absolute paths of what is deployed, each once: many functions often share a folder. */
export function deployedFiles(recording: Recording): string[] {
  const files = runnableFunctions(recording).flatMap(({ code, runtime }) => {
    const kinds = isPython(runtime) ? "**/*.py" : "**/*.{js,cjs,mjs,json}";
    return pathsIn(archive(code)).flatMap((given) => filesAt(path.resolve(recording.cwd, given), kinds));
  });
  return [...new Set(files)];
}

/** Absolute paths of what these files were built from, each once. */
export function builtFrom(files: readonly string[]): string[] {
  return [...new Set(files.flatMap(sourcesIn))].filter(isWatchable);
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

function pathsIn(code: Archive | undefined): string[] {
  if (code?.path !== undefined) return [code.path];
  return Object.values(code?.assets ?? {}).flatMap((value) => asset(value)?.path ?? pathsIn(archive(value)));
}

function filesAt(given: string, kinds: string): string[] {
  const stats = statSync(given, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats ? [given] : [];
  if (isInstalled(given)) return [];
  const files = globSync(kinds, { cwd: given, exclude: isInstalled });
  return files.slice(0, MOST_FILES).map((file) => path.join(given, file));
}

const isInstalled = (name: string) =>
  /^(\..+|__pycache__|node_modules|venv|.*\.dist-info)$/.test(path.basename(name));
