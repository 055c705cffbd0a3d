/**
 * Records of streams in their order, in a LevelDB: what each holds, and how far each mapping has read. Written before a write is
 * answered, so that a run that is killed loses nothing of it.
 */
import { statfs } from "node:fs/promises";
import { Level } from "level";
import type { JsonObject } from "../../shared/json.ts";

/** A tumbling window that is open, between milliseconds since 1970, with what the function answered last of it. */
export interface KeptWindow {
  start: number;
  end: number;
  state: JsonObject;
}

export interface KeptPosition {
  /** Of the last record that a mapping is done with. */
  sequence: string;
  window?: KeptWindow;
}

/** Of a mapping that reads a stream. */
export interface ReaderDefinition {
  /** URN: tells one mapping from another over reloads. */
  name: string;
  /** Of the stream. */
  arn: string;
  startsAt: "LATEST" | "TRIM_HORIZON";
}

/** How far a mapping has read. */
export interface Reader extends KeptPosition {
  arn: string;
}

/** A record that is to be written, made once its number is known. */
export interface NewRecord<R> {
  arn: string;
  make(sequence: string): R;
}

export type LogChange = { type: "put"; key: string; value: unknown } | { type: "del"; key: string };

/** So much LevelDB may write when it is opened. */
const ROOM_BYTES = 8 * 1024 * 1024;
/** For so long AWS keeps records. */
const KEPT_SECONDS = 24 * 60 * 60;
const END = "\uffff";
const LAST = "last";
const readerKey = (name: string) => `reader ${name}`;
const recordKey = (arn: string, sequence: string) => `record ${arn} ${sequence}`;

export class RecordLog<R> {
  readonly #folder: string;
  readonly #level: Level<string, unknown>;
  readonly #writtenAt: (record: R) => number;
  readonly #first: bigint;
  #last: bigint;
  /** Of the last write that was asked for: settled when it is over. */
  #written: Promise<unknown> = Promise.resolve();
  #hasFailed = false;

  /**
   * @param first number before that of the first record; all have as many digits, so that their texts are in their order
   * @param writtenAt seconds since 1970
   */
  static async open<R>(
    folder: string,
    first: bigint,
    writtenAt: (record: R) => number,
  ): Promise<RecordLog<R>> {
    const log = new RecordLog<R>(folder, first, writtenAt);
    await log.#level.open();
    const last = await log.get<string>(LAST);
    if (last !== undefined) log.#last = BigInt(last);
    return log;
  }

  private constructor(folder: string, first: bigint, writtenAt: (record: R) => number) {
    this.#folder = folder;
    this.#level = new Level<string, unknown>(folder, { valueEncoding: "json" });
    this.#first = first;
    this.#last = first;
    this.#writtenAt = writtenAt;
  }

  async close(): Promise<void> {
    await this.#written;
    await this.#level.close();
  }

  /** Of the last record of all streams. */
  get last(): string {
    return String(this.#last);
  }

  /** What is kept besides records; undefined where nothing is. */
  async get<T>(key: string): Promise<T | undefined> {
    return (await (await this.#opened()).get(key)) as T | undefined;
  }

  put(key: string, value: unknown): Promise<void> {
    return this.#write(() => this.#level.put(key, value));
  }

  /** What is kept below a prefix. */
  async below<T>(prefix: string): Promise<T[]> {
    const level = await this.#opened();
    return (await level.values({ gt: prefix, lt: `${prefix}${END}` }).all()) as T[];
  }

  async readers(): Promise<Map<string, Reader>> {
    const level = await this.#opened();
    const found = await level.iterator({ gt: readerKey(""), lt: readerKey(END) }).all();
    return new Map(found.map(([key, reader]) => [key.slice(readerKey("").length), reader as Reader]));
  }

  saveReader(name: string, reader: Reader): Promise<void> {
    return this.put(readerKey(name), reader);
  }

  /** A mapping begins where it says when it is first declared, and goes on from where it was. What is not declared is forgotten. */
  async declareReaders(readers: readonly ReaderDefinition[]): Promise<void> {
    const known = await this.readers();
    for (const { name, arn, startsAt } of readers) {
      if (known.get(name)?.arn === arn) continue;
      await this.saveReader(name, { arn, sequence: startsAt === "LATEST" ? this.last : String(this.#first) });
    }
    for (const name of known.keys())
      if (!readers.some((reader) => reader.name === name)) await this.#delete(readerKey(name));
  }

  /** All of it or nothing. Gives the numbers of the records. */
  append(records: readonly NewRecord<R>[], also: readonly LogChange[] = []): Promise<string[]> {
    return this.#write(async () => {
      const numbered = records.map((record) => ({ ...record, sequence: String(++this.#last) }));
      const puts = numbered.map(({ arn, make, sequence }): LogChange => {
        return { type: "put", key: recordKey(arn, sequence), value: make(sequence) };
      });
      await this.#level.batch([...puts, { type: "put", key: LAST, value: this.last }, ...also]);
      return numbered.map(({ sequence }) => sequence);
    });
  }

  #delete(key: string): Promise<void> {
    return this.#write(() => this.#level.del(key));
  }

  /** One after the other: of two at once LevelDB may keep the second first, and a reader that is past it never sees the first. */
  #write<T>(write: () => Promise<T>): Promise<T> {
    const written = this.#written.then(async () => {
      if (this.#hasFailed) await this.#reopen();
      return write().catch((error: Error) => {
        this.#hasFailed = true;
        throw error;
      });
    });
    this.#written = written.catch(() => {});
    return written;
  }

  /** For who reads, also where it could not be opened again after a write that failed. */
  async #opened(): Promise<Level<string, unknown>> {
    if (this.#level.status !== "open") await this.#write(async () => {});
    return this.#level;
  }

  /** LevelDB goes on behind a write that failed halfway, and leaves out all of it when the file is next opened. */
  async #reopen(): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder);
    // Until then what is there can be read.
    if (bavail * bsize < ROOM_BYTES) throw new Error(`No space left on device: ${this.#folder}`);
    await this.#level.close();
    await this.#level.open();
    this.#hasFailed = false;
  }

  /** Of the sequence number and those behind it. */
  async records(arn: string, from: string, most: number): Promise<R[]> {
    const range = { gte: recordKey(arn, from), lt: recordKey(arn, END), limit: most };
    return (await (await this.#opened()).values(range).all()) as R[];
  }

  /** Deletes what is a day old, unless a mapping has not read it yet. */
  async trim(arns: readonly string[], now = Date.now()): Promise<void> {
    const oldest = now / 1000 - KEPT_SECONDS;
    const readers = [...(await this.readers()).values()];
    for (const arn of arns) {
      const read = readers.filter((reader) => reader.arn === arn).map(({ sequence }) => sequence);
      const [unread = END] = read.sort();
      const range = { gt: recordKey(arn, ""), lte: recordKey(arn, unread) };
      for await (const [key, record] of this.#level.iterator(range)) {
        if (this.#writtenAt(record as R) > oldest) break;
        await this.#delete(key);
      }
    }
  }
}
