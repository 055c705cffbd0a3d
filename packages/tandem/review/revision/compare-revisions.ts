/** Compares the program of the working tree with that of another commit, stack by stack. */

import { type Waiver, waiversOf } from "../../policies/waivers.ts";
import { ProgramError } from "../../program/errors.ts";
import { refusePlugAndPlay } from "../../shared/plug-and-play.ts";
import { UserError } from "../../shared/user-error.js";
import { compare, type Program } from "../diff/compare.ts";
import type { Diff } from "../diff/diff.ts";
import type { Failure, Report } from "../report/report.ts";
import { findBase } from "./base.ts";
import { provideDependencies } from "./dependencies.ts";
import { judged } from "./judged.ts";
import { recordStack } from "./record.ts";
import { chooseStacks } from "./stacks.ts";
import { withWorktree } from "./worktree.ts";

export interface DiffOptions {
  cwd: string;
  base: string;
  /** A stack's name, or `all`. */
  stack: string;
  /** A line for the person who waits. */
  log: (line: string) => void;
}

export async function compareRevisions({ cwd, base: revision, stack, log }: DiffOptions): Promise<Report> {
  refusePlugAndPlay("the other revision's program finds its own in node_modules alone");
  const base = await findBase(cwd, revision);
  const waivers = await waiversOf(cwd);
  return withWorktree(cwd, base.commit, async (checkout) => {
    const stacks = chooseStacks(stack, cwd, checkout.folder);
    const provided = provideDependencies(cwd, checkout, base, log);
    const diffs: Diff[] = [];
    const failures: Failure[] = [];
    // One stack after the other: of the second, both checkouts have kept the bundles of the first.
    for (const name of stacks) {
      const both = [
        provided.then(() => program(checkout.folder, name, waivers)),
        program(cwd, name, waivers),
      ] as const;
      // The checkout must not go while somebody still reads it.
      const [before, after] = await Promise.allSettled(both);
      const failed = [
        ...failureOf(before, { stack: name, side: "base", folders: [checkout.folder, checkout.root] }),
        ...failureOf(after, { stack: name, side: "change", folders: [cwd] }),
      ];
      failures.push(...failed);
      if (failed.length === 0) diffs.push(compare(await both[0], await both[1]));
    }
    // Where they could not be had, that is the failure of each stack.
    const ofPackages = await provided.catch(() => []);
    return {
      base: { revision, commit: base.commit },
      notes: [...base.notes, ...ofPackages],
      diffs,
      failures,
    };
  });
}

/** What a person has to mend in a program is told; what else goes wrong is no answer to the question. */
function failureOf(
  settled: PromiseSettledResult<Program>,
  { stack, side, folders }: Pick<Failure, "stack" | "side"> & { folders: string[] },
): Failure[] {
  if (settled.status === "fulfilled") return [];
  const error: unknown = settled.reason;
  if (!(error instanceof UserError)) throw error;
  const own = (text: string) => folders.reduce((rest, folder) => rest.replaceAll(`${folder}/`, ""), text);
  if (!(error instanceof ProgramError)) return [{ stack, side, reason: own(error.message) }];
  const { position } = error;
  const place =
    position && [position.file, position.line, position.column].filter((part) => part !== undefined);
  return [{ stack, side, reason: own(error.reason), ...(place && { position: own(place.join(":")) }) }];
}

async function program(folder: string, stack: string, waivers: Waiver[]): Promise<Program> {
  const recorded = await recordStack(folder, stack);
  return recorded === undefined ? {} : judged(recorded, waivers);
}
