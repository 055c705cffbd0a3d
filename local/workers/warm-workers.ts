/** Idle workers of all functions: kept for the next call as long as there is memory for them, the least used end first. */
import type { FunctionWorker } from "./function-worker.ts";

/** What a thread takes beside its heap (stack, V8's own tables, message ports), measured. */
const THREAD_OVERHEAD = 3 * 1_048_576;

export class WarmWorkers {
  readonly #budget: number;
  /** In the order in which they became idle, with what each one counts. */
  readonly #idle = new Map<FunctionWorker, number>();
  #inUse = 0;

  /** @param budget bytes for all of them together */
  constructor(budget: number) {
    this.#budget = budget;
  }

  add(worker: FunctionWorker): void {
    const size = worker.memory + THREAD_OVERHEAD;
    this.#idle.set(worker, size);
    this.#inUse += size;
    for (const oldest of this.#idle.keys()) {
      if (this.#inUse <= this.#budget) return;
      this.remove(oldest);
      void oldest.terminate();
    }
  }

  remove(worker: FunctionWorker): void {
    const size = this.#idle.get(worker);
    if (size === undefined) return;
    this.#idle.delete(worker);
    this.#inUse -= size;
  }
}
