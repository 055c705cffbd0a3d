/** A package.json: the few fields that tell how a program is run. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../shared/user-error.js";

export interface Manifest {
  type?: string;
  main?: string;
  exports?: unknown;
  dependencies?: Record<string, string>;
}

/** @throws UserError that names the file when it is no JSON */
export function readManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch (error) {
    throw new UserError(`${file}: ${(error as Error).message}`);
  }
}

/** The nearest file of this name, in the folder or above it. */
export function findUp(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  return dirname(folder) === folder ? undefined : findUp(dirname(folder), name);
}
