/**
 * What a table's stream holds, in a LevelDB of its own beside the items: descriptions of streams, their records in order, how far
 * each mapping has read, and what of a write was not recorded yet when a run was killed.
 */
import { Level } from "level";
import type { JsonObject } from "../../../shared/json.ts";
import type { ViewType } from "../table-definitions.ts";
import { type Change, type StreamRecord, streamRecord, type UserIdentity } from "./record.ts";

export interface Stream {
  arn: string;
  label: string;
  table: string;
  viewType: ViewType;
  keySchema: { AttributeName: string; KeyType?: string }[];
  isEnabled: boolean;
  /** Seconds since 1970. */
  created: number;
}

/** How far a mapping has read. */
export interface Reader {
  arn: string;
  /** Of the last record that it is done with. */
  sequence: string;
}

/** How an item was before a write that may not have been recorded. */
export interface Before {
  arn: string;
  key: JsonObject;
  item: JsonObject | null;
}

export interface Recorded {
  stream: Stream;
  change: Change;
}

/** For so long AWS keeps records. */
const KEPT_SECONDS = 24 * 60 * 60;
/** All have the same number of digits, so that their texts are in their order. */
const FIRST = 100_000_000_000_000_000_000n;
/** Before the first. */
export const START = String(FIRST);
const END = "\uffff";
const LAST = "last";
const BEFORE = "before";
const streamKey = (arn: string) => `stream ${arn}`;
const readerKey = (name: string) => `reader ${name}`;
const recordKey = (arn: string, sequence: string) => `record ${arn} ${sequence}`;

export class StreamLog {
  readonly #level: Level<string, unknown>;
  #last = FIRST;

  static async open(folder: string): Promise<StreamLog> {
    const log = new StreamLog(new Level<string, unknown>(folder, { valueEncoding: "json" }));
    await log.#level.open();
    const last = await log.#get<string>(LAST);
    if (last !== undefined) log.#last = BigInt(last);
    return log;
  }

  private constructor(level: Level<string, unknown>) {
    this.#level = level;
  }

  close(): Promise<void> {
    return this.#level.close();
  }

  /** Of the last record of all streams. */
  get last(): string {
    return String(this.#last);
  }

  async streams(): Promise<Stream[]> {
    return (await this.#level.values({ gt: streamKey(""), lt: streamKey(END) }).all()) as Stream[];
  }

  saveStream(stream: Stream): Promise<void> {
    return this.#level.put(streamKey(stream.arn), stream);
  }

  async readers(): Promise<Map<string, Reader>> {
    const found = await this.#level.iterator({ gt: readerKey(""), lt: readerKey(END) }).all();
    return new Map(found.map(([key, reader]) => [key.slice(readerKey("").length), reader as Reader]));
  }

  saveReader(name: string, reader: Reader): Promise<void> {
    return this.#level.put(readerKey(name), reader);
  }

  removeReader(name: string): Promise<void> {
    return this.#level.del(readerKey(name));
  }

  /** How items are before a write, kept until `append`. */
  begin(before: readonly Before[]): Promise<void> {
    return this.#level.put(BEFORE, before);
  }

  /** What was begun and not appended, by a run that was killed. */
  async begun(): Promise<Before[]> {
    return (await this.#get<Before[]>(BEFORE)) ?? [];
  }

  /** Ends what was begun: its changes are records now. */
  async append(changes: readonly Recorded[], identity?: UserIdentity): Promise<void> {
    const time = Date.now();
    const puts = changes.map(({ stream, change }) => {
      const sequence = String(++this.#last);
      const value = streamRecord(stream, change, { sequence, time, identity });
      return { type: "put" as const, key: recordKey(stream.arn, sequence), value: value as unknown };
    });
    await this.#level.batch([
      ...puts,
      { type: "put", key: LAST, value: this.last },
      { type: "del", key: BEFORE },
    ]);
  }

  /** Of the sequence number and those behind it. */
  async records(arn: string, from: string, most: number): Promise<StreamRecord[]> {
    const range = { gte: recordKey(arn, from), lt: recordKey(arn, END), limit: most };
    return (await this.#level.values(range).all()) as StreamRecord[];
  }

  /** Deletes what is a day old, unless a mapping has not read it yet. */
  async trim(now = Date.now()): Promise<void> {
    const oldest = now / 1000 - KEPT_SECONDS;
    const readers = [...(await this.readers()).values()];
    for (const { arn } of await this.streams()) {
      const read = readers.filter((reader) => reader.arn === arn).map(({ sequence }) => sequence);
      const [unread = END] = read.sort();
      const range = { gt: recordKey(arn, ""), lte: recordKey(arn, unread) };
      for await (const [key, record] of this.#level.iterator(range)) {
        if ((record as StreamRecord).dynamodb.ApproximateCreationDateTime > oldest) break;
        await this.#level.del(key);
      }
    }
  }

  async #get<T>(key: string): Promise<T | undefined> {
    return (await this.#level.get(key)) as T | undefined;
  }
}
