/**
 * Idle workers of all functions: kept for the next call as long as there is memory for them and somebody calls now and
 * then. The longest idle end first.
 */
import type { FunctionWorker } from "./function-worker.ts";

/** V8 counts this much for every isolate although all share it; measured with blank threads. */
const SHARED_BYTES = 8 * 1_048_576;
/** How often it is looked whether somebody has been idle for too long. */
const SWEEPS_PER_LIMIT = 10;

interface Idle {
  since: number;
  bytes: number;
}

export class WarmWorkers {
  readonly #budget: number;
  readonly #idleLimit: number;
  /** In the order in which they became idle. */
  readonly #idle = new Map<FunctionWorker, Idle>();
  readonly #sweep: NodeJS.Timeout;
  #bytes = 0;

  /**
   * @param budget bytes for all of them together
   * @param idleLimit milliseconds
   */
  constructor(budget: number, idleLimit: number) {
    this.#budget = budget;
    this.#idleLimit = idleLimit;
    this.#sweep = setInterval(() => this.#endLongIdle(), idleLimit / SWEEPS_PER_LIMIT).unref();
  }

  add(worker: FunctionWorker): void {
    const bytes = Math.max(0, worker.memory - SHARED_BYTES);
    this.#idle.set(worker, { since: performance.now(), bytes });
    this.#bytes += bytes;
    for (const longest of this.#idle.keys()) {
      if (this.#bytes <= this.#budget) return;
      this.#end(longest);
    }
  }

  remove(worker: FunctionWorker): void {
    const idle = this.#idle.get(worker);
    if (!idle) return;
    this.#idle.delete(worker);
    this.#bytes -= idle.bytes;
  }

  stop(): void {
    clearInterval(this.#sweep);
  }

  #endLongIdle(): void {
    const before = performance.now() - this.#idleLimit;
    for (const [worker, { since }] of this.#idle) {
      if (since > before) return;
      this.#end(worker);
    }
  }

  #end(worker: FunctionWorker): void {
    this.remove(worker);
    void worker.terminate();
  }
}
