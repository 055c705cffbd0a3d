/** Finds and ends the server process that a killed run left behind: ours by its command line, never by its id alone. */

import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { UserError } from "../../shared/user-error.js";
import { writeByRename } from "../../shared/write-by-rename.ts";

const run = promisify(execFile);

export interface ServerProcess {
  pid: number;
  /** Executable and arguments; the data folder among them makes it ours. */
  command: string[];
}

const CHECK_MS = 50;
const END_MS = 5000;

export function writeDown(folder: string, server: ServerProcess): void {
  writeByRename(noteFile(folder), JSON.stringify(server));
}

export function forget(folder: string): void {
  rmSync(noteFile(folder), { force: true });
}

export async function endLeftover(folder: string): Promise<void> {
  const left = readNote(folder);
  if (!left || !(await isRunning(left))) return forget(folder);
  process.kill(left.pid, "SIGTERM");
  const giveUp = Date.now() + END_MS;
  while (await isRunning(left)) {
    if (Date.now() > giveUp) {
      throw new UserError(
        `Process ${left.pid} of an earlier run still uses ${folder} and does not end. End it with: kill -9 ${left.pid}`,
      );
    }
    await pause(CHECK_MS);
  }
  forget(folder);
}

function readNote(folder: string): ServerProcess | undefined {
  try {
    return JSON.parse(readFileSync(noteFile(folder), "utf8")) as ServerProcess;
  } catch {
    return undefined; // no earlier run, or it was cut short while writing
  }
}

/** A process id is given out again sooner or later; only the same command line is the same server. */
async function isRunning({ pid, command }: ServerProcess): Promise<boolean> {
  try {
    const { stdout } = await run("ps", ["-ww", "-o", "args=", "-p", String(pid)]);
    return stdout.trim() === command.join(" ");
  } catch {
    return false; // `ps` fails when there is no such process
  }
}

function noteFile(folder: string): string {
  return path.join(folder, "server.json");
}
