/**
 * Loads each function once with exactly its variables before anything is served, so that what is missing is found
 * before any request. Code that was once loaded with the same variables is not loaded again.
 */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { installCommand } from "../../shared/install-command.js";
import { UserError } from "../../shared/user-error.js";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { loadInBulk } from "./bulk-load.ts";
import type { FunctionPool } from "./function-pool.ts";
import type { Assignment, FunctionError } from "./protocol.ts";
import { isPython } from "./python/interpreter.ts";

export interface Candidate {
  pool: FunctionPool;
  /** What a thread needs to load it. */
  assignment: Assignment;
  /** Same key, same outcome: code, handler, runtime and declared variables. */
  key: string;
}

export interface LoadCheckOptions {
  /** File that keeps the keys of what has loaded; without it everything is loaded. */
  memory?: string;
  signal: AbortSignal;
  /** Many functions are first loaded in a few threads; a debugger would see each of them come and go. */
  inBulk: boolean;
}

/** So many are loaded in workers of their own, which then are warm; of more it is only found out whether they load. */
const FEW = 2 * availableParallelism();

/** A function that cannot be run, and why: a line for the person. */
export interface NotLoaded {
  /** Physical name. */
  name: string;
  line: string;
}

export async function checkLoading(
  candidates: Candidate[],
  { memory, signal, inBulk }: LoadCheckOptions,
): Promise<NotLoaded[]> {
  const known = new Set(memory === undefined ? [] : readKeys(memory));
  const unknown = candidates.filter(({ key }) => !known.has(key));
  const inThreads = unknown.filter(({ pool }) => !isPython(pool.settings.runtime));
  const seen =
    inBulk && inThreads.length > FEW
      ? await loadInBulk(
          inThreads.map(({ assignment }) => assignment),
          signal,
        )
      : new Set();
  const doubtful = unknown.filter(({ pool }) => !seen.has(pool.settings.name));
  const failures: NotLoaded[] = [];
  await inParallel(doubtful, availableParallelism(), async ({ pool, assignment }) => {
    signal.throwIfAborted();
    const error = await pool.warmUp();
    if (!error) return;
    const { name, logicalName } = pool.settings;
    failures.push({
      name,
      line: `${explain(logicalName, error, assignment.taskRoot)}${unbuilt(assignment)}`,
    });
  });
  const failed = new Set(failures.map(({ name }) => name));
  const loaded = unknown.filter(({ pool }) => !failed.has(pool.settings.name));
  if (memory !== undefined && loaded.length > 0)
    remember(memory, [...known, ...loaded.map(({ key }) => key)]);
  return failures;
}

export function notEveryFunction(failures: readonly NotLoaded[]): UserError {
  return new UserError(
    ["Not every function can be run.", ...failures.map(({ line }) => line).sort()].join("\n"),
  );
}

const SOURCES = [".ts", ".mts", ".cts", ".tsx"];
const BUILT = [".js", ".mjs", ".cjs"];

/** Of a handler that is there only as TypeScript: Lambda does not compile. */
function unbuilt({ handler, taskRoot }: Assignment): string {
  const module = path.join(taskRoot, handler.slice(0, handler.lastIndexOf(".")));
  const source = SOURCES.map((end) => module + end).find((file) => existsSync(file));
  if (source === undefined || BUILT.some((end) => existsSync(module + end))) return "";
  return `. ${path.basename(source)} lies there unbuilt: Lambda runs JavaScript, so build it first, as before a deployment`;
}

export function candidateKey(parts: unknown[]): string {
  return createHash("sha256")
    .update(JSON.stringify([process.version, ...parts]))
    .digest("hex");
}

function explain(
  functionName: string,
  { errorType, errorMessage, trace, stackTrace }: FunctionError,
  taskRoot: string,
): string {
  const variable = /^Missing environment variable (\S+)/.exec(errorMessage)?.[1];
  if (variable) {
    return `  Function ${functionName} reads the environment variable ${variable}, which nothing gives it: add the link that does.`;
  }
  const missing = /Cannot find (?:package|module) '(@(?:aws-sdk|smithy)\/[^'/]+)/.exec(errorMessage)?.[1];
  if (missing) {
    return `  Function ${functionName} imports ${missing}, which Lambda's runtime brings along and this machine does not: run ${installCommand(taskRoot, missing, { development: true })} in the program's folder.`;
  }
  const brought = /No module named '(boto3|botocore)'/.exec(errorMessage)?.[1];
  if (brought) {
    return `  Function ${functionName} imports ${brought}, which Lambda's runtime brings along and this machine does not: run python3 -m pip install boto3, or in the program's folder python3 -m venv .venv && .venv/bin/pip install boto3.`;
  }
  const where = stackTrace ? placeInPython(stackTrace, taskRoot) : trace && placeInCode(trace);
  return `  Function ${functionName}: ${errorType}: ${errorMessage}${where ? ` (${where})` : ""}`;
}

/** A syntax error begins with its file and line; of a stack the first line that is not the runtime's or Node's own. */
function placeInCode([first = "", ...rest]: string[]): string | undefined {
  if (/^\S+:\d+$/.test(first)) return first;
  return rest.find((line) => /^ +at /.test(line) && !/node:|\/workers\/runtime\//.test(line))?.trim();
}

/** The innermost line of the function's own code. */
function placeInPython(stackTrace: string[], taskRoot: string): string | undefined {
  return stackTrace
    .findLast((entry) => entry.includes(taskRoot))
    ?.trim()
    .split("\n")[0];
}

/** Enough for going to and fro between a few versions of a large program. */
const MOST_KEYS = 2_000;

function remember(memory: string, keys: string[]): void {
  writeByRename(memory, JSON.stringify(keys.slice(-MOST_KEYS)));
}

/** A damaged memory is none: everything is loaded once more. */
function readKeys(memory: string): string[] {
  try {
    const keys: unknown = JSON.parse(readFileSync(memory, "utf8"));
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}

async function inParallel<T>(items: T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
