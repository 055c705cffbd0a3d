/** Where a mapping stands in its stream, with the window that is open there. Kept as it moves on. */
import type { KeptPosition, KeptWindow } from "../../records/record-log.ts";

export class StreamCheckpoint {
  readonly #keep: (position: KeptPosition) => Promise<void>;
  /** JSON text of what was kept last: the end of a batch is often kept already. */
  #kept = "";
  #sequence: string;
  window: KeptWindow | undefined;

  constructor({ sequence, window }: KeptPosition, keep: (position: KeptPosition) => Promise<void>) {
    this.#keep = keep;
    this.#sequence = sequence;
    this.window = window;
  }

  get sequence(): string {
    return this.#sequence;
  }

  async moveTo(sequence: string): Promise<void> {
    const { window } = this;
    const position = window ? { sequence, window } : { sequence };
    const text = JSON.stringify(position);
    if (text !== this.#kept) await this.#keep(position);
    this.#kept = text;
    this.#sequence = sequence;
  }
}
