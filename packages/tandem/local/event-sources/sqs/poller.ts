/** Takes messages from one queue to one function, as Lambda's pollers do, until it is stopped. */

import limits from "../../../shared/aws/limits.cjs";
import type { Invoker } from "../../invocation.ts";
import { sourceFilter } from "../../patterns/dialects.ts";
import type { Matches } from "../../patterns/pattern.ts";
import type { QueueClient, ReceivedMessage } from "../../queues-and-buckets/queue-client.ts";
import { Recovery } from "../recovery.ts";
import { finished, sqsEvent, sqsRecord } from "./batch.ts";
import type { QueueMapping } from "./mappings.ts";

export interface PollerOptions {
  mapping: QueueMapping;
  client: QueueClient;
  invoker: Invoker;
  log(line: string): void;
}

/** The longest that SQS waits for a first message. */
const LONG_POLL_SECONDS = 20;

export class Poller {
  readonly #options: PollerOptions;
  readonly #filters: readonly Matches[];
  readonly #stopped = new AbortController();
  readonly #recovery: Recovery;

  constructor(options: PollerOptions) {
    const { mapping, log } = options;
    this.#options = options;
    this.#filters = mapping.filters.map((filter) => sourceFilter(filter, "sqs"));
    this.#recovery = new Recovery({
      name: `Queue ${mapping.queueArn} → ${mapping.functionName}`,
      refusal: "AccessDenied",
      signal: this.#stopped.signal,
      log,
    });
  }

  start(): void {
    for (let index = 0; index < this.#options.mapping.concurrency; index++) void this.#run();
  }

  /** Asks for no more messages. Those a function is at work on come again when they are not deleted in time. */
  stop(): void {
    this.#stopped.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        const messages = await this.#receiveBatch();
        if (messages.length > 0 && !signal.aborted) await this.#handle(messages);
        this.#recovery.over();
      } catch (error) {
        if (!signal.aborted) await this.#recovery.after(error as Error);
      }
    }
  }

  async #handle(messages: readonly ReceivedMessage[]): Promise<void> {
    const { mapping, client, invoker } = this.#options;
    const result = await invoker.invoke(mapping.functionName, sqsEvent(messages, mapping.queueArn), {
      waits: true,
      caller: "queue",
    });
    const done = finished(messages, result, mapping.reportsFailures);
    if (done.length > 0) await client.delete(done);
  }

  /** A batch is full, or its window is over, or, without a window, nothing more is there at once. */
  async #receiveBatch(): Promise<ReceivedMessage[]> {
    const { mapping, client } = this.#options;
    const { signal } = this.#stopped;
    const next = async (waitSeconds: number) =>
      this.#filtered(await client.receive(this.#room(messages.length), waitSeconds, signal));
    const messages: ReceivedMessage[] = [];
    messages.push(...(await next(LONG_POLL_SECONDS)));
    if (messages.length === 0) return messages;
    const end = Date.now() + mapping.windowSeconds * 1000;
    while (messages.length < mapping.batchSize) {
      const left = Math.ceil((end - Date.now()) / 1000);
      const more = await next(Math.max(0, Math.min(left, LONG_POLL_SECONDS)));
      messages.push(...more);
      if (more.length === 0 && left <= 0) break;
    }
    return messages;
  }

  /** What no filter takes is deleted: the function never learns of it, and nobody else does. */
  async #filtered(messages: readonly ReceivedMessage[]): Promise<readonly ReceivedMessage[]> {
    if (this.#filters.length === 0) return messages;
    const taken = messages.filter((message) => this.#takes(message));
    const left = messages.filter((message) => !taken.includes(message));
    if (left.length > 0) await this.#options.client.delete(left);
    return taken;
  }

  #takes(message: ReceivedMessage): boolean {
    const record = sqsRecord(message, this.#options.mapping.queueArn);
    return this.#filters.some((matches) => matches(record));
  }

  #room(taken: number): number {
    return Math.min(this.#options.mapping.batchSize - taken, limits.sqs.mostMessages);
  }
}
