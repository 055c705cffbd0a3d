/** A package.json: the few fields that tell how a program is run. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../shared/json.ts";
import { nearest } from "../shared/places.js";
import { UserError } from "../shared/user-error.js";

export interface Manifest {
  type?: string;
  main?: string;
  exports?: unknown;
  dependencies?: Record<string, string>;
}

/** npm and Node pass over it. */
export const BYTE_ORDER_MARK = "\uFEFF";

/** @throws UserError that names the file when it is no JSON, or that of something else than an object */
export function readManifest(file: string): Manifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(file, "utf8").replace(BYTE_ORDER_MARK, ""));
  } catch (error) {
    throw new UserError(`${file}: ${(error as Error).message}`);
  }
  if (!isObject(manifest))
    throw new UserError(`${file}: expected an object, found ${JSON.stringify(manifest)}`);
  const { main, ...rest } = manifest;
  // As Node has it: a main file of another type is none.
  return { ...rest, ...(typeof main === "string" && { main }) };
}

/** The nearest file of this name, in the folder or above it. */
export function findUp(folder: string, name: string): string | undefined {
  const found = nearest(folder, name);
  return found === undefined ? undefined : join(found, name);
}
