/** Lines in the order in which they were written, although for some a source map has to be read first. */

export class OrderedLines {
  readonly #resolve: (line: string) => string | Promise<string>;
  #written: Promise<void> | undefined;

  constructor(resolve: (line: string) => string | Promise<string>) {
    this.#resolve = resolve;
  }

  /** Until every line so far has been shown; undefined when it has. */
  get written(): Promise<void> | undefined {
    return this.#written;
  }

  write(line: string, show: (line: string) => void): void {
    const resolved = this.#resolve(line);
    if (!this.#written && typeof resolved === "string") {
      show(resolved);
      return;
    }
    const written = Promise.all([resolved, this.#written]).then(([text]) => {
      show(text);
      if (this.#written === written) this.#written = undefined;
    });
    this.#written = written;
  }
}
