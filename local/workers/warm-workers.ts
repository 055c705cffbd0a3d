/**
 * Idle workers of all functions: kept for the next call as long as there is memory for them and somebody calls now and
 * then. The longest idle end first.
 */
import type { FunctionWorker } from "./function-worker.ts";

/** How often it is looked whether somebody has been idle for too long. */
const SWEEPS_PER_LIMIT = 10;

export class WarmWorkers {
  readonly #budget: number;
  readonly #idleLimit: number;
  /** With the time since when, longest first. */
  readonly #idle = new Map<FunctionWorker, number>();
  readonly #sweep: NodeJS.Timeout;

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
    this.#idle.set(worker, performance.now());
    // Counted each time: a worker that sleeps gives memory back.
    let bytes = 0;
    for (const { memory } of this.#idle.keys()) bytes += memory;
    for (const longest of this.#idle.keys()) {
      if (bytes <= this.#budget) return;
      bytes -= longest.memory;
      this.#end(longest);
    }
  }

  remove(worker: FunctionWorker): void {
    this.#idle.delete(worker);
  }

  stop(): void {
    clearInterval(this.#sweep);
  }

  #endLongIdle(): void {
    const before = performance.now() - this.#idleLimit;
    for (const [worker, since] of this.#idle) {
      if (since > before) return;
      this.#end(worker);
    }
  }

  #end(worker: FunctionWorker): void {
    this.remove(worker);
    void worker.terminate();
  }
}
