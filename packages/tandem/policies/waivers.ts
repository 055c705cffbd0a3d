/** Rules that a program breaks on purpose: they belong to the program that they excuse, and stand in its folder. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { loadList } from "../program/load-module.ts";
import { isObject } from "../shared/json.ts";
import { UserError } from "../shared/user-error.js";

/** One broken rule that is excused, for one resource. */
export interface Waiver {
  /** Id of the rule. */
  rule: string;
  /** Logical name of the resource. */
  resource: string;
  /** Where the reason holds. */
  stacks: string[];
  /** Why the rule may be broken, for whoever audits this. */
  reason: string;
}

/** In the folder of the program; it exports `waivers: Waiver[]`. */
export const WAIVERS_FILE = "policies/waivers.ts";

const EXAMPLE = "export const waivers: Waiver[] = [{ rule, resource, stacks, reason }]";

/** What somebody may take for that file. */
const ANOTHER_FILE = /^waivers(\.[^.]+)?$/i;

/**
 * Those of the program in a folder; none where it has no such file.
 * @throws UserError that names every mistake of the file
 */
export async function waiversOf(folder: string): Promise<Waiver[]> {
  const file = path.resolve(folder, WAIVERS_FILE);
  if (!existsSync(file)) return noneBut(path.dirname(file));
  const wanted = { file, project: folder, exported: "waivers", example: EXAMPLE, mistakesIn };
  return (await loadList(wanted)) as Waiver[];
}

function noneBut(folder: string): Waiver[] {
  const other = existsSync(folder) ? readdirSync(folder).find((name) => ANOTHER_FILE.test(name)) : undefined;
  if (other === undefined) return [];
  throw new UserError(
    `${path.join(folder, other)} is not read: waivers stand in ${WAIVERS_FILE}. Write ${EXAMPLE}`,
  );
}

const isText = (value: unknown) => typeof value === "string";
const isListOfTexts = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isText);

const KINDS: Record<keyof Waiver, { fits: (value: unknown) => boolean; wanted: string }> = {
  rule: { fits: isText, wanted: "the id of a rule" },
  resource: { fits: isText, wanted: "the logical name of a resource" },
  stacks: { fits: isListOfTexts, wanted: 'the names of the stacks that it holds in, e.g. ["dev"]' },
  reason: { fits: isText, wanted: "a text" },
};

function mistakesIn(waiver: unknown): string[] {
  if (!isObject(waiver)) return [` is ${shown(waiver)}; expected { rule, resource, stacks, reason }`];
  const unknown = Object.keys(waiver).filter((name) => !Object.hasOwn(KINDS, name));
  const wrong = Object.entries(KINDS).filter(([name, { fits }]) => !fits(waiver[name]));
  return [
    ...wrong.map(([name, { wanted }]) => ` has the ${name} ${shown(waiver[name])}; expected ${wanted}`),
    ...unknown.map((name) => ` has ${name}, which a waiver does not have: nothing would come of it`),
  ];
}

function shown(value: unknown): string {
  return isObject(value) || Array.isArray(value) || isText(value) ? JSON.stringify(value) : String(value);
}
