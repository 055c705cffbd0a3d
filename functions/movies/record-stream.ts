/**
 * Takes an import file apart while it is read: a JSON array of records, of any length, with only one record in memory.
 * Finds where each record ends; what a record means, and whether it is JSON at all, is for the reader to say.
 */

/** Characters. A valid movie is far smaller; without a limit one quote left open would take the whole file into memory. */
const MAX_RECORD = 256 * 1024;

/** The file as a whole is no array of records. */
export class MalformedFile extends Error {
  override name = "MalformedFile";
}

export async function* readRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const splitter = new Splitter();
  const decoder = new TextDecoder();
  for await (const chunk of chunks) yield* splitter.take(decoder.decode(chunk, { stream: true }));
  splitter.end();
}

class Splitter {
  #state: "before" | "inside" | "after" = "before";
  /** What earlier chunks held of the record that is being read. */
  #carried = "";
  /** How many brackets and braces of the record are open. */
  #depth = 0;
  #inText = false;
  #escaped = false;
  /** A comma promised one more record. */
  #expectsRecord = false;

  /** The records that end in this piece of the file. */
  take(piece: string): string[] {
    const records: string[] = [];
    let start = 0;
    for (let at = 0; at < piece.length; at++) {
      const character = piece.charAt(at);
      if (this.#state !== "inside") {
        this.#outside(character);
        start = at + 1;
      } else if (this.#endsRecord(character)) {
        const record = (this.#carried + piece.slice(start, at)).trim();
        this.#carried = "";
        start = at + 1;
        if (record !== "" || character === "," || this.#expectsRecord) records.push(record);
        this.#expectsRecord = character === ",";
        if (character === "]") this.#state = "after";
      }
    }
    this.#carried += piece.slice(start);
    if (this.#carried.length > MAX_RECORD) {
      throw new MalformedFile(`A record is longer than ${MAX_RECORD} characters`);
    }
    return records;
  }

  end(): void {
    if (this.#state !== "after")
      throw new MalformedFile("The file ends before its array of records is closed");
  }

  #outside(character: string): void {
    if (/\s/.test(character)) return;
    if (this.#state === "after") throw new MalformedFile("Something follows the array of records");
    if (character !== "[") throw new MalformedFile("The file must hold a JSON array of records");
    this.#state = "inside";
  }

  #endsRecord(character: string): boolean {
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false;
      else if (character === "\\") this.#escaped = true;
      else if (character === '"') this.#inText = false;
      return false;
    }
    if (this.#depth === 0 && (character === "," || character === "]")) return true;
    if (character === '"') this.#inText = true;
    else if (character === "{" || character === "[") this.#depth++;
    else if (character === "}" || character === "]") this.#depth--;
    return false;
  }
}
