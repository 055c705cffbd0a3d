/** A lock between processes, which a dead one does not hold. Plain JavaScript without dependencies, as in `tandem.js`. */

import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { uptime } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./is-alive.js";
import { makeFolder } from "./make-folder.js";

/** How often a waiting process looks whether the other one is done. */
const LOOK_MS = 200;

/**
 * Waits until no other process holds the lock, and holds it while the work is done.
 * @param {string} lock a file: the ids of the processes that hold it
 * @param {string} doing what it is that others wait for
 * @param {(shareWith: (pid: number) => void) => void | Promise<void>} work may have the lock held by a process that does it too
 */
export async function whenAlone(lock, doing, work) {
  makeFolder(path.dirname(lock));
  for (let isAnnounced = false; !take(lock); await sleep(LOOK_MS)) {
    const holder = inTheWay(lock);
    if (holder === undefined || isAnnounced) continue;
    process.stderr.write(`Another command (process ${holder}) is ${doing}; waiting for it.\n`);
    isAnnounced = true;
  }
  try {
    await work((pid) => replace(lock, `${pid} ${process.pid}`));
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {string} lock @returns {boolean} whether this process holds it now */
function take(lock) {
  if (create(lock)) return true;
  const held = contentOf(lock);
  return held !== undefined && livingHolder(lock) === undefined && takeOver(lock, held);
}

/**
 * Of two that find a dead holder, one alone may take its place: else the later one would take it from the first. That is
 * a lock of its own, named after whom is replaced.
 * @param {string} lock
 * @param {string} held its content, of processes that are gone
 */
function takeOver(lock, held) {
  const turn = turnAfter(lock, held);
  if (!take(turn)) return false;
  try {
    if (contentOf(lock) !== held) return false;
    replace(lock, String(process.pid));
    return true;
  } finally {
    rmSync(turn, { force: true });
  }
}

/** @param {string} lock @param {string} held */
const turnAfter = (lock, held) => `${lock}.after-${held.replaceAll(/\D+/g, "-")}`;

/** @param {string} lock @returns {number | undefined} a process that holds it, or is about to */
function inTheWay(lock) {
  const held = contentOf(lock);
  return held === undefined ? undefined : (livingHolder(lock) ?? inTheWay(turnAfter(lock, held)));
}

/** In one step with its content, so that nobody sees a lock without its holder. @param {string} lock */
function create(lock) {
  const mine = nameOfMine(lock);
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** @param {string} lock @param {string} content */
function replace(lock, content) {
  writeFileSync(nameOfMine(lock), content);
  renameSync(nameOfMine(lock), lock);
}

/** Nobody else writes it. @param {string} lock */
const nameOfMine = (lock) => `${lock}.${process.pid}`;

/** @param {string} lock @returns {number | undefined} the first process that holds it and runs */
function livingHolder(lock) {
  const pids = contentOf(lock)?.split(" ").map(Number) ?? [];
  return isFromThisBoot(lock) ? pids.find((pid) => pid > 0 && isAlive(pid)) : undefined;
}

/** An id from before the machine was started may be that of any other process now. @param {string} lock */
function isFromThisBoot(lock) {
  const written = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && written > Date.now() - uptime() * 1000;
}

/** @param {string} lock @returns {string | undefined} undefined when the lock has just gone */
function contentOf(lock) {
  try {
    return readFileSync(lock, "utf8");
  } catch {
    return undefined;
  }
}
