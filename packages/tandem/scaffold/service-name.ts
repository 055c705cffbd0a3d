/** What a service may be called: its name stands in front of every name in the cloud. */

import { readFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../shared/user-error.js";
import { nameRulesOf, renamedMistake } from "./cloud-names.ts";

/** Stacks of pull requests have the longest names of a project's. */
const LONGEST_REST = "-pr-9999-tracing".length;

/**
 * @param root folder of index.ts
 * @param place where another name is to be given
 */
export function checkServiceName(root: string, name: string, place: string): void {
  // X-Ray has the shortest names.
  const longest = nameRulesOf(root).nameRules.sampling.longest - LONGEST_REST;
  if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name) || name.length > longest) {
    throw new UserError(
      `${JSON.stringify(name)} is no name for a service: at most ${longest} small letters, digits and hyphens, the first a letter. Give another ${place}.`,
    );
  }
  const mistake = renamedMistake(root, name);
  if (mistake !== undefined) {
    throw new UserError(
      `${JSON.stringify(name)} is no name for a service: ${mistake} Give another ${place}.`,
    );
  }
  // A later rename changes the name wherever it stands as a word.
  if (new RegExp(`\\b${name}\\b`, "i").test(readFileSync(path.join(root, "index.ts"), "utf8"))) {
    throw new UserError(
      `${JSON.stringify(name)} stands as a word in index.ts already: a service of that name could not be told from it. Give another ${place}.`,
    );
  }
}
