/** Compares the program of the working tree with that of another commit, stack by stack. */

import { UserError } from "../../local/service.ts";
import { ProgramError } from "../../program/errors.ts";
import { compare, type Program } from "../diff/compare.ts";
import type { Diff } from "../diff/diff.ts";
import type { Report } from "../report/report.ts";
import { type Base, findBase } from "./base.ts";
import { provideDependencies } from "./dependencies.ts";
import { judged } from "./judged.ts";
import { recordStack } from "./record.ts";
import { chooseStacks, stacksOf } from "./stacks.ts";
import { type Checkout, withWorktree } from "./worktree.ts";

export interface Question {
  cwd: string;
  base: string;
  /** A stack's name, or `all`. */
  stack: string;
  /** A line for the person who waits. */
  log: (line: string) => void;
}

export async function compareRevisions({ cwd, base: revision, stack, log }: Question): Promise<Report> {
  const base = await findBase(cwd, revision);
  return withWorktree(cwd, base.commit, async (checkout) => {
    const stacks = chooseStacks(stack, [...stacksOf(cwd), ...stacksOf(checkout.folder)]);
    const provided = provideDependencies(cwd, checkout, base, log);
    const diffs: Diff[] = [];
    // One stack after the other: of the second, both checkouts have kept the bundles of the first.
    for (const name of stacks) {
      const programs = [provided.then(() => baseProgram(checkout, base, name)), program(cwd, name)] as const;
      // The checkout must not go while somebody still reads it.
      await Promise.allSettled(programs);
      diffs.push(compare(await programs[0], await programs[1]));
    }
    return { base: { revision, commit: base.commit }, notes: base.notes, diffs };
  });
}

async function baseProgram(checkout: Checkout, base: Base, stack: string): Promise<Program> {
  try {
    return await program(checkout.folder, stack);
  } catch (error) {
    throw error instanceof ProgramError ? brokenBase(error, checkout, base) : error;
  }
}

async function program(folder: string, stack: string): Promise<Program> {
  const recorded = await recordStack(folder, stack);
  return recorded === undefined ? {} : judged(recorded);
}

function brokenBase(error: ProgramError, { folder }: Checkout, { revision, commit }: Base): UserError {
  const message = error.message.replaceAll(`${folder}/`, "");
  return new UserError(
    `The program at ${revision} (${commit.slice(0, 12)}) does not run, so nothing can be compared with it: ${message}\n` +
      "Name a commit at which it does with --base.",
  );
}
