/** Something that takes a while to come up, begun early and waited for later. */
import { readdirSync } from "node:fs";

export class Prepared<T> {
  #begun: Promise<T> | undefined;

  begin(make: () => Promise<T>): void {
    this.#begun = make();
    // Waited for later; without a handler here a failure until then would be unhandled.
    this.#begun.catch(() => {});
  }

  /** What was begun, or what is made now. Its failure is the caller's. */
  async take(make: () => Promise<T>): Promise<T> {
    const begun = this.#begun;
    this.#begun = undefined;
    return begun ?? make();
  }

  /** What was begun and nobody took; undefined when there is none, or it failed. */
  async untaken(): Promise<T | undefined> {
    const begun = this.#begun;
    this.#begun = undefined;
    return begun?.catch(() => undefined);
  }
}

/** Whether an earlier run kept something in the folder. */
export function hasData(folder: string): boolean {
  return readdirSync(folder).length > 0;
}
