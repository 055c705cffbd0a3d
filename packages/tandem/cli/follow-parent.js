/**
 * Whoever loses its parent ends. Nothing tells a process that the one that started it was killed (`kill -9`), so it looks:
 * an orphan gets another parent, and its id shows that. Plain JavaScript without dependencies, as in `tandem.js`.
 */

import { execFile } from "node:child_process";
import { isAlive } from "../shared/is-alive.js";

/** How often it is looked. */
const LOOK_MS = 500;
/** In the environment of a process that the launcher starts: the launcher's process id. */
const LAUNCHER = "TANDEM_LAUNCHER";

/** @returns {NodeJS.ProcessEnv} the environment for a process that is to follow this one */
export function environmentOfFollower() {
  return { ...process.env, [LAUNCHER]: String(process.pid) };
}

/** @returns {boolean} whether the launcher started this process; then it follows the launcher from now on */
export function followLauncher() {
  const launcher = process.env[LAUNCHER];
  // What this process starts in turn has another parent.
  delete process.env[LAUNCHER];
  if (launcher === undefined) return false;
  endWithParent(Number(launcher));
  return true;
}

/**
 * Of commands that npm runs: any other shell may end before a program that it started in the background, npm does not.
 * Between npm and the command may stand a shell, which goes on when npm is killed.
 */
export function followNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  endWithParent(process.ppid);
  execFile("ps", ["-o", "ppid=,comm=", "-p", String(process.ppid)], (error, stdout) => {
    const [, npm, parent = ""] = /^ *(\d+) +(.*?)\s*$/.exec(stdout) ?? [];
    // Without `ps` the parent alone is followed.
    if (!error && /(^|\/)(ba|da|z)?sh$/.test(parent)) endWhen(() => !isAlive(Number(npm)));
  }).unref();
}

/** @param {number} parent */
function endWithParent(parent) {
  endWhen(() => process.ppid !== parent);
}

/** Ends as by SIGTERM, so that a command that ends in order does so here too. @param {() => boolean} isOrphan */
function endWhen(isOrphan) {
  // Windows gives no orphan another parent.
  if (process.platform === "win32") return;
  const look = setInterval(() => {
    if (!isOrphan()) return;
    clearInterval(look);
    process.kill(process.pid, "SIGTERM");
  }, LOOK_MS);
  look.unref();
}
