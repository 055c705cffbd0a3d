/** What comes so much later, in seconds, comes from a clock that was set back. */
const LATEST_S = 60;

/** So many a second of what a person looks at; whoever asks counts what is beyond. */
export class RateLimit {
  readonly #most: number;
  readonly #now: () => number;
  #second = 0;
  #taken = 0;

  /** @param now milliseconds */
  constructor(most: number, now: () => number = () => performance.now()) {
    this.#most = most;
    this.#now = now;
  }

  /** @param at when it happened, where that is known without asking the clock. What comes late counts towards the last second */
  take(at = this.#now()): boolean {
    const second = Math.floor(at / 1000);
    if (second > this.#second || second < this.#second - LATEST_S) {
      this.#second = second;
      this.#taken = 0;
    }
    return this.#taken++ < this.#most;
  }
}
