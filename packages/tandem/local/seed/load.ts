/**
 * Loads a file into a store, the same way into the local run and into a deployed stack: streams the file, writes
 * batches, and can go on where an earlier load was interrupted.
 */
import { createReadStream, statSync } from "node:fs";
import { readRecords } from "./records.ts";
import type { Seed } from "./seed.ts";
import type { Sink } from "./sink.ts";

/** Batches on their way at once: enough to keep an on-demand table busy without being throttled at its start. */
const PARALLEL_BATCHES = 4;

export interface LoadOptions {
  seed: Seed;
  sink: Sink;
  /** Absolute path of the file. */
  file: string;
  /** Records at the head of the file that an earlier load is known to have written. */
  skip?: number;
  onProgress?: (progress: Progress) => void;
  /** Told of each record that cannot be stored, in order. */
  onRejected?: (rejected: { line: number; reason: string }) => void;
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
  rejected: number;
  done: number;
  interrupted: boolean;
}

export async function load(options: LoadOptions): Promise<LoadResult> {
  const { seed, sink, file, skip = 0, signal } = options;
  const batches = new BatchWriter(options, skip);
  const stream = createReadStream(file);
  const size = statSync(file).size;
  const fraction = (): number => (size > 0 ? stream.bytesRead / size : 1);
  let records = 0;
  let rejected = 0;
  try {
    for await (const record of readRecords(stream)) {
      if (signal?.aborted) break;
      records += 1;
      if (records <= skip) continue;
      const item =
        "error" in record ? { ok: false as const, reason: record.error } : seed.toItem(record.value);
      if (item.ok) batches.add(item.item);
      else {
        rejected += 1;
        options.onRejected?.({ line: record.line, reason: item.reason });
      }
      if (batches.pending === sink.batchSize) await batches.send(records, fraction);
    }
    if (!signal?.aborted) await batches.send(records, fraction);
  } finally {
    stream.destroy();
    await batches.settled();
  }
  return { written: batches.written, rejected, done: batches.done, interrupted: signal?.aborted ?? false };
}

/** Collects items into batches and keeps a few of them on their way. */
class BatchWriter {
  written = 0;
  /** Records from the head of the file with no gap before them. */
  done: number;
  readonly #options: LoadOptions;
  #items = new Map<string, unknown>();
  #start: number;
  readonly #underway = new Set<Promise<void>>();
  /** First record → end of each batch that is written but has a gap before it. */
  readonly #finished = new Map<number, number>();
  #failure: { error: unknown } | undefined;

  constructor(options: LoadOptions, skip: number) {
    this.#options = options;
    this.#start = skip;
    this.done = skip;
  }

  get pending(): number {
    return this.#items.size;
  }

  add(item: unknown): void {
    this.#items.set(this.#options.sink.keyOf(item), item);
  }

  /** Sends what was added; `end`: records read up to here. Waits while enough is on its way; throws what failed. */
  async send(end: number, fraction: () => number): Promise<void> {
    const items = [...this.#items.values()];
    const start = this.#start;
    this.#items = new Map();
    this.#start = end;
    if (this.#underway.size >= PARALLEL_BATCHES) await Promise.race(this.#underway);
    this.#throwFailure();
    const writing = this.#write(items, start, end, fraction).finally(() => this.#underway.delete(writing));
    this.#underway.add(writing);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underway);
    this.#throwFailure();
  }

  async #write(items: unknown[], start: number, end: number, fraction: () => number): Promise<void> {
    try {
      if (items.length > 0) await this.#options.sink.write(items);
    } catch (error) {
      this.#failure ??= { error };
      return;
    }
    this.written += items.length;
    this.#finished.set(start, end);
    this.#advance();
    this.#options.onProgress?.({ done: this.done, written: this.written, fraction: fraction() });
  }

  #advance(): void {
    for (let end = this.#finished.get(this.done); end !== undefined; end = this.#finished.get(this.done)) {
      this.#finished.delete(this.done);
      if (end === this.done) return;
      this.done = end;
    }
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
