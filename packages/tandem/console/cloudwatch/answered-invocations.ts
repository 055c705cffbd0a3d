/** Invocations of requests that are not answered yet: when each was asked for. The answer follows within the same turn, so few are open. */

const MOST = 64;

export class AnsweredInvocations {
  readonly #ids: string[] = Array.from({ length: MOST }, () => "");
  readonly #started = new Float64Array(MOST);
  #next = 0;

  /** What it holds that long is given up. */
  add(id: string, started: number): void {
    this.#ids[this.#next] = id;
    this.#started[this.#next] = started;
    this.#next = (this.#next + 1) % MOST;
  }

  /** Looked for from the newest on: no map, whose keys would have to be hashed at every request. */
  take(id: string): number | undefined {
    for (let back = 1; back <= MOST; back++) {
      const index = (this.#next - back + MOST) % MOST;
      if (this.#ids[index] !== id) continue;
      this.#ids[index] = "";
      return this.#started[index];
    }
    return undefined;
  }
}
