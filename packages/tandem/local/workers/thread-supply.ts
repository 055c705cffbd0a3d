/**
 * Blank threads, booted ahead: a function's first call then waits for its own code only. V8's limits are set when a thread
 * boots, so each spare fits functions of some memory sizes.
 */
import limits from "../../shared/aws/limits.cjs";
import type { FunctionDebugger } from "./function-debugger.ts";
import { isPython } from "./python/interpreter.ts";
import type { FunctionSettings } from "./settings.ts";
import { heapLimit, Thread } from "./thread.ts";

/** What will most likely be asked for next. */
export interface Wanted {
  /** How many threads at most. */
  count: number;
  /** MB that most of the functions have. */
  memorySize: number;
}

/** A function, and how many threads it has. */
interface Caller {
  pool: { size: number };
  settings: Pick<FunctionSettings, "runtime" | "memorySize">;
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

/**
 * One for each function without a worker.
 * @param functions undefined before they are known: then one that most functions of any program fit
 */
export function wantedFor(functions: Iterable<Caller> | undefined): Wanted {
  if (functions === undefined) return { count: 1, memorySize: limits.lambda.memory.standard };
  const counts = new Map<number, number>();
  let count = 0;
  for (const { pool, settings } of functions) {
    if (pool.size > 0 || isPython(settings.runtime)) continue;
    count += 1;
    counts.set(settings.memorySize, (counts.get(settings.memorySize) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return { count, memorySize: most?.[0] ?? limits.lambda.memory.standard };
}
