/**
 * Blank threads, booted ahead: a function's first call then waits for its own code only. V8's limits are set when a thread
 * boots, so each spare fits functions of one memory size.
 */
import type { FunctionDebugger } from "./function-debugger.ts";
import { Thread } from "./thread.ts";

export class ThreadSupply {
  readonly #wanted: () => number | undefined;
  readonly #spares: Thread[] = [];
  readonly #count: number;
  readonly #debugger: FunctionDebugger | undefined;
  #stopped = false;

  /**
   * @param count how many spares are kept
   * @param wanted memory size that is most likely asked for next; undefined when every function has its worker
   */
  constructor(count: number, wanted: () => number | undefined, inspectedBy?: FunctionDebugger) {
    this.#count = count;
    this.#debugger = inspectedBy;
    this.#wanted = wanted;
  }

  /** A spare where one fits (it may still be booting, which it has begun), else a new one. */
  take(memorySize: number): Thread {
    const index = this.#spares.findIndex((thread) => thread.memorySize === memorySize);
    const [spare] = index >= 0 ? this.#spares.splice(index, 1) : [];
    setImmediate(() => this.replenish());
    return spare ?? new Thread(memorySize, this.#debugger);
  }

  replenish(): void {
    const wanted = this.#wanted();
    if (this.#stopped || wanted === undefined) return;
    if (this.#spares.length >= this.#count) {
      if (this.#spares.some(({ memorySize }) => memorySize === wanted)) return;
      void this.#spares.shift()?.terminate();
    }
    while (this.#spares.length < this.#count) this.#spares.push(new Thread(wanted, this.#debugger));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#spares.splice(0).map((thread) => thread.terminate()));
  }
}
