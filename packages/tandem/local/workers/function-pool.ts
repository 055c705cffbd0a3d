/** All workers of one function: who takes the next invocation, when a further worker starts, and what waits. */
import { availableParallelism } from "node:os";
import type { InvokeResult } from "../invocation.ts";
import type { Execution } from "./execution.ts";
import type { FunctionWorker } from "./function-worker.ts";
import type { FunctionError } from "./protocol.ts";
import type { FunctionSettings } from "./settings.ts";

/** How often it is looked whether somebody has waited for too long, and whether an invocation is quick after all. */
const LOOK_MS = 5;
/** Nobody waits longer before a further worker is started, however long that takes: the machine may have been busy then. */
const LONGEST_PATIENCE_MS = 250;
/** The cloud would start more; here each costs memory of one machine. What is beyond waits its turn. */
const MOST_WORKERS = 32;
/** Booting is work for the processor: more at once would only make each slower. */
const MOST_LOADING = availableParallelism();

const ENDED_BEFORE: FunctionError = {
  errorType: "ServiceException",
  errorMessage: "The local run ended before the function ran.",
};

interface Waiting {
  execution: Execution;
  since: number;
  done(result: InvokeResult): void;
}

export interface PoolContext {
  /** Starts a worker; `onEnd` is called once when it is no more. */
  startWorker(onEnd: (worker: FunctionWorker) => void): FunctionWorker;
  /** A worker has nothing to do (may be ended to save memory), or has again. */
  idle(worker: FunctionWorker): void;
  busy(worker: FunctionWorker): void;
}

export class FunctionPool {
  readonly settings: FunctionSettings;
  readonly #context: PoolContext;
  readonly #workers = new Set<FunctionWorker>();
  /** The last one that became idle is the first to work again: the others may then be ended. */
  readonly #idle: FunctionWorker[] = [];
  readonly #waiting: Waiting[] = [];
  /**
   * How long an invocation waits for a busy worker before a further one is started (ms): as long as starting the last one
   * took. A handler that is done sooner is worth waiting for; one that takes longer costs its caller that once.
   */
  #patience = Number.POSITIVE_INFINITY;
  #loading = 0;
  /** Running and waiting. */
  #inFlight = 0;
  #scaleTimer: NodeJS.Timeout | undefined;
  #drained: (() => void) | undefined;
  #stopped = false;

  constructor(settings: FunctionSettings, context: PoolContext) {
    this.settings = settings;
    this.#context = context;
  }

  get size(): number {
    return this.#workers.size;
  }

  /** Executions that run or wait. */
  get inFlight(): number {
    return this.#inFlight;
  }

  invoke(execution: Execution): Promise<InvokeResult> {
    const { reservedConcurrency } = this.settings;
    if (reservedConcurrency !== undefined && this.#inFlight >= reservedConcurrency) {
      return Promise.resolve({
        requestId: execution.requestId,
        status: "throttled",
        reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      });
    }
    this.#inFlight++;
    const { promise, resolve } = Promise.withResolvers<InvokeResult>();
    this.#waiting.push({ execution, since: performance.now(), done: resolve });
    this.#dispatch();
    return promise;
  }

  /** Loads the code into a worker that then waits for the first invocation. */
  async warmUp(): Promise<FunctionError | undefined> {
    return this.#startAhead();
  }

  /** Ends every worker once it has answered what it was given; takes nothing more. */
  async drain(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drained = resolve;
    if (this.#inFlight === 0) resolve();
    await promise;
    await this.stop();
  }

  /** Ends every worker wherever it is. What waits is answered with an error. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#scaleTimer);
    for (const waiting of this.#waiting.splice(0)) this.#endedBefore(waiting);
    await Promise.all([...this.#workers].map((worker) => worker.terminate()));
  }

  #endedBefore({ execution, done }: Waiting): void {
    done({ requestId: execution.requestId, status: "error", error: ENDED_BEFORE });
    this.#oneLess();
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const worker =
        this.#idle.pop() ?? (this.#workers.size === 0 ? this.#start() : undefined) ?? this.#quickWorker();
      if (!worker) {
        this.#scaleLater();
        return;
      }
      this.#run(worker, this.#waiting.shift() as Waiting);
    }
  }

  /** One that is given its next invocations while it runs one need not be woken for each. */
  #quickWorker(): FunctionWorker | undefined {
    for (const worker of this.#workers) {
      if (!worker.takesAhead) continue;
      this.#scaleLater();
      return worker;
    }
    return undefined;
  }

  #run(worker: FunctionWorker, waiting: Waiting): void {
    this.#context.busy(worker);
    void worker.run(waiting.execution).then((result) => {
      if (!result) return this.#takeBack(waiting);
      // First, so that the worker is at work again while the answer is dealt with.
      if (worker.isFree) this.#becomesIdle(worker);
      else this.#dispatch();
      waiting.done(result);
      this.#oneLess();
    });
  }

  /** Given ahead to a worker that did not come to it. */
  #takeBack(waiting: Waiting): void {
    if (this.#stopped) this.#endedBefore(waiting);
    else this.#waiting.unshift(waiting);
    // When all that come back with it are here.
    queueMicrotask(() => this.#dispatch());
  }

  #becomesIdle(worker: FunctionWorker): void {
    // Of two answers that came one after the other each finds it with nothing to do.
    if (!this.#idle.includes(worker)) this.#idle.push(worker);
    this.#dispatch();
    if (this.#idle.includes(worker)) this.#context.idle(worker);
  }

  #start(): FunctionWorker {
    const worker = this.#context.startWorker((ended) => this.#removed(ended));
    this.#workers.add(worker);
    const began = performance.now();
    void worker.ready.then(() => {
      this.#patience = Math.min(performance.now() - began, LONGEST_PATIENCE_MS);
    });
    return worker;
  }

  async #startAhead(): Promise<FunctionError | undefined> {
    this.#loading++;
    const worker = this.#start();
    const error = await worker.ready;
    this.#loading--;
    if (!error) this.#becomesIdle(worker);
    else this.#failFirstWaiting(error);
    return error;
  }

  /** Code that does not load answers what waited for it; otherwise it would be started again and again. */
  #failFirstWaiting(error: FunctionError): void {
    const first = this.#waiting.shift();
    if (!first) return;
    first.done({ requestId: first.execution.requestId, status: "error", error });
    this.#oneLess();
    this.#dispatch();
  }

  #oneLess(): void {
    this.#inFlight--;
    if (this.#inFlight === 0) this.#drained?.();
  }

  #removed(worker: FunctionWorker): void {
    this.#workers.delete(worker);
    const index = this.#idle.indexOf(worker);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#context.busy(worker);
    // After the invocation that ended with it has been answered.
    queueMicrotask(() => this.#dispatch());
  }

  #scaleLater(): void {
    this.#scaleTimer ??= setTimeout(() => {
      this.#scaleTimer = undefined;
      for (const worker of this.#workers) worker.takeBackWhereSlow(LOOK_MS);
      const overdueSince = performance.now() - this.#patience;
      const overdue = this.#waiting.filter(({ since }) => since <= overdueSince).length;
      const more = Math.min(
        overdue - this.#loading,
        MOST_LOADING - this.#loading,
        MOST_WORKERS - this.#workers.size,
      );
      for (let started = 0; started < more; started++) void this.#startAhead();
      if (this.#waiting.length > 0 || this.#workers.size < this.#inFlight) this.#scaleLater();
    }, LOOK_MS);
  }
}
