/**
 * What tables' streams hold, in a LevelDB of its own beside the items: their descriptions, their records, how far each mapping has
 * read, and what of a write was not recorded yet when a run was killed.
 */
import type { JsonObject } from "../../../shared/json.ts";
import { type Reader, type ReaderDefinition, RecordLog } from "../../records/record-log.ts";
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

/** All have the same number of digits, so that their texts are in their order. */
const FIRST = 100_000_000_000_000_000_000n;
/** Before the first. */
export const START = String(FIRST);
const BEFORE = "before";
const STREAMS = "stream ";

export class StreamLog {
  readonly #log: RecordLog<StreamRecord>;

  static async open(folder: string): Promise<StreamLog> {
    const writtenAt = ({ dynamodb }: StreamRecord) => dynamodb.ApproximateCreationDateTime;
    return new StreamLog(await RecordLog.open(folder, FIRST, writtenAt));
  }

  private constructor(log: RecordLog<StreamRecord>) {
    this.#log = log;
  }

  close(): Promise<void> {
    return this.#log.close();
  }

  /** Of the last record of all streams. */
  get last(): string {
    return this.#log.last;
  }

  streams(): Promise<Stream[]> {
    return this.#log.below(STREAMS);
  }

  saveStream(stream: Stream): Promise<void> {
    return this.#log.put(`${STREAMS}${stream.arn}`, stream);
  }

  readers(): Promise<Map<string, Reader>> {
    return this.#log.readers();
  }

  saveReader(name: string, reader: Reader): Promise<void> {
    return this.#log.saveReader(name, reader);
  }

  declareReaders(readers: readonly ReaderDefinition[]): Promise<void> {
    return this.#log.declareReaders(readers);
  }

  /** How items are before a write, kept until `append`. */
  begin(before: readonly Before[]): Promise<void> {
    return this.#log.put(BEFORE, before);
  }

  /** What was begun and not appended, by a run that was killed. */
  async begun(): Promise<Before[]> {
    return (await this.#log.get<Before[]>(BEFORE)) ?? [];
  }

  /** Ends what was begun: its changes are records now. */
  async append(changes: readonly Recorded[], identity?: UserIdentity): Promise<void> {
    const time = Date.now();
    const records = changes.map(({ stream, change }) => ({
      arn: stream.arn,
      make: (sequence: string) => streamRecord(stream, change, { sequence, time, identity }),
    }));
    await this.#log.append(records, [{ type: "del", key: BEFORE }]);
  }

  /** Of the sequence number and those behind it. */
  records(arn: string, from: string, most: number): Promise<StreamRecord[]> {
    return this.#log.records(arn, from, most);
  }

  /** Deletes what is a day old, unless a mapping has not read it yet. */
  async trim(now = Date.now()): Promise<void> {
    await this.#log.trim(
      (await this.streams()).map(({ arn }) => arn),
      now,
    );
  }
}
