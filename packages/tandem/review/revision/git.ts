/** Calls git. What a hook or an outer git set in the environment would point it at another repository. */

import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { UserError } from "../../shared/user-error.js";

const run = promisify(execFile);

export class GitError extends Error {
  override name = "GitError";
}

/** What git prints, without the last line break. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await run("git", args, { cwd, env: environment(), maxBuffer: 64 * 1024 * 1024 });
    return stdout.replace(/\n$/, "");
  } catch (error) {
    throw explained(error as NodeJS.ErrnoException & { stderr?: string }, args);
  }
}

/** Nothing else happens meanwhile: no signal ends this process while git is half-way through. */
export function gitAtOnce(cwd: string, ...args: string[]): void {
  const { error, status, stderr } = spawnSync("git", args, { cwd, env: environment(), encoding: "utf8" });
  if (error || status !== 0)
    throw explained(Object.assign(error ?? new Error("exit code not 0"), { stderr }), args);
}

/** What git prints; undefined where it fails. */
export async function askGit(cwd: string, ...args: string[]): Promise<string | undefined> {
  try {
    return await git(cwd, ...args);
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

function explained(error: NodeJS.ErrnoException & { stderr?: string }, args: string[]): Error {
  if (error.code === "ENOENT") return new UserError("git could not be started. Is it on the PATH?");
  return new GitError(`git ${args.join(" ")} failed: ${(error.stderr ?? error.message).trim()}`);
}

function environment(): NodeJS.ProcessEnv {
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...rest } = process.env;
  // Messages in the language this program was written for; no question for a password in the middle of a run.
  return { ...rest, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" };
}
