// #region books or movies
/** Functions in a thread of their own: loaded once, with exactly the variables given, as a worker of Lambda is. */
import { Worker } from "node:worker_threads";
import type { Question } from "./function-thread-main.ts";

export interface Reply {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

type Outcome = { result: unknown } | { error: { name: string; message: string } };

export class FunctionThread {
  readonly #worker: Worker;
  readonly #file: string;
  readonly #waiting = new Map<number, (outcome: Outcome) => void>();
  #calls = 0;
  /** What the function wrote to its log, up to the end of each call that was answered. */
  log = "";

  private constructor(worker: Worker, file: string) {
    this.#worker = worker;
    this.#file = file;
    worker.on("message", ({ call, outcome }: { call: number; outcome: Outcome }) => {
      this.#waiting.get(call)?.(outcome);
      this.#waiting.delete(call);
    });
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.log += text;
      });
    }
  }

  /** @param file relative to `functions/`, e.g. `books/readBook`. */
  static async load(file: string, environment: Record<string, string>): Promise<FunctionThread> {
    const worker = new Worker(new URL("./function-thread-main.ts", import.meta.url), {
      env: environment,
      // Where what V8 compiled is kept stands in a variable, which a function has not.
      workerData: { compileCache: process.env.NODE_COMPILE_CACHE },
      stdout: true,
      stderr: true,
    });
    // A test that fails before it ends its thread must not keep the process.
    worker.unref();
    const thread = new FunctionThread(worker, file);
    try {
      await thread.#ask({ file });
      return thread;
    } catch (error) {
      await thread.end();
      throw error;
    }
  }

  /** What the handler returned; throws what it threw. Another file than the first is loaded into the same thread. */
  async invoke(event: unknown, file: string = this.#file): Promise<unknown> {
    return this.#ask({ file, event });
  }

  /** As `load` loads it into a thread of its own, but for the packages, which are there already; throws what loading throws. */
  async loadAnew(file: string, environment: Record<string, string>): Promise<void> {
    await this.#ask({ file, environment });
  }

  async #ask(question: Omit<Question, "call">): Promise<unknown> {
    const call = this.#calls++;
    const outcome = await new Promise<Outcome>((resolve) => {
      this.#waiting.set(call, resolve);
      this.#worker.postMessage({ call, ...question });
    });
    if ("error" in outcome)
      throw Object.assign(new Error(outcome.error.message), { name: outcome.error.name });
    return outcome.result;
  }

  async request(event: unknown, file?: string): Promise<Reply> {
    return (await this.invoke(event, file)) as Reply;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
