/**
 * Keeps one server process up: waits until it listens, starts it again on the same port when it dies, and ends it.
 * Its process id is written down, so that one left behind by a killed run is found and ended by the next.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { UserError } from "../../shared/user-error.js";
import { launchOf, type ServerBinary } from "./binary.ts";
import { guardServer } from "./guardian.ts";
import { forget, writeDown } from "./leftover.ts";

/** The whole run has 2 s to end after Ctrl-C. Both servers write ahead, so being killed costs them nothing. */
const END_MS = 1200;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;
/** A server that was up this long did not fail because of how it was started. */
const SETTLED_MS = 10_000;
/** Of what a server wrote, this many lines are shown when it does not come up. */
const LINES_SHOWN = 6;

/** The server itself did not come up, for reasons it gave. */
export class ServerFailure extends UserError {}

export interface SupervisorOptions {
  binary: ServerBinary;
  folder: string;
  port: number;
  log(line: string): void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #name: string;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #pause = FIRST_PAUSE_MS;
  #restarting: Promise<void> = Promise.resolve();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#name = `${options.binary.kind} ${options.binary.version}`;
  }

  /** Of the running server; undefined between a crash and the restart. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    await this.#launch();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#restarting;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.stdin?.end();
      child.kill("SIGTERM");
      const giveUp = setTimeout(() => child.kill("SIGKILL"), END_MS);
      await ended;
      clearTimeout(giveUp);
    }
    forget(this.#options.folder);
  }

  async #launch(): Promise<void> {
    const { binary, folder, port } = this.#options;
    const launch = launchOf(binary, folder, port);
    // A process group of its own: Ctrl-C at the terminal reaches this process, which then ends the server in order.
    const child = spawn(binary.file, launch.arguments, { stdio: ["pipe", "pipe", "pipe"], detached: true });
    if (child.pid) writeDown(folder, { pid: child.pid, command: [binary.file, ...launch.arguments] });
    if (!launch.endsWithInput) guardServer(child);
    await listening(child, launch.ready, this.#name);
    this.#child = child;
    const since = Date.now();
    child.once("exit", (code, signal) => {
      this.#child = undefined;
      if (this.#stopping.signal.aborted) return;
      if (Date.now() - since > SETTLED_MS) this.#pause = FIRST_PAUSE_MS;
      this.#options.log(
        `MongoDB (${this.#name}) ended unexpectedly (${signal ?? `code ${code}`}); starting it again.`,
      );
      this.#restarting = this.#restart();
    });
  }

  async #restart(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await pause(this.#pause, undefined, { signal: this.#stopping.signal }).catch(() => {});
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
      if (this.#stopping.signal.aborted) return;
      try {
        await this.#launch();
        this.#options.log(`MongoDB (${this.#name}) is back.`);
        return;
      } catch (error) {
        this.#options.log(`${(error as Error).message} Trying again.`);
      }
    }
  }
}

/** Resolves at the line that says so, rejects when the process ends before it. Its later lines are read and dropped. */
function listening(child: ChildProcess, ready: RegExp, name: string): Promise<void> {
  const last: string[] = [];
  return new Promise((resolve, reject) => {
    const read = (line: string) => {
      if (ready.test(line)) resolve();
      if (last.push(line) > LINES_SHOWN) last.shift();
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", read);
    }
    child.once("error", (error) => reject(new ServerFailure(`${name} did not start: ${error.message}.`)));
    child.once("close", (code, signal) => {
      const lastLines = last.map((line) => `\n  ${line}`).join("");
      reject(new ServerFailure(`${name} did not come up (${signal ?? `code ${code}`}).${lastLines}`));
    });
  });
}
