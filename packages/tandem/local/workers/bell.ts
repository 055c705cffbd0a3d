/**
 * Wakes a sleeping thread, which takes the run longer than all else of a call: of what is sent in one turn of the event loop the first
 * rings at once, and the rest together at the end of the turn.
 */
export class Bell {
  readonly #ring: () => void;
  #hasRung = false;
  #isDue = false;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Something has been sent. */
  sent(): void {
    if (this.#hasRung) {
      this.#isDue = true;
      return;
    }
    this.#hasRung = true;
    this.#ring();
    setImmediate(() => this.#turnEnds());
  }

  #turnEnds(): void {
    this.#hasRung = false;
    if (!this.#isDue) return;
    this.#isDue = false;
    this.#ring();
  }
}
