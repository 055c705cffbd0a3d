/**
 * Installs what is missing, before anything else runs. Plain JavaScript without dependencies, as in `tandem.js`. Only one
 * process installs at a time: `npm test` beside an `npm start` of a fresh clone waits instead of writing into the same folder.
 */

import { spawn } from "node:child_process";
import { existsSync, lstatSync, readFileSync, readlinkSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { makeFolder } from "../shared/make-folder.js";
import { nodeOf } from "../shared/places.js";
import { UserError } from "../shared/user-error.js";
import { whenAlone } from "../shared/when-alone.js";
import { untilExit } from "./until-exit.js";

/** @param {string} root */
export async function installWhatIsMissing(root) {
  const needed = whatIsMissing(root);
  if (needed === undefined) return;
  refuseLinked(path.join(root, "node_modules"), needed);
  await whenAlone(path.join(root, ".local", "install.lock"), "installing packages", async (shareWith) => {
    // Somebody else may have installed it meanwhile.
    const missing = whatIsMissing(root);
    if (missing !== undefined) await install(root, missing, shareWith);
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
 * @param {(pid: number) => void} shareWith whoever is to hold the lock too
 */
async function install(root, missing, shareWith) {
  process.stderr.write(`Installing packages (${missing}); the first time this takes about a minute.\n`);
  const removed = takeAway(root);
  // npm's own words go to stderr so that a command whose stdout is JSON stays JSON.
  const npm = spawn("npm", ["ci", "--loglevel=error", "--no-fund", "--no-audit"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  const ended = untilExit(npm);
  // When this process is killed npm goes on, and the next command must not write into the same folder.
  if (npm.pid !== undefined) shareWith(npm.pid);
  const status = await ended.catch((error) => {
    throw new UserError(`npm could not be started: ${error.message}. Is it on the PATH?`);
  });
  await removed;
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
 * npm removes what is there file by file, and fails (ENOTEMPTY) where a command that is still running, or a script of an
 * install that was cut short, writes into the same folder meanwhile. A folder of another name disturbs nobody.
 * @param {string} root
 */
async function takeAway(root) {
  const away = path.join(root, ".local", "replaced");
  try {
    makeFolder(away);
    renameSync(path.join(root, "node_modules"), path.join(away, `${Date.now()}`));
  } catch {
    // Nothing is there, or (on Windows) a file of it is open: npm does what it can.
  }
  // What resists is removed at the next install.
  await rm(away, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
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
