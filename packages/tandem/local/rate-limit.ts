/** So many a second of what a person looks at; whoever asks counts what is beyond. */
export class RateLimit {
  readonly #most: number;
  #second = 0;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  take(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken = 0;
    }
    return this.#taken++ < this.#most;
  }
}
