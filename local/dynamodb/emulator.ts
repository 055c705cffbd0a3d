/** The thread that serves DynamoDB, seen from the run: started, told what is declared, started again when it dies. */
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Refusal } from "../iam/guard.ts";
import type { Role } from "../iam/policies.ts";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import type { TableDefinition } from "./table-definitions.ts";

export interface EmulatorOptions {
  folder: string;
  /** The ARNs in DescribeTable carry it. */
  region: string;
  accountId: string;
  log(line: string): void;
  onRefusal(refusal: Refusal): void;
}

type Order = ToThread extends infer T ? (T extends ToThread ? Omit<T, "id"> : never) : never;

const RESTART_MS = 500;
/** The thread closes its files in a few milliseconds; should it hang, the run still ends within its 2 s. */
const END_MS = 1000;

export class Emulator {
  readonly #options: EmulatorOptions;
  #thread: Worker | undefined;
  #port = 0;
  #nextId = 0;
  #declared: { tables: TableDefinition[]; roles: readonly Role[] } | undefined;
  #stopping = false;
  readonly #waiting = new Map<number, PromiseWithResolvers<string[]>>();

  constructor(options: EmulatorOptions) {
    this.#options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Rejects with what the thread failed at, e.g. because its files cannot be read. */
  async start(): Promise<void> {
    const { folder, region, accountId } = this.#options;
    const thread = new Worker(new URL("thread.ts", import.meta.url), {
      workerData: { folder, port: this.#port } satisfies ThreadData,
      env: { ...process.env, AWS_REGION: region, AWS_ACCOUNT_ID: accountId },
    });
    const [message] = (await once(thread, "message")) as [FromThread];
    if (message.kind !== "listening") throw new Error(`the thread said "${message.kind}" before it listened`);
    this.#port = message.port;
    this.#thread = thread;
    thread.on("message", (said: FromThread) => this.#hear(said));
    thread.on("error", (error) => this.#died(error));
  }

  /** Names of tables that are kept but no longer declared. */
  async declare(tables: TableDefinition[], roles: readonly Role[]): Promise<string[]> {
    this.#declared = { tables, roles };
    return this.#order({ kind: "declare", tables, roles });
  }

  async expire(): Promise<void> {
    await this.#order({ kind: "expire" });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const thread = this.#thread;
    if (!thread) return;
    const died = new Promise((resolve) => thread.once("exit", resolve));
    await Promise.race([this.#order({ kind: "stop" }), died, pause(END_MS, undefined, { ref: false })]);
    await thread.terminate();
  }

  #order(order: Order): Promise<string[]> {
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<string[]>();
    this.#waiting.set(id, waiting);
    this.#thread?.postMessage({ ...order, id });
    return waiting.promise;
  }

  #hear(message: FromThread): void {
    if (message.kind === "refused") this.#options.onRefusal(message.refusal);
    if (message.kind === "done") this.#settle(message.id)?.resolve(message.undeclared);
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

  #died(error: Error): void {
    if (this.#stopping) return;
    this.#thread = undefined;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
    this.#options.log(
      `DynamoDB ended unexpectedly (${error.message}); starting it again. ` +
        `If it goes on, ${this.#options.folder} is damaged: begin with empty stores by npm start -- --reset.`,
    );
    void this.#restart();
  }

  async #restart(): Promise<void> {
    await pause(RESTART_MS);
    while (!this.#stopping) {
      try {
        await this.start();
        if (this.#declared) await this.declare(this.#declared.tables, this.#declared.roles);
        this.#options.log("DynamoDB is back.");
        return;
      } catch (error) {
        this.#options.log(`DynamoDB did not start: ${(error as Error).message}. Trying again.`);
        await pause(RESTART_MS * 10);
      }
    }
  }
}
