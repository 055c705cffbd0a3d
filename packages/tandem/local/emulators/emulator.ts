/**
 * The thread of an emulator, seen from the run: started, told what is declared, started again when it dies. A thread of
 * its own leaves the gateway its event loop, and an error thrown where nobody can catch it ends this thread, not the run.
 */

import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { compileCache } from "../../shared/places.js";
import { UserError } from "../../shared/user-error.js";
import { currentSalt } from "../iam/credentials.ts";
import type { Refusal, Role } from "../iam/guard.ts";
import { anyPort, type KeptPort } from "../kept-ports.ts";
import type { Observer } from "../observer.ts";
import { remedy, wayOut } from "./damage.ts";
import {
  type FromThread,
  REFUSED_DECLARATION,
  type ThreadData,
  type ToThread,
  UNREADABLE_DATA,
} from "./messages.ts";

export interface EmulatorOptions<Event> {
  /** For a person, e.g. `DynamoDB`. */
  name: string;
  /** Module that the thread runs. */
  entry: URL;
  folder: string;
  port?: KeptPort;
  log(line: string): void;
  onRefusal(refusal: Refusal): void;
  onEvent?(event: Event): void;
  observer?: Observer | undefined;
}

type Order<Resources> =
  | { kind: "declare"; resources: Resources; roles: readonly Role[] }
  | { kind: "tidy" }
  | { kind: "stop" };

const RESTART_MS = 500;
/** The thread closes its files in a few milliseconds; should it hang, the run still ends within its 2 s. */
const END_MS = 1000;

export class Emulator<Resources, Event = never> {
  readonly #options: EmulatorOptions<Event>;
  #thread: Worker | undefined;
  #port = 0;
  #nextId = 0;
  #declared: { resources: Resources; roles: readonly Role[] } | undefined;
  readonly #stopping = new AbortController();
  /** Settled while the thread runs; what comes during a restart waits for it. */
  #restarted: Promise<void> = Promise.resolve();
  readonly #waiting = new Map<number, PromiseWithResolvers<string[]>>();

  constructor(options: EmulatorOptions<Event>) {
    this.#options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const { entry, folder, observer, port = anyPort } = this.#options;
    const thread = new Worker(entry, {
      // Flags of whoever calls this (`--input-type`, a test runner's) are no business of the thread.
      execArgv: [],
      // A thread is given none by whoever asked for one by a call, as the command line does.
      env: { NODE_COMPILE_CACHE: compileCache, ...process.env },
      workerData: {
        folder,
        port: this.#port || port.last,
        mayMove: this.#port === 0,
        salt: currentSalt(),
        isObserved: observer !== undefined,
      } satisfies ThreadData,
    });
    this.#port = await listening(thread);
    port.keep(this.#port);
    this.#thread = thread;
    let failure: Error | undefined;
    thread.on("message", (message: FromThread<Event>) => this.#onMessage(message));
    thread.on("error", (error: Error) => {
      failure = error;
    });
    // Only now its port and its files are free for the next one.
    thread.on("exit", (code) => {
      if (this.#thread === thread) this.#died(failure ?? new Error(`exit code ${code}`));
    });
  }

  /** Gives the names of what is kept but no longer declared. Data that cannot be read is a UserError. */
  async declare(resources: Resources, roles: readonly Role[]): Promise<string[]> {
    await this.#restarted;
    return this.#declare(resources, roles);
  }

  async #declare(resources: Resources, roles: readonly Role[]): Promise<string[]> {
    const kept = await this.#order({ kind: "declare", resources, roles }).catch((error: Error) => {
      if (error.name === UNREADABLE_DATA) throw this.#unreadable(error.message);
      throw error.name === REFUSED_DECLARATION ? this.#refused(error.message) : error;
    });
    this.#declared = { resources, roles };
    return kept;
  }

  async tidy(): Promise<void> {
    await this.#order({ kind: "tidy" });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#restarted;
    const thread = this.#thread;
    if (!thread) return;
    const died = new Promise((resolve) => thread.once("exit", resolve));
    await Promise.race([this.#order({ kind: "stop" }), died, pause(END_MS, undefined, { ref: false })]);
    await this.#end();
  }

  async #end(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }

  #order(order: Order<Resources>): Promise<string[]> {
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<string[]>();
    this.#waiting.set(id, waiting);
    this.#thread?.postMessage({ ...order, id } satisfies ToThread<Resources>);
    return waiting.promise;
  }

  #onMessage(message: FromThread<Event>): void {
    if (message.kind === "refused") this.#options.onRefusal(message.refusal);
    if (message.kind === "log") this.#options.log(message.line);
    if (message.kind === "event") this.#options.onEvent?.(message.event);
    if (message.kind === "calls")
      this.#options.observer?.calls({ store: this.#options.name, ...message.calls });
    if (message.kind === "done") this.#settle(message.id)?.resolve(message.kept);
    if (message.kind === "failed") {
      const error = Object.assign(new Error(message.message), { name: message.name });
      this.#settle(message.id)?.reject(error);
    }
  }

  #settle(id: number): PromiseWithResolvers<string[]> | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #refused(why: string): UserError {
    const help = remedy(why, this.#options.folder);
    return new UserError(help === undefined ? why : `${why}. ${help}.`);
  }

  #unreadable(why: string): UserError {
    const { name, folder } = this.#options;
    return new UserError(
      `The data of the local ${name} in ${folder} cannot be read: ${why}. ${wayOut(why, folder)}`,
    );
  }

  #died(error: Error): void {
    this.#thread = undefined;
    // A library throws out of reach when it cannot read its own files.
    for (const waiting of this.#waiting.values()) waiting.reject(this.#unreadable(error.message));
    this.#waiting.clear();
    if (this.#stopping.signal.aborted) return;
    const { name, folder, log } = this.#options;
    log(
      `${name} ended unexpectedly (${error.message}); starting it again. ` +
        `If it goes on: ${wayOut(error.message, folder)}.`,
    );
    this.#restarted = this.#restart();
  }

  async #restart(): Promise<void> {
    const { name, log } = this.#options;
    await this.#wait(RESTART_MS);
    while (!this.#stopping.signal.aborted) {
      try {
        await this.start();
        if (this.#declared) await this.#declare(this.#declared.resources, this.#declared.roles);
        log(`${name} is back.`);
        return;
      } catch (error) {
        // One that listens and cannot read its data would hold the port against the next.
        await this.#end();
        log(`${name} did not start: ${(error as Error).message}. Trying again.`);
        await this.#wait(RESTART_MS * 10);
      }
    }
  }

  /** Not for longer than the run lasts. */
  async #wait(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}

/** The port it listens on. Rejects once it has ended without. */
async function listening<Event>(thread: Worker): Promise<number> {
  const ended = once(thread, "exit");
  // Awaited below; a second failure of the thread is the first one's consequence.
  ended.catch(() => {});
  try {
    const [message] = (await once(thread, "message")) as [FromThread<Event>];
    if (message.kind !== "listening") throw new Error(`the thread said "${message.kind}" before it listened`);
    return message.port;
  } catch (error) {
    await thread.terminate();
    await ended;
    throw error;
  }
}
