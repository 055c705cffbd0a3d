/** Takes a stream's records in their order to one function, as Lambda does, until it is stopped. */
import { sourceFilter } from "../../patterns/dialects.ts";
import type { Matches } from "../../patterns/pattern.ts";
import { Recovery } from "../recovery.ts";
import type { SourceRecord } from "./batch.ts";
import { BatchDelivery, type BatchDeliveryOptions } from "./batch-delivery.ts";
import type { StreamPollerOptions } from "./poller-options.ts";
import { StreamCheckpoint } from "./stream-checkpoint.ts";
import { type Clock, closingTime, WALL_CLOCK } from "./windows.ts";

interface Batch {
  records: readonly SourceRecord[];
  /** Of the last record that was read, also where no filter took it. */
  upTo: string;
}

/** AWS gives no more records at a time. */
const MOST_RECORDS = 1000;

export class StreamPoller {
  readonly #options: StreamPollerOptions;
  readonly #filters: readonly Matches[];
  readonly #stopped = new AbortController();
  #news = Promise.withResolvers<void>();
  readonly #clock: Clock;
  readonly #deliveryOptions: BatchDeliveryOptions;
  readonly #recovery: Recovery;

  constructor(options: StreamPollerOptions) {
    const { service, mapping, log, clock = WALL_CLOCK } = options;
    this.#options = options;
    this.#filters = mapping.filters.map((filter) => sourceFilter(filter, service));
    this.#clock = clock;
    const { signal } = this.#stopped;
    const name = `Stream ${mapping.streamArn} → ${mapping.functionName}`;
    const recovery = new Recovery({ name, refusal: "AccessDeniedException", signal, log });
    this.#recovery = recovery;
    this.#deliveryOptions = { ...options, name, recovery, signal };
  }

  start(): void {
    void this.#run();
  }

  /** A batch that a function is at work on comes again at the next start, when it is not done in time. */
  stop(): void {
    this.#stopped.abort();
    this.wake();
  }

  /** There are new records. */
  wake(): void {
    this.#news.resolve();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    let checkpoint: StreamCheckpoint | undefined;
    while (!signal.aborted) {
      try {
        checkpoint ??= await this.#checkpoint();
        const { records, upTo } = await this.#nextBatch(checkpoint);
        if (signal.aborted) return;
        const delivery = new BatchDelivery(this.#deliveryOptions, checkpoint);
        if (records.length > 0) await delivery.deliver(records);
        else if (upTo === checkpoint.sequence) await delivery.closeWindow();
        if (signal.aborted) return;
        await checkpoint.moveTo(upTo);
        this.#recovery.over();
      } catch (error) {
        checkpoint = undefined;
        if (!signal.aborted) await this.#recovery.after(error as Error);
      }
    }
  }

  async #checkpoint(): Promise<StreamCheckpoint> {
    const { mapping, client } = this.#options;
    const { sequence, window } = await client.position();
    const hasWindow = window !== undefined && mapping.tumblingSeconds > 0;
    return new StreamCheckpoint(hasWindow ? { sequence, window } : { sequence }, (position) =>
      client.keep(position),
    );
  }

  /**
   * A batch is full, or its batching window is over, or, without one, nothing more is there at once. Without records: no filter took
   * what was read, or nothing was and the tumbling window is over.
   */
  async #nextBatch({ sequence: after, window }: StreamCheckpoint): Promise<Batch> {
    const { mapping, client } = this.#options;
    const { signal } = this.#stopped;
    const records: SourceRecord[] = [];
    const closing = window && closingTime(window);
    let upTo = after;
    let end = 0;
    while (!signal.aborted) {
      this.#news = Promise.withResolvers();
      const room = Math.min(mapping.batchSize - records.length, MOST_RECORDS);
      const read = await client.records(upTo, room, signal);
      upTo = read.at(-1)?.sequence ?? upTo;
      records.push(...read.filter((record) => this.#takes(record)));
      const now = this.#clock.now();
      if (records.length > 0) end ||= now + mapping.windowSeconds * 1000;
      if (records.length >= mapping.batchSize || (records.length > 0 && now >= end)) break;
      if (read.length > 0 && records.length > 0) continue;
      // What no filter takes need not be read again.
      if (records.length === 0 && upTo !== after) break;
      if (records.length === 0 && closing !== undefined && now >= closing) break;
      if (read.length === 0) await this.#wait(records.length > 0 ? end : closing);
    }
    return { records, upTo };
  }

  /** For new records, no longer than to this time. */
  async #wait(time: number | undefined): Promise<void> {
    const over = Promise.withResolvers<void>();
    const callOff = time === undefined ? () => {} : this.#clock.at(time, over.resolve);
    await Promise.race([this.#news.promise, over.promise]);
    callOff();
  }

  #takes({ record }: SourceRecord): boolean {
    return this.#filters.length === 0 || this.#filters.some((matches) => matches(record));
  }
}
