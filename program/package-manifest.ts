/** A package.json: the few fields that tell how a program is run. */
import { readFileSync } from "node:fs";
import { ProjectError } from "./errors.ts";

export interface Manifest {
  type?: string;
  main?: string;
  dependencies?: Record<string, string>;
}

/** @throws ProjectError that names the file when it is no JSON */
export function readManifest(file: string): Manifest {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  } catch (error) {
    throw new ProjectError(`${file}: ${(error as Error).message}`);
  }
}
