/** Takes a stream's records in their order to one function, as Lambda does, until it is stopped. */
import { setTimeout as pause } from "node:timers/promises";
import type { InvokeResult, Invoker } from "../../invocation.ts";
import { sourceFilter } from "../../patterns/dialects.ts";
import type { Matches } from "../../patterns/pattern.ts";
import { RETRY_MS, Recovery } from "../recovery.ts";
import { doneWith, fitting, type GivenUp, givenUpRecord, type SourceRecord } from "./batch.ts";
import type { StreamMapping } from "./mappings.ts";

/** A stream as its mapping reads it, with a position of its own. */
export interface RecordSource {
  readonly shard: string;
  /** Sequence number of the last record that the mapping is done with. */
  position(): Promise<string>;
  keep(sequence: string): Promise<void>;
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
}

interface Batch {
  records: readonly SourceRecord[];
  /** Of the last record that was read, also where no filter took it. */
  upTo: string;
}

interface Part {
  records: readonly SourceRecord[];
  attempts: number;
}

/** AWS gives no more records at a time. */
const MOST_RECORDS = 1000;

const INFO_NAMES = { dynamodb: "DDBStreamBatchInfo", kinesis: "KinesisBatchInfo" };

export class StreamPoller {
  readonly #options: StreamPollerOptions;
  readonly #filters: readonly Matches[];
  readonly #stopped = new AbortController();
  #news = Promise.withResolvers<void>();
  readonly #name: string;
  readonly #recovery: Recovery;

  constructor(options: StreamPollerOptions) {
    const { service, mapping, log } = options;
    this.#options = options;
    this.#filters = mapping.filters.map((filter) => sourceFilter(filter, service));
    this.#name = `Stream ${mapping.streamArn} → ${mapping.functionName}`;
    this.#recovery = new Recovery({
      name: this.#name,
      refusal: "AccessDeniedException",
      signal: this.#stopped.signal,
      log,
    });
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
    let position: string | undefined;
    while (!signal.aborted) {
      try {
        position ??= await this.#options.client.position();
        const { records, upTo } = await this.#nextBatch(position);
        if (signal.aborted) return;
        await this.#deliver(records);
        if (signal.aborted) return;
        await this.#options.client.keep(upTo);
        position = upTo;
        this.#recovery.over();
      } catch (error) {
        position = undefined;
        if (!signal.aborted) await this.#recovery.after(error as Error);
      }
    }
  }

  /** A batch is full, or its window is over, or, without a window, nothing more is there at once. */
  async #nextBatch(after: string): Promise<Batch> {
    const { mapping, client } = this.#options;
    const { signal } = this.#stopped;
    const records: SourceRecord[] = [];
    let upTo = after;
    let end = 0;
    while (!signal.aborted) {
      this.#news = Promise.withResolvers();
      const room = Math.min(mapping.batchSize - records.length, MOST_RECORDS);
      const read = await client.records(upTo, room, signal);
      upTo = read.at(-1)?.sequence ?? upTo;
      records.push(...read.filter((record) => this.#takes(record)));
      if (records.length > 0) end ||= Date.now() + mapping.windowSeconds * 1000;
      if (records.length >= mapping.batchSize || (records.length > 0 && Date.now() >= end)) break;
      if (read.length > 0 && records.length > 0) continue;
      // What no filter takes need not be read again.
      if (records.length === 0 && upTo !== after) break;
      if (read.length === 0) await this.#wait(records.length > 0 ? end - Date.now() : undefined);
    }
    return { records, upTo };
  }

  /** For new records, no longer than the window still lasts. */
  async #wait(milliseconds: number | undefined): Promise<void> {
    const { signal } = this.#stopped;
    const over = milliseconds === undefined ? [] : [pause(milliseconds, undefined, { signal, ref: false })];
    await Promise.race([this.#news.promise, ...over]).catch(() => {});
  }

  /** Resolves once the function is done with them, or they are given up. What is done with is kept as it goes. */
  async #deliver(records: readonly SourceRecord[]): Promise<void> {
    const { mapping, client } = this.#options;
    const { signal } = this.#stopped;
    const parts: Part[] = inEvents(records);
    let part = parts.shift();
    while (part && !signal.aborted) {
      const late = await this.#giveUpLate(part);
      const result = late.length > 0 ? await this.#invoke(late) : undefined;
      if (signal.aborted) return;
      const done = result ? doneWith(late, result, mapping.reportsFailures) : 0;
      const last = late[done - 1];
      if (last) await client.keep(last.sequence);
      const rest = late.slice(done);
      if (result && rest.length > 0) {
        parts.unshift(...(await this.#again({ ...part, records: rest }, done > 0, result)));
        if (parts[0]?.records[0] === rest[0]) await this.#recovery.pause(RETRY_MS);
      }
      part = parts.shift();
    }
  }

  /** What is to be tried again of a part that failed. */
  async #again(part: Part, isBehindOthers: boolean, result: InvokeResult): Promise<Part[]> {
    const { mapping, client } = this.#options;
    const { records, attempts } = part;
    // It did not run.
    if (result.status === "throttled") return [part];
    // Halves have as many attempts left as the whole had.
    if (mapping.bisects && records.length > 1) {
      if (isBehindOthers) return [part];
      const middle = Math.ceil(records.length / 2);
      return [
        { records: records.slice(0, middle), attempts },
        { records: records.slice(middle), attempts },
      ];
    }
    if (attempts + 1 <= mapping.retries) return [{ records, attempts: attempts + 1 }];
    await this.#giveUp(records, { condition: "RetryAttemptsExhausted", attempts: attempts + 1, result });
    const last = records.at(-1);
    if (last) await client.keep(last.sequence);
    return [];
  }

  /** Gives those that are not too old. */
  async #giveUpLate({ records, attempts }: Part): Promise<readonly SourceRecord[]> {
    const oldest = Date.now() - this.#options.mapping.oldestSeconds * 1000;
    const tooOld = records.filter((record) => record.writtenAt < oldest);
    if (tooOld.length === 0) return records;
    await this.#giveUp(tooOld, { condition: "RecordAgeExceeded", attempts });
    return records.filter((record) => !tooOld.includes(record));
  }

  async #giveUp(
    records: readonly SourceRecord[],
    why: Omit<GivenUp, "functionArn" | "shard" | "infoName">,
  ): Promise<void> {
    const { service, mapping, functionArn, client, giveUp, log } = this.#options;
    const infoName = INFO_NAMES[service];
    const { condition } = why;
    log(`${this.#name}: ${records.length} records are given up (${condition}).`);
    const { shard } = client;
    const record = givenUpRecord(records, mapping, { ...why, functionArn, shard, infoName });
    await giveUp(record, eventOf(records), shard);
  }

  async #invoke(records: readonly SourceRecord[]): Promise<InvokeResult> {
    const { mapping, invoker } = this.#options;
    const last = records.at(-1);
    return invoker.invoke(mapping.functionName, eventOf(records), {
      waits: true,
      caller: "stream",
      iteratorAge: last ? Math.max(0, Date.now() - last.writtenAt) : 0,
    });
  }

  #takes({ record }: SourceRecord): boolean {
    return this.#filters.length === 0 || this.#filters.some((matches) => matches(record));
  }
}

function eventOf(records: readonly SourceRecord[]): object {
  return { Records: records.map(({ record }) => record) };
}

function inEvents(records: readonly SourceRecord[]): Part[] {
  const parts: Part[] = [];
  for (let from = 0; from < records.length; ) {
    const end = from + fitting(records.slice(from));
    parts.push({ records: records.slice(from, end), attempts: 0 });
    from = end;
  }
  return parts;
}
