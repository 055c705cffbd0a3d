/**
 * Loads a file into a DynamoDB table: the same way into the local run and into a deployed stack. Streams the file,
 * writes batches, retries what DynamoDB did not take, and can go on where an earlier load was interrupted.
 */
import { createReadStream, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { readRecords } from "./records.ts";
import type { TableSeed } from "./seed.ts";

/** Most items one BatchWriteItem takes. */
const batchSize = 25;
/** Batches on their way at once: enough to keep an on-demand table busy without being throttled at its start. */
const parallelBatches = 4;
/** First wait before what was not taken is sent again, in ms; doubles up to the ceiling, each time a random part of it. */
const firstBackOffMs = 50;
const longestBackOffMs = 5_000;
const mostAttempts = 10;

export interface LoadOptions {
  client: DynamoDBClient;
  /** Physical name. */
  tableName: string;
  seed: TableSeed;
  /** Absolute path of the file. */
  file: string;
  /** Records at the head of the file that an earlier load is known to have written. */
  skip?: number;
  onProgress?: (progress: Progress) => void;
  /** Ends the load after the batches under way; what was written is in the result. */
  signal?: AbortSignal;
}

export interface Progress {
  /** Records from the head of the file that are all dealt with: where a later load may go on. */
  done: number;
  written: number;
  /** Share of the file read, 0 to 1. */
  fraction: number;
}

export interface LoadResult {
  written: number;
  done: number;
  /** Records that are no items, and those DynamoDB refused, by line. */
  rejected: { line: number; reason: string }[];
  interrupted: boolean;
}

interface Batch {
  /** Number of records of the file up to and including this batch. */
  end: number;
  items: Map<string, Record<string, AttributeValue>>;
}

export async function loadTable(options: LoadOptions): Promise<LoadResult> {
  const { seed, file, skip = 0, signal } = options;
  const size = statSync(file).size;
  const stream = createReadStream(file);
  const result: LoadResult = { written: 0, done: skip, rejected: [], interrupted: false };
  const underway = new Set<Promise<void>>();
  const finished = new Map<number, number>();
  let failure: unknown;
  let records = 0;
  let start = skip;
  let batch: Batch = { end: skip, items: new Map() };

  const send = async (): Promise<void> => {
    const full = batch;
    const from = start;
    start = records;
    full.end = records;
    batch = { end: records, items: new Map() };
    if (underway.size >= parallelBatches) await Promise.race(underway);
    const writing = writeBatch(options, [...full.items.values()]).then(
      () => {
        result.written += full.items.size;
        finished.set(from, full.end);
        advance(result, finished);
        options.onProgress?.({
          done: result.done,
          written: result.written,
          fraction: size ? stream.bytesRead / size : 1,
        });
      },
      (error: unknown) => {
        failure ??= error;
      },
    );
    underway.add(writing);
    void writing.finally(() => underway.delete(writing));
  };

  try {
    for await (const record of readRecords(stream)) {
      if (signal?.aborted || failure) break;
      records += 1;
      if (records <= skip) continue;
      const item =
        "error" in record ? { ok: false as const, reason: record.error } : seed.toItem(record.value);
      if (item.ok) batch.items.set(keyOf(seed, item.item), item.item);
      else result.rejected.push({ line: record.line, reason: item.reason });
      if (batch.items.size === batchSize) await send();
    }
    if (!signal?.aborted && !failure) await send();
  } finally {
    stream.destroy();
    await Promise.all(underway);
  }
  if (failure) throw failure;
  result.interrupted = signal?.aborted ?? false;
  return result;
}

/** Batches finish in any order; what is done is what has no gap before it. */
function advance(result: LoadResult, finished: Map<number, number>): void {
  for (let end = finished.get(result.done); end !== undefined; end = finished.get(result.done)) {
    finished.delete(result.done);
    if (end === result.done) return;
    result.done = end;
  }
}

function keyOf({ keys }: TableSeed, item: Record<string, AttributeValue>): string {
  return JSON.stringify(keys.map((key) => item[key]));
}

async function writeBatch(
  { client, tableName }: LoadOptions,
  items: Record<string, AttributeValue>[],
): Promise<void> {
  let requests: WriteRequest[] = items.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 1; requests.length > 0; attempt++) {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }),
    );
    requests = UnprocessedItems?.[tableName] ?? [];
    if (requests.length === 0) return;
    if (attempt === mostAttempts) {
      throw new Error(
        `${tableName} did not take ${requests.length} items in ${mostAttempts} attempts: it is throttled`,
      );
    }
    await sleep(Math.random() * Math.min(longestBackOffMs, firstBackOffMs * 2 ** attempt));
  }
}
