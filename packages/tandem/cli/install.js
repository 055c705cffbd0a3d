/**
 * Installs what is missing, before anything else runs. Plain JavaScript without dependencies, as in `tandem.js`. Only one
 * process installs at a time: `npm test` beside an `npm start` of a fresh clone waits instead of writing into the same folder.
 */

import { spawn } from "node:child_process";
import {
  existsSync,
  linkSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "../shared/make-folder.js";
import { nodeOf } from "../shared/places.js";
import { UserError } from "../shared/user-error.js";
import { isAlive } from "./follow-parent.js";
import { untilExit } from "./until-exit.js";

/** How often a waiting process looks whether the other one is done. */
const LOOK_MS = 200;

/** @param {string} root */
export async function installWhatIsMissing(root) {
  const needed = whatIsMissing(root);
  if (needed === undefined) return;
  refuseLinked(path.join(root, "node_modules"), needed);
  await whenAlone(path.join(root, ".local", "install.lock"), async (handTo) => {
    // Somebody else may have installed it meanwhile.
    const missing = whatIsMissing(root);
    if (missing !== undefined) await install(root, missing, handTo);
  });
}

/**
 * npm empties `node_modules` before it fills it, and follows a link: it would empty the packages of another checkout.
 * @param {string} folder
 * @param {string} missing
 */
function refuseLinked(folder, missing) {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new UserError(
    `Packages have to be installed (${missing}), but ${folder} is a symbolic link to ${readlinkSync(folder)}: ` +
      "npm would empty what it points to. Remove the link and run this again, or bring the packages there up to date.",
  );
}

/**
 * @param {string} root
 * @param {string} missing
 * @param {(pid: number) => void} handTo whoever is to hold the lock from now on
 */
async function install(root, missing, handTo) {
  process.stderr.write(`Installing packages (${missing}); the first time this takes about a minute.\n`);
  // npm's own words go to stderr so that a command whose stdout is JSON stays JSON.
  const npm = spawn("npm", ["ci", "--loglevel=error", "--no-fund", "--no-audit"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  const ended = untilExit(npm);
  // When this process is killed npm goes on, and the next command must not write into the same folder.
  if (npm.pid !== undefined) handTo(npm.pid);
  const status = await ended.catch((error) => {
    throw new UserError(`npm could not be started: ${error.message}. Is it on the PATH?`);
  });
  if (status !== 0) {
    throw new UserError(
      `npm ci failed (exit code ${status}); what it printed stands above. Mend that and run it again.`,
    );
  }
  if (!existsSync(nodeOf(root))) {
    throw new UserError(
      "The npm package `node` brought no binary: its install script did not run. " +
        "Run `npm rebuild node` (npm 11 runs install scripts of the packages in `allowScripts` of package.json).",
    );
  }
}

/**
 * npm writes node_modules/.package-lock.json last, so an interrupted install is noticed too.
 * @param {string} root
 * @returns {string | undefined} why an install is needed
 */
function whatIsMissing(root) {
  const installed = readPackages(path.join(root, "node_modules", ".package-lock.json"));
  if (!installed || !existsSync(nodeOf(root))) return "none are here yet";
  const wanted = readPackages(path.join(root, "package-lock.json"));
  for (const [name, { version, optional }] of Object.entries(wanted ?? {})) {
    if (name === "" || optional) continue;
    const have = installed[name]?.version;
    if (have !== version)
      return `${name.replace(/^.*node_modules\//, "")} ${version} is wanted, ${have ?? "nothing"} is here`;
  }
  return undefined;
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined; // not there or cut short: an install mends both
  }
}

/**
 * Waits until no other process holds the lock, and holds it while the work is done. A lock whose process is gone counts
 * for nothing.
 * @param {string} lock
 * @param {(handTo: (pid: number) => void) => void | Promise<void>} work may hand the lock to a process that does it
 * @param {string} doing what it is that others wait for
 */
export async function whenAlone(lock, work, doing = "installing packages") {
  makeFolder(path.dirname(lock));
  for (let isAnnounced = false; !take(lock); await sleep(LOOK_MS)) {
    const holder = holderOf(lock);
    if (holder === undefined) continue;
    if (!isAlive(holder)) {
      rmSync(lock, { force: true });
    } else if (!isAnnounced) {
      process.stderr.write(`Another command (process ${holder}) is ${doing}; waiting for it.\n`);
      isAnnounced = true;
    }
  }
  try {
    await work((pid) => {
      writeFileSync(mine(lock), String(pid));
      renameSync(mine(lock), lock);
    });
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Nobody else writes it. @param {string} lock */
const mine = (lock) => `${lock}.${process.pid}`;

/** In one step with its content, so that nobody sees a lock without its holder. @param {string} lock */
function take(lock) {
  writeFileSync(mine(lock), String(process.pid));
  try {
    linkSync(mine(lock), lock);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(mine(lock), { force: true });
  }
}

/** @param {string} lock @returns {number | undefined} a process id; undefined when the lock has just gone */
function holderOf(lock) {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    return undefined;
  }
}
