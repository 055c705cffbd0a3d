/** Finds the commit to compare with, and says what a reader must know of it. */
import { UserError } from "../../shared/user-error.js";
import { askGit, git } from "./git.ts";

export interface Base {
  /** As it was asked for. */
  revision: string;
  commit: string;
  notes: string[];
}

export async function findBase(cwd: string, revision: string): Promise<Base> {
  if ((await askGit(cwd, "rev-parse", "--is-inside-work-tree")) !== "true") {
    throw new UserError(`${cwd} is in no git repository, so there is no ${revision} to compare with.`);
  }
  const commit = await commitOf(cwd, revision);
  return {
    revision,
    commit,
    notes: [...(await dirtyNote(cwd)), ...(await behindNote(cwd, revision, commit))],
  };
}

/** A clone has other branches than its own under `origin/` only. */
export async function commitOf(cwd: string, revision: string, option = "--base"): Promise<string> {
  for (const name of [revision, `origin/${revision}`]) {
    const commit = await askGit(
      cwd,
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${name}^{commit}`,
    );
    if (commit !== undefined) return commit;
  }
  if ((await askGit(cwd, "rev-parse", "--is-shallow-repository")) === "true") {
    throw new UserError(
      `The revision ${JSON.stringify(revision)} is not in this clone, which is shallow. ` +
        "Fetch the rest with `git fetch --unshallow origin` (in a workflow: actions/checkout with `fetch-depth: 0`).",
    );
  }
  const branches = (await askGit(cwd, "branch", "--all", "--format=%(refname:short)")) ?? "";
  throw new UserError(
    `There is no revision ${JSON.stringify(revision)} here. Branches: ${branches.split("\n").filter(Boolean).join(", ") || "none"}. ` +
      `Name one of them, a tag or a commit with ${option}.`,
  );
}

async function dirtyNote(cwd: string): Promise<string[]> {
  const changed = (await git(cwd, "status", "--porcelain", "--untracked-files=normal"))
    .split("\n")
    .filter(Boolean);
  if (changed.length === 0) return [];
  const files = changed.length === 1 ? "1 file is" : `${changed.length} files are`;
  return [
    `The working tree is not clean: ${files} changed and not committed. They are part of what is compared.`,
  ];
}

/** Compared with a branch that went on, its own news look as if this change took them back. */
async function behindNote(cwd: string, revision: string, commit: string): Promise<string[]> {
  const behind = Number(await askGit(cwd, "rev-list", "--count", `HEAD..${commit}`));
  if (!(behind > 0)) return [];
  const commits = behind === 1 ? "1 commit" : `${behind} commits`;
  return [
    `${revision} has ${commits} that this branch lacks; what they brought shows here the wrong way round. ` +
      `Merge it, or compare with where the branch began: --base $(git merge-base ${revision} HEAD)`,
  ];
}
