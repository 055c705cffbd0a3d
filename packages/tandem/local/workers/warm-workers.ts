/**
 * Idle workers of all functions: kept for the next call as long as there is memory for them and somebody calls now and
 * then. The longest idle end first. A worker that is missed soon after its end should have stayed: what is called over and
 * over gets the memory it needs, up to a bound, instead of a cold start at every call.
 */
import type { FunctionWorker } from "./function-worker.ts";

/** How often it is looked whether somebody has been idle for too long. */
const SWEEPS_PER_LIMIT = 10;
/** A function that is called again within this time after its worker was ended misses it (ms). */
const MISSED_WITHIN_MS = 60_000;
/** The budget grows to this many times what it was. */
const MOST_GROWTH = 8;

export class WarmWorkers {
  #budget: number;
  readonly #largestBudget: number;
  readonly #idleLimit: number;
  /** With the time since when, longest first. */
  readonly #idle = new Map<FunctionWorker, number>();
  /** Functions that had a worker ended to save memory: when, and how many bytes that saved. */
  readonly #saved = new Map<string, { at: number; bytes: number }>();
  readonly #sweep: NodeJS.Timeout;

  /**
   * @param budget bytes for all of them together, to begin with
   * @param idleLimit milliseconds
   */
  constructor(budget: number, idleLimit: number) {
    this.#budget = budget;
    this.#largestBudget = budget * MOST_GROWTH;
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
      // Who was only tried out (the load check) and never called is not known to be needed.
      if (longest.hasServed)
        this.#saved.set(longest.settings.name, { at: performance.now(), bytes: longest.memory });
      this.#end(longest);
    }
  }

  /** A function needs a worker anew. */
  missed(functionName: string): void {
    const saved = this.#saved.get(functionName);
    if (!saved) return;
    this.#saved.delete(functionName);
    if (performance.now() - saved.at > MISSED_WITHIN_MS) return;
    this.#budget = Math.min(this.#budget + saved.bytes, this.#largestBudget);
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
