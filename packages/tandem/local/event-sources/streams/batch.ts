/** The event that Lambda makes of records, what it makes of the function's answer, and what it tells of records that it gives up. */
import limits from "../../../shared/aws/limits.cjs";
import { answeredValue, type InvokeResult } from "../../invocation.ts";
import { isoSeconds } from "../../iso-seconds.ts";
import { countWithin } from "../../records/count-within.ts";
import type { StreamMapping } from "./mappings.ts";

/** A record that was read of a stream. */
export interface SourceRecord {
  sequence: string;
  /** Milliseconds since 1970. */
  writtenAt: number;
  /** As the function gets it; its id is the event's. */
  record: { eventID: string };
}

/**
 * How many of them fit into one event. One is always taken: Lambda says then that it is too large.
 * @param besides bytes of what else is in it
 */
export function fitting(records: readonly SourceRecord[], besides: number): number {
  const room = limits.lambda.largestEvent - JSON.stringify({ Records: [] }).length - besides;
  return countWithin(records, room, ({ record }) => Buffer.byteLength(JSON.stringify(record)) + 1);
}

/**
 * How many records from the first on the function is done with. It may name those that failed: all from the first of them on come
 * again. An answer that names what is not in the batch, or cannot be read, fails the batch.
 */
export function doneWith(
  records: readonly SourceRecord[],
  result: InvokeResult,
  reportsFailures: boolean,
): number {
  if (result.status !== "ok") return 0;
  if (!reportsFailures) return records.length;
  const answer = answeredValue(result.payload) as { batchItemFailures?: unknown } | null | undefined;
  const failures = answer?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return 0;
  const failed = failures.map((failure: { itemIdentifier?: unknown } | null) =>
    records.findIndex(({ sequence }) => sequence === failure?.itemIdentifier),
  );
  return failed.includes(-1) ? 0 : Math.min(records.length, ...failed);
}

export interface GivenUp {
  condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  attempts: number;
  functionArn: string;
  shard: string;
  /** What Lambda calls the place of records, e.g. `DDBStreamBatchInfo`. */
  infoName: string;
  /** Of the last attempt, where there was one. */
  result?: InvokeResult | undefined;
}

/** As Lambda writes it for a stream: where the records are, not what is in them. */
export function givenUpRecord(
  records: readonly SourceRecord[],
  { streamArn }: Pick<StreamMapping, "streamArn">,
  { condition, attempts, functionArn, shard, infoName, result }: GivenUp,
): object {
  const [first, last] = [records[0], records.at(-1)];
  const arrival = (record: SourceRecord | undefined) => record && isoSeconds(new Date(record.writtenAt));
  return {
    requestContext: {
      requestId: result?.requestId ?? first?.record.eventID,
      functionArn,
      condition,
      approximateInvokeCount: attempts,
    },
    ...(result && {
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    }),
    version: "1.0",
    timestamp: new Date().toISOString(),
    [infoName]: {
      shardId: shard,
      startSequenceNumber: first?.sequence,
      endSequenceNumber: last?.sequence,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn,
    },
  };
}
