/**
 * Blank threads, booted ahead: a function's first call then waits for its own code only. V8's limits are set when a thread
 * boots, so each spare fits functions of some memory sizes.
 */
import type { FunctionDebugger } from "./function-debugger.ts";
import { heapLimit, Thread } from "./thread.ts";

/** What will most likely be asked for next. */
export interface Wanted {
  /** How many threads at most. */
  count: number;
  /** MB that most of the functions have. */
  memorySize: number;
}

export class ThreadSupply {
  readonly #wanted: () => Wanted;
  readonly #spares: Thread[] = [];
  readonly #count: number;
  readonly #debugger: FunctionDebugger | undefined;
  #stopped = false;

  /** @param count how many spares are kept at most */
  constructor(count: number, wanted: () => Wanted, inspectedBy?: FunctionDebugger) {
    this.#count = count;
    this.#debugger = inspectedBy;
    this.#wanted = wanted;
  }

  /** A spare where one fits (it may still be booting, which it has begun), else a new one. */
  take(memorySize: number): Thread {
    const index = this.#spares.findIndex(({ limit }) => limit === heapLimit(memorySize));
    const [spare] = index >= 0 ? this.#spares.splice(index, 1) : [];
    setImmediate(() => this.replenish());
    return spare ?? new Thread(memorySize, this.#debugger);
  }

  replenish(): void {
    const { count, memorySize } = this.#wanted();
    if (this.#stopped || count === 0) return;
    const most = Math.min(this.#count, count);
    if (this.#spares.length >= most) {
      if (this.#spares.some(({ limit }) => limit === heapLimit(memorySize))) return;
      void this.#spares.shift()?.terminate();
    }
    while (this.#spares.length < most) this.#spares.push(new Thread(memorySize, this.#debugger));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#spares.splice(0).map((thread) => thread.terminate()));
  }
}
