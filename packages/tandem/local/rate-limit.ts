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

  take(): boolean {
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken = 0;
    }
    return this.#taken++ < this.#most;
  }
}
