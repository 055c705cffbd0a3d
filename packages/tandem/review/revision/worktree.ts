/** A checkout of another commit beside this one, gone again whatever happens; after a `kill -9` with the next one that is made. */
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isAlive } from "../../shared/is-alive.js";
import { git, gitAtOnce } from "./git.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Of the temporary folders: who made it, then what no other has. */
const FOLDER = /^tandem-base-(\d+)-/;

export interface Checkout {
  /** The folder in the worktree that is `cwd` in this one. */
  folder: string;
  /** Root of the worktree. */
  root: string;
  /** Aborted when a signal ends the run: whoever works in the folder has to stop. */
  signal: AbortSignal;
}

export async function withWorktree<T>(
  cwd: string,
  commit: string,
  work: (checkout: Checkout) => Promise<T>,
): Promise<T> {
  const prefix = await git(cwd, "rev-parse", "--show-prefix");
  removeLeftOver();
  const folder = mkdtempSync(path.join(tmpdir(), `tandem-base-${process.pid}-`));
  const root = path.join(realpathSync(folder), "program");
  const aborted = new AbortController();
  const remove = () => {
    rmSync(path.dirname(root), { recursive: true, force: true });
    // Git forgets a worktree whose folder is gone.
    gitAtOnce(cwd, "worktree", "prune");
  };
  const onSignal = (signal: NodeJS.Signals) => {
    aborted.abort();
    remove();
    for (const name of SIGNALS) process.removeListener(name, onSignal);
    // Whoever started this process is to see that a signal ended it.
    process.kill(process.pid, signal);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    // Hooks of the repository are made for a person's own checkout.
    gitAtOnce(cwd, "-c", "core.hooksPath=/dev/null", "worktree", "add", "--detach", "--quiet", root, commit);
    return await work({ folder: path.resolve(root, prefix), root, signal: aborted.signal });
  } finally {
    for (const name of SIGNALS) process.removeListener(name, onSignal);
    remove();
  }
}

/** What processes have left that were killed. Git forgets those worktrees when this one goes. */
function removeLeftOver(): void {
  for (const name of readdirSync(tmpdir())) {
    const [, pid] = FOLDER.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    try {
      rmSync(path.join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // It is somebody else's, who will make another one.
    }
  }
}
