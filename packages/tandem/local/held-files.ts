/** Files whose reload waits for a time, unless something comes before. */
export class HeldFiles {
  readonly #late: (files: string[]) => void;
  readonly #files = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param late given what was held, when its time has come */
  constructor(late: (files: string[]) => void) {
    this.#late = late;
  }

  get isHolding(): boolean {
    return this.#timer !== undefined;
  }

  /** @param wait milliseconds */
  hold(files: readonly string[], wait: number): void {
    this.add(files);
    this.#timer = setTimeout(() => this.#late(this.release()), wait).unref();
  }

  /** They wait with those that are held. */
  add(files: readonly string[]): void {
    for (const file of files) this.#files.add(file);
  }

  /** @returns what is not held from here on */
  release(): string[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const files = [...this.#files];
    this.#files.clear();
    return files;
  }
}
