/** Lengths of the frames in what a client sends. A WebSocket server joins them to messages, and says nothing of a single one. */
const EXTENDED = 126;
const LONG = 127;

export class FrameLengths {
  readonly #largest: number;
  /** Of the frame that has begun. */
  #head: number[] = [];
  /** Bytes of its payload that are still to come. */
  #left = 0;

  /** @param largest bytes of a payload */
  constructor(largest: number) {
    this.#largest = largest;
  }

  /** False once a frame is longer than it may be; what comes after it is not looked at. */
  take(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(this.#left, chunk.length - at);
      at += skipped;
      this.#left -= skipped;
      if (at === chunk.length) return true;
      this.#head.push(chunk[at++] as number);
      const length = payloadLength(this.#head);
      if (length === undefined) continue;
      if (length > this.#largest) return false;
      this.#left = length;
      this.#head = [];
    }
    return true;
  }
}

/** Undefined until the whole head is there (RFC 6455, 5.2). */
function payloadLength(head: readonly number[]): number | undefined {
  const [, second] = head;
  if (second === undefined) return undefined;
  const short = second & 0x7f;
  const more = short === LONG ? 8 : short === EXTENDED ? 2 : 0;
  const mask = second & 0x80 ? 4 : 0;
  if (head.length < 2 + more + mask) return undefined;
  if (more === 0) return short;
  return head.slice(2, 2 + more).reduce((length, byte) => length * 256 + byte, 0);
}
