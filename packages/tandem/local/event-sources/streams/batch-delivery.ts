/** Takes one batch of records to the function, as often as its mapping says, and closes the windows that they belong to. */
import type { InvokeResult } from "../../invocation.ts";
import { RETRY_MS, type Recovery } from "../recovery.ts";
import { doneWith, fitting, type GivenUp, givenUpRecord, type SourceRecord } from "./batch.ts";
import type { StreamPollerOptions } from "./poller-options.ts";
import type { StreamCheckpoint } from "./stream-checkpoint.ts";
import {
  answeredState,
  byWindow,
  isTooLarge,
  type Span,
  WALL_CLOCK,
  WINDOW_BYTES,
  windowFields,
} from "./windows.ts";

interface Part {
  records: readonly SourceRecord[];
  attempts: number;
  /** Of their tumbling window. */
  span?: Span;
}

export interface BatchDeliveryOptions extends StreamPollerOptions {
  /** For the log. */
  name: string;
  recovery: Recovery;
  signal: AbortSignal;
}

const INFO_NAMES = { dynamodb: "DDBStreamBatchInfo", kinesis: "KinesisBatchInfo" };

export class BatchDelivery {
  readonly #options: BatchDeliveryOptions;
  readonly #checkpoint: StreamCheckpoint;
  #hasMissedState = false;

  constructor(options: BatchDeliveryOptions, checkpoint: StreamCheckpoint) {
    this.#options = options;
    this.#checkpoint = checkpoint;
  }

  /** Resolves once the function is done with them, or they are given up. What is done with is kept as it goes. */
  async deliver(records: readonly SourceRecord[]): Promise<void> {
    const { mapping, recovery, signal, retryDelay = RETRY_MS } = this.#options;
    const parts = byWindow(records, mapping.tumblingSeconds).flatMap(inEvents);
    let part = parts.shift();
    while (part && !signal.aborted) {
      const late = await this.#giveUpLate(part);
      if (late.length > 0 && part.span) await this.#open(part.span);
      if (signal.aborted) return;
      const result = late.length > 0 ? await this.#invoke(this.#event(late), late.at(-1)) : undefined;
      if (signal.aborted) return;
      const done = result ? await this.#take(late, result) : 0;
      if (signal.aborted) return;
      const rest = late.slice(done);
      if (result && rest.length > 0) {
        parts.unshift(...(await this.#again({ ...part, records: rest }, done > 0, result)));
        if (parts[0]?.records[0] === rest[0]) await recovery.pause(retryDelay);
      }
      part = parts.shift();
    }
  }

  /** The window's last invocation, without records; until it succeeds nothing else goes on. */
  async closeWindow(): Promise<void> {
    const { recovery, signal, retryDelay = RETRY_MS } = this.#options;
    while (this.#checkpoint.window && !signal.aborted) {
      const result = await this.#invoke(this.#event([], true));
      if (signal.aborted) return;
      if (this.#hasState(result)) {
        this.#checkpoint.window = undefined;
        return this.#checkpoint.moveTo(this.#checkpoint.sequence);
      }
      await recovery.pause(retryDelay);
    }
  }

  /** Closes one that was open before, or whose state has grown too large. */
  async #open(span: Span): Promise<void> {
    const { window } = this.#checkpoint;
    if (window && (window.start !== span.start || isTooLarge(window))) await this.closeWindow();
    this.#checkpoint.window ??= { ...span, state: {} };
  }

  /** How many records from the first on the function is done with. */
  async #take(records: readonly SourceRecord[], result: InvokeResult): Promise<number> {
    const { mapping } = this.#options;
    const { window } = this.#checkpoint;
    if (window && !this.#hasState(result)) return 0;
    const done = doneWith(records, result, mapping.reportsFailures);
    const last = records[done - 1];
    if (!last) return 0;
    const state = answeredState(result);
    if (window && state) this.#checkpoint.window = { ...window, state };
    await this.#checkpoint.moveTo(last.sequence);
    if (this.#checkpoint.window && isTooLarge(this.#checkpoint.window)) await this.closeWindow();
    return done;
  }

  #hasState(result: InvokeResult): boolean {
    if (answeredState(result)) return true;
    const { name, log } = this.#options;
    if (result.status === "ok" && !this.#hasMissedState) {
      this.#hasMissedState = true;
      log(`${name}: an answer without a state counts as failed, for the mapping has tumbling windows.`);
    }
    return false;
  }

  /** What is to be tried again of a part that failed. */
  async #again(part: Part, isBehindOthers: boolean, result: InvokeResult): Promise<Part[]> {
    const { mapping } = this.#options;
    const { records, attempts } = part;
    // It did not run.
    if (result.status === "throttled") return [part];
    // Halves have as many attempts left as the whole had.
    if (mapping.bisects && records.length > 1) {
      if (isBehindOthers) return [part];
      const middle = Math.ceil(records.length / 2);
      return [
        { ...part, records: records.slice(0, middle) },
        { ...part, records: records.slice(middle) },
      ];
    }
    if (attempts + 1 <= mapping.retries) return [{ ...part, attempts: attempts + 1 }];
    await this.#giveUp(records, { condition: "RetryAttemptsExhausted", attempts: attempts + 1, result });
    const last = records.at(-1);
    if (last) await this.#checkpoint.moveTo(last.sequence);
    return [];
  }

  /** Gives those that are not too old. */
  async #giveUpLate({ records, attempts }: Part): Promise<readonly SourceRecord[]> {
    const oldest = this.#now() - this.#options.mapping.oldestSeconds * 1000;
    const tooOld = records.filter((record) => record.writtenAt < oldest);
    if (tooOld.length === 0) return records;
    await this.#giveUp(tooOld, { condition: "RecordAgeExceeded", attempts });
    return records.filter((record) => !tooOld.includes(record));
  }

  async #giveUp(
    records: readonly SourceRecord[],
    why: Omit<GivenUp, "functionArn" | "shard" | "infoName">,
  ): Promise<void> {
    const { name, service, mapping, functionArn, client, giveUp, log } = this.#options;
    const infoName = INFO_NAMES[service];
    const { condition } = why;
    log(`${name}: ${records.length} records are given up (${condition}).`);
    const { shard } = client;
    const record = givenUpRecord(records, mapping, { ...why, functionArn, shard, infoName });
    await giveUp(record, this.#event(records), shard);
  }

  #event(records: readonly SourceRecord[], isFinal = false): object {
    const { mapping, client } = this.#options;
    const { window } = this.#checkpoint;
    const source = { shardId: client.shard, eventSourceARN: mapping.streamArn };
    return {
      Records: records.map(({ record }) => record),
      ...(window && windowFields(window, source, isFinal)),
    };
  }

  async #invoke(event: object, last?: SourceRecord): Promise<InvokeResult> {
    const { mapping, invoker } = this.#options;
    return invoker.invoke(mapping.functionName, event, {
      waits: true,
      caller: "stream",
      iteratorAge: last ? Math.max(0, this.#now() - last.writtenAt) : 0,
    });
  }

  #now(): number {
    return (this.#options.clock ?? WALL_CLOCK).now();
  }
}

function inEvents({ records, span }: ReturnType<typeof byWindow>[number]): Part[] {
  const parts: Part[] = [];
  for (let from = 0; from < records.length; ) {
    const end = from + fitting(records.slice(from), span ? WINDOW_BYTES : 0);
    parts.push({ records: records.slice(from, end), attempts: 0, ...(span ? { span } : {}) });
    from = end;
  }
  return parts;
}
