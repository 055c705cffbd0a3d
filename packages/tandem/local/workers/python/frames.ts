/** What the run and a Python process say to each other: JSON texts, each behind its length in bytes. */

const LENGTH_BYTES = 4;
/** An event or an answer of 6 MB, in which every byte may be escaped, and what stands around it. */
const LARGEST = 64 * 1_048_576;

export function frame(message: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
}

/** Cuts a stream of bytes into messages. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Of the frame that comes; undefined until its length is there. */
  #expected: number | undefined;

  /**
   * @returns the messages that are complete now
   * @throws where something else than frames comes
   */
  read(chunk: Buffer): unknown[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const messages: unknown[] = [];
    for (;;) {
      this.#expected ??= this.#take(LENGTH_BYTES)?.readUInt32BE();
      if (this.#expected === undefined) return messages;
      if (this.#expected > LARGEST) throw new Error(`a message of ${this.#expected} bytes`);
      const text = this.#take(this.#expected);
      if (!text) return messages;
      this.#expected = undefined;
      messages.push(JSON.parse(text.toString()));
    }
  }

  /** Chunks are joined once for each part, not once for each chunk: a large answer comes in a hundred of them. */
  #take(length: number): Buffer | undefined {
    if (this.#bytes < length) return undefined;
    const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    if (!all) return Buffer.alloc(0);
    this.#chunks = all.length > length ? [all.subarray(length)] : [];
    this.#bytes -= length;
    return all.subarray(0, length);
  }
}
