/** Compares the program of the working tree with that of another commit, stack by stack. */

import { UserError } from "../../local/service.ts";
import { ProgramError } from "../../program/errors.ts";
import { compare, type Program } from "../diff/compare.ts";
import type { Report } from "../report/report.ts";
import { type Base, findBase } from "./base.ts";
import { provideDependencies } from "./dependencies.ts";
import { judged } from "./judged.ts";
import { limited, recordStack } from "./record.ts";
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
    const take = limited();
    const after = stacks.map((name) => take(() => program(cwd, name)));
    const before = recordBase(cwd, checkout, base, stacks, log, take);
    // The checkout must not go while somebody still reads it.
    await Promise.allSettled([...after, ...before]);
    const diffs = stacks.map(async (_, index) =>
      compare((await before[index]) ?? {}, (await after[index]) ?? {}),
    );
    return { base: { revision, commit: base.commit }, notes: base.notes, diffs: await Promise.all(diffs) };
  });
}

function recordBase(
  cwd: string,
  checkout: Checkout,
  base: Base,
  stacks: readonly string[],
  log: (line: string) => void,
  take: <T>(task: () => Promise<T>) => Promise<T>,
): Promise<Program>[] {
  const provided = provideDependencies(cwd, checkout, base, log);
  return stacks.map(async (name) => {
    await provided;
    try {
      return await take(() => program(checkout.folder, name));
    } catch (error) {
      throw error instanceof ProgramError ? brokenBase(error, checkout, base) : error;
    }
  });
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
