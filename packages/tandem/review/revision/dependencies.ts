/** Gives a checkout its packages: this one's own where both want the same, else what its lock file says. */

import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../shared/user-error.js";
import type { Base } from "./base.ts";
import type { Checkout } from "./worktree.ts";

const run = promisify(execFile);

/** @param own the folder of the working tree; @param log tells a person why it takes so long */
export async function provideDependencies(
  own: string,
  { folder, signal }: Checkout,
  base: Base,
  log: (line: string) => void,
): Promise<void> {
  const [ownLock, baseLock] = [own, folder].map(lockOf);
  if (baseLock === undefined || baseLock === ownLock) {
    shareModules(path.join(own, "node_modules"), path.join(folder, "node_modules"));
    return;
  }
  log(`${base.revision} has another package-lock.json: installing its packages, which takes about a minute.`);
  try {
    // Nothing that a recording needs is a development dependency or comes from an install script.
    await run(
      "npm",
      ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
      {
        cwd: folder,
        signal,
      },
    );
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT") throw new UserError("npm could not be started. Is it on the PATH?");
    const output = (stderr || message).trim().split("\n").slice(0, LINES_OF_NPM).join("\n");
    throw new UserError(`npm ci failed for the packages of ${base.revision}: ${output}`);
  }
}

/**
 * Links package by package, so that what tools keep beside them (`.cache`) stays with each checkout: bundles of the base
 * would otherwise pile up here. It begins with a copy of the bundles that are kept here.
 */
function shareModules(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name !== ".cache") symlinkSync(path.join(from, name), path.join(to, name), "junction");
  }
  // What was built is known by its content: of a handler that is alike in both, the bundle is there already.
  const bundles = path.join(".cache", "tandem", "bundles");
  if (existsSync(path.join(from, bundles))) {
    cpSync(path.join(from, bundles), path.join(to, bundles), { recursive: true });
  }
}

/** npm tells the reason first, then all about its usage. */
const LINES_OF_NPM = 6;

/** What a lock file says of the packages that a program runs with, as one text to compare. */
function lockOf(folder: string): string | undefined {
  const file = path.join(folder, "package-lock.json");
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  try {
    const { packages } = JSON.parse(text) as { packages?: Record<string, LockedPackage> };
    const running = Object.entries(packages ?? {}).filter(([name, { dev }]) => name !== "" && !dev);
    return JSON.stringify(running.map(([name, { version, integrity }]) => [name, version, integrity]));
  } catch {
    return text; // npm will say what is wrong with it
  }
}

interface LockedPackage {
  version?: string;
  integrity?: string;
  dev?: boolean;
}
