/** Rules that a program breaks on purpose: they belong to the program that they excuse, and stand in its folder. */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

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

/** Those of the program in a folder; none where it has no such file. */
export async function waiversOf(folder: string): Promise<Waiver[]> {
  const file = path.resolve(folder, WAIVERS_FILE);
  if (!existsSync(file)) return [];
  const { waivers = [] }: { waivers?: Waiver[] } = await import(pathToFileURL(file).href);
  return waivers;
}
