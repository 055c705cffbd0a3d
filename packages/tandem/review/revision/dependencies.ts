/** Gives a checkout its packages: this one's own where both want the same, else what its lock file says. */

import { execFile } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../shared/user-error.js";
import type { Base } from "./base.ts";
import { foldersWithPackages, type Roots, sharePackages } from "./shared-packages.ts";
import type { Checkout } from "./worktree.ts";

const run = promisify(execFile);

/**
 * @param own the folder of the working tree; @param log tells a person why it takes so long
 * @returns what a reader of the comparison must know of the packages
 */
export async function provideDependencies(
  own: string,
  { folder, root, signal }: Checkout,
  base: Base,
  log: (line: string) => void,
): Promise<string[]> {
  const program = path.relative(root, folder);
  const roots: Roots = { own: path.resolve(realpathSync(own), path.relative(folder, root)), other: root };
  const above = levels(program);
  const folders = new Set([program, ...(await foldersWithPackages(roots.own))].map(path.normalize));
  // One that has a lock file and no packages yet.
  for (const level of above)
    if (LOCKS.some((name) => existsSync(path.join(root, level, name)))) folders.add(level);
  const notes: string[] = [];
  for (const at of folders) {
    const differing = differingLock(roots, at);
    if (differing === NPM_LOCK && above.includes(at)) {
      log(
        `${base.revision} has another package-lock.json: installing its packages, which takes about a minute.`,
      );
      await install(path.join(root, at), base, signal);
      continue;
    }
    if (differing !== undefined)
      notes.push(
        `${path.join(at, differing)} of ${base.revision} is another one; it is compared with the packages of this working tree all the same.`,
      );
    sharePackages(roots, at);
  }
  return notes;
}

/** `a/b` → `a/b`, `a`, `.` */
function levels(folder: string): string[] {
  const at = path.normalize(folder);
  return at === "." ? [at] : [at, ...levels(path.dirname(at))];
}

const NPM_LOCK = "package-lock.json";
const LOCKS = [NPM_LOCK, "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"];

/** One that the base lacks says nothing of what it wanted. */
function differingLock({ own, other }: Roots, at: string): string | undefined {
  return LOCKS.find((name) => {
    const [here, there] = [own, other].map((root) => lockOf(path.join(root, at, name)));
    return there !== undefined && here !== there;
  });
}

async function install(folder: string, base: Base, signal: AbortSignal): Promise<void> {
  try {
    // Nothing that a recording needs is a development dependency or comes from an install script.
    await run(
      "npm",
      ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
      { cwd: folder, signal },
    );
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT") throw new UserError("npm could not be started. Is it on the PATH?");
    const output = (stderr || message).trim().split("\n").slice(0, LINES_OF_NPM).join("\n");
    throw new UserError(`npm ci failed for the packages of ${base.revision}: ${output}`);
  }
}

/** npm tells the reason first, then all about its usage. */
const LINES_OF_NPM = 6;

/** What a lock file says of the packages that a program runs with, as one text to compare; of others than npm's all. */
function lockOf(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "latin1");
  try {
    const { packages } = JSON.parse(text) as { packages?: Record<string, LockedPackage> };
    if (packages === undefined) return text;
    const running = Object.entries(packages).filter(([name, { dev }]) => name !== "" && !dev);
    return JSON.stringify(running.map(([name, { version, integrity }]) => [name, version, integrity]));
  } catch {
    return text; // not npm's, or npm will say what is wrong with it
  }
}

interface LockedPackage {
  version?: string;
  integrity?: string;
  dev?: boolean;
}
