/** A function in a thread of its own: loaded once, with exactly the variables given, as a worker of Lambda is. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

export interface Reply {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

type Outcome = { result: unknown } | { error: { name: string; message: string } };

export class FunctionThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, (outcome: Outcome) => void>();
  #calls = 0;
  /** What the function wrote to its log. */
  log = "";

  private constructor(worker: Worker) {
    this.#worker = worker;
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
    const handlerFile = new URL(`../../../functions/${file}.ts`, import.meta.url).href;
    const worker = new Worker(new URL("./function-thread-main.ts", import.meta.url), {
      workerData: { handlerFile },
      env: environment,
      stdout: true,
      stderr: true,
    });
    const thread = new FunctionThread(worker);
    await once(worker, "message");
    return thread;
  }

  /** What the handler returned; throws what it threw. */
  async invoke(event: unknown): Promise<unknown> {
    const call = this.#calls++;
    const outcome = await new Promise<Outcome>((resolve) => {
      this.#waiting.set(call, resolve);
      this.#worker.postMessage({ call, event });
    });
    if ("error" in outcome)
      throw Object.assign(new Error(outcome.error.message), { name: outcome.error.name });
    return outcome.result;
  }

  async request(event: unknown): Promise<Reply> {
    return (await this.invoke(event)) as Reply;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}
