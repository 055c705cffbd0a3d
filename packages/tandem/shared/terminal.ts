/** What a person sees at the terminal: colours where they help, lines written in batches so that logging is cheap. */
import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Colours end up in the text only when stdout is a terminal (NO_COLOR and FORCE_COLOR are honoured). */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

/** Columns padded to their widest cell; the last one is left as it is. Indented by two spaces. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) =>
    `  ${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("  ")}`.trimEnd(),
  );
}

/** Nobody reads faster; what comes meanwhile goes out together. */
const BETWEEN_WRITES_MS = 20;

/**
 * Lines to stdout, several in one write: each wakes whoever reads, and at thousands of requests a second a write a line would be
 * the bottleneck. The first one after a pause goes out at once, and the last ones when the process ends, however it comes to that.
 */
export class LineWriter {
  #lines: string[] = [];
  #waits = false;
  readonly #stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream = process.stdout) {
    this.#stream = stream;
    process.once("exit", () => this.flush());
  }

  write(line: string): void {
    this.#lines.push(line);
    if (this.#waits) return;
    this.#waits = true;
    setImmediate(() => this.#writeOrRest());
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    this.#stream.write(`${lines.join("\n")}\n`);
  }

  #writeOrRest(): void {
    this.#waits = this.#lines.length > 0;
    this.flush();
    if (this.#waits) setTimeout(() => this.#writeOrRest(), BETWEEN_WRITES_MS).unref();
  }
}
