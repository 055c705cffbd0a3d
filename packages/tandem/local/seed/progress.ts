/** A progress bar on a terminal; one line at the end where the output is not a terminal. */

const BAR_WIDTH = 20;
/** Redrawing more often than this (ms) is work nobody sees. */
const REDRAW_MS = 50;

export class ProgressBar {
  readonly #label: string;
  readonly #stream: NodeJS.WriteStream;
  #drawnAt = 0;
  #fraction = 0;

  constructor(label: string, stream: NodeJS.WriteStream = process.stdout) {
    this.#label = label;
    this.#stream = stream;
  }

  /** `fraction` from 0 to 1. */
  update(fraction: number, detail: string): void {
    this.#fraction = fraction;
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#stream.write(`\r${progressLine(this.#label, fraction, detail)}\u001b[K`);
  }

  /** An interrupted bar stays where it was. */
  finish(detail: string, interrupted = false): void {
    const line = progressLine(this.#label, interrupted ? this.#fraction : 1, detail);
    this.#stream.write(this.#stream.isTTY ? `\r${line}\u001b[K\n` : `${line}\n`);
  }
}

export function progressLine(label: string, fraction: number, detail: string): string {
  const share = Math.min(1, Math.max(0, fraction));
  const filled = Math.round(share * BAR_WIDTH);
  return `${label} [${"#".repeat(filled)}${"-".repeat(BAR_WIDTH - filled)}] ${String(Math.round(share * 100)).padStart(3)} % ${detail}`;
}
