/** What a poller of a stream is given. */
import type { Invoker } from "../../invocation.ts";
import type { KeptPosition } from "../../records/record-log.ts";
import type { SourceRecord } from "./batch.ts";
import type { StreamMapping } from "./mappings.ts";
import type { Clock } from "./windows.ts";

/** A stream as its mapping reads it, with a position of its own. */
export interface RecordSource {
  readonly shard: string;
  /** What the mapping is done with. */
  position(): Promise<KeptPosition>;
  keep(position: KeptPosition): Promise<void>;
  /** Those behind the sequence number. */
  records(after: string, most: number, signal: AbortSignal): Promise<SourceRecord[]>;
}

export interface StreamPollerOptions {
  /** As ARNs name it. */
  service: "dynamodb" | "kinesis";
  mapping: StreamMapping;
  /** Of the function, with its version where the mapping names one. */
  functionArn: string;
  client: RecordSource;
  invoker: Invoker;
  /** Tells the mapping's destination of records that are given up. `event`: that the function would have had. */
  giveUp(record: object, event: object, shard: string): Promise<void>;
  log(line: string): void;
  /** Defaults to the machine's. */
  clock?: Clock;
  /** Milliseconds before a batch that failed comes again. */
  retryDelay?: number;
}
