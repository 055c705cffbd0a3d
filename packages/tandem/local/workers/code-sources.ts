/** Files that functions are deployed as: nobody builds these here, so what is saved is what is to run. */
import { globSync, statSync } from "node:fs";
import path from "node:path";
import { type Archive, archive, asset } from "../../program/reading/value.ts";
import type { Recording } from "../../program/recording.ts";
import { isPython } from "./python/interpreter.ts";
import { runnableFunctions } from "./settings.ts";

/** What was installed into the folder changes seldom, and there is much of it. */
const MOST_FILES = 500;

/** Absolute paths. */
export function codeSources(recording: Recording): string[] {
  const files = runnableFunctions(recording).flatMap(({ code, runtime }) => {
    const kinds = isPython(runtime) ? "**/*.py" : "**/*.{js,cjs,mjs,json}";
    return pathsIn(archive(code)).flatMap((given) => filesAt(path.resolve(recording.cwd, given), kinds));
  });
  return [...new Set(files)];
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
