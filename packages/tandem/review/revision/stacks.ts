/** Which stacks a program has: one for each `Pulumi.<stack>.yaml`. */

import { existsSync, readdirSync } from "node:fs";
import { UserError } from "../../shared/user-error.js";

export function stacksOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1] ?? [])
    .sort();
}

/** @param asked a stack's name, or `all` */
export function chooseStacks(asked: string, known: readonly string[]): string[] {
  const stacks = [...new Set(known)].sort();
  if (asked === "all") return stacks;
  if (stacks.includes(asked)) return [asked];
  throw new UserError(
    `There is no stack ${JSON.stringify(asked)} in either program; there are: ${[...stacks, "all"].join(", ")}.`,
  );
}
