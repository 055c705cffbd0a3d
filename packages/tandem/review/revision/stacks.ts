/** Which stacks of two programs are compared. */
import { DEFAULT_STACK, stacksOf } from "../../program/stack-files.ts";
import { findProjectFile, projectFileOf } from "../../shared/own-project.ts";
import { UserError } from "../../shared/user-error.js";

/** @param asked a stack's name, or `all` */
export function chooseStacks(asked: string, cwd: string, base: string): string[] {
  if (findProjectFile(base) === undefined) projectFileOf(cwd);
  const stacks = [...new Set([cwd, base].flatMap(stacksOf))].sort();
  if (stacks.length === 0) return [asked === "all" ? DEFAULT_STACK : asked];
  if (asked === "all") return stacks;
  if (stacks.includes(asked)) return [asked];
  throw new UserError(
    `There is no stack ${JSON.stringify(asked)} in either program; there are: ${[...stacks, "all"].join(", ")}.`,
  );
}
