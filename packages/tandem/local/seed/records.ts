/**
 * Reads records from a JSON array or from JSON lines, one at a time, so that a file of any size needs constant memory.
 * A record is an outermost `{…}`; what is broken is reported with its line and the rest is read on.
 */

/** One record with the line (from 1) on which it begins, or what is wrong there. */
export type RecordLine = { line: number; value: unknown } | { line: number; error: string };

/** A record longer than this is not one of ours: a DynamoDB item is 400 KB at most, a MongoDB document 16 MB. */
const LONGEST_RECORD = 16 * 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** What may stand between records: white space, the array's brackets and commas. */
const between = new Set([0x20, 0x09, 0x0a, 0x0d, 0x5b, 0x5d, 0x2c, 0xef, 0xbb, 0xbf]);

export async function* readRecords(chunks: AsyncIterable<Buffer>): AsyncGenerator<RecordLine> {
  const splitter = new RecordSplitter();
  for await (const chunk of chunks) yield* splitter.push(chunk);
  yield* splitter.end();
}

class RecordSplitter {
  #line = 1;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #strayLine = 0;
  #startLine = 1;
  #pieces: Buffer[] = [];
  #size = 0;

  *push(chunk: Buffer): Generator<RecordLine> {
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number;
      if (byte === NEWLINE) this.#line++;
      if (this.#depth === 0) {
        if (byte === OPEN) {
          this.#depth = 1;
          this.#startLine = this.#line;
          start = i;
        } else if (!between.has(byte) && this.#strayLine !== this.#line) {
          this.#strayLine = this.#line;
          yield {
            line: this.#line,
            error: `a record begins with "{", here stands ${JSON.stringify(String.fromCharCode(byte))}`,
          };
        }
      } else if (this.#endsRecord(byte)) {
        this.#pieces.push(chunk.subarray(start, i + 1));
        yield this.#take();
      }
    }
    if (this.#depth > 0) this.#keep(chunk.subarray(start));
    if (this.#size > LONGEST_RECORD) throw new Error(`line ${this.#startLine}: a record of more than 16 MB`);
  }

  *end(): Generator<RecordLine> {
    if (this.#depth > 0) yield { line: this.#startLine, error: "the file ends in the middle of this record" };
  }

  #endsRecord(byte: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return false;
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN) this.#depth++;
    else if (byte === CLOSE) this.#depth--;
    return this.#depth === 0;
  }

  #keep(piece: Buffer): void {
    this.#pieces.push(Buffer.from(piece)); // the stream may reuse its buffer
    this.#size += piece.length;
  }

  #take(): RecordLine {
    const text = Buffer.concat(this.#pieces).toString("utf8");
    this.#pieces = [];
    this.#size = 0;
    try {
      return { line: this.#startLine, value: JSON.parse(text) };
    } catch (error) {
      return { line: this.#startLine, error: `not JSON: ${(error as Error).message}` };
    }
  }
}
