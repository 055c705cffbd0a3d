/** Asynchronous invocations: accepted at once, tried again after errors, and told to a destination at the end. */
import { setTimeout as pause } from "node:timers/promises";
import { answeredValue, type InvokeResult } from "../invocation.ts";
import type { UndeliveredHappened } from "../observer.ts";
import type { EventConfig } from "./event-config.ts";
import type { Execution } from "./function-worker.ts";

/** Takes what became of an event to a queue, a topic or a function, by its ARN, in the name of the function's role. */
export type Deliver = (destinationArn: string, record: string, roleArn?: string) => Promise<void>;

export interface EventQueueOptions {
  deliver: Deliver;
  /** Milliseconds before the first and the second retry. The cloud waits one and two minutes. */
  retryDelays: readonly [number, number];
  /** Milliseconds before a throttled event is offered again. The cloud begins with one second. */
  throttleDelay: number;
  report(line: string): void;
  /** Told of what could not be delivered, where somebody looks. */
  undelivered?: ((happened: UndeliveredHappened) => void) | undefined;
}

export interface AcceptedEvent {
  functionName: string;
  functionArn: string;
  roleArn: string | undefined;
  config: EventConfig;
  deadLetterArn: string | undefined;
  execution: Pick<Execution, "requestId" | "event">;
  attempt(): Promise<InvokeResult>;
}

type Condition = "Success" | "RetriesExhausted" | "EventAgeExceeded";

export class EventQueue {
  readonly #options: EventQueueOptions;
  readonly #stopped = new AbortController();
  readonly #open = new Set<Promise<void>>();

  constructor(options: EventQueueOptions) {
    this.#options = options;
  }

  accept(event: AcceptedEvent): void {
    const handled: Promise<void> = this.#handle(event)
      .catch((error: unknown) => this.#lost(event, error))
      .finally(() => this.#open.delete(handled));
    this.#open.add(handled);
  }

  /** Resolves when every accepted event has come to its end. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  /** Events that wait for a retry are given up, each with a line that says so. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.settled();
  }

  async #handle(event: AcceptedEvent): Promise<void> {
    const accepted = performance.now();
    let attempts = 0;
    for (;;) {
      const result = await event.attempt();
      if (result.status !== "throttled") attempts++;
      if (result.status === "ok") return this.#finish(event, "Success", attempts, result);
      if (result.status === "error" && attempts > event.config.maximumRetries) {
        return this.#finish(event, "RetriesExhausted", attempts, result);
      }
      const delay = result.status === "throttled" ? this.#options.throttleDelay : this.#retryDelay(attempts);
      if (performance.now() + delay - accepted > event.config.maximumAgeSeconds * 1000) {
        return this.#finish(event, "EventAgeExceeded", attempts, result);
      }
      await pause(delay, undefined, { signal: this.#stopped.signal });
    }
  }

  #retryDelay(attempts: number): number {
    const [first, second] = this.#options.retryDelays;
    return attempts === 1 ? first : second;
  }

  async #finish(
    event: AcceptedEvent,
    condition: Condition,
    attempts: number,
    result: InvokeResult,
  ): Promise<void> {
    const { config, deadLetterArn, execution } = event;
    const destination = condition === "Success" ? config.onSuccess : config.onFailure;
    if (destination) {
      const record = destinationRecord(event, condition, attempts, result);
      await this.#deliver(event, "destination", destination, record);
    }
    if (deadLetterArn && condition !== "Success")
      await this.#deliver(event, "dead letters", deadLetterArn, execution.event);
  }

  async #deliver(
    { functionName, roleArn }: AcceptedEvent,
    to: UndeliveredHappened["to"],
    arn: string,
    record: string,
  ): Promise<void> {
    try {
      await this.#options.deliver(arn, record, roleArn);
    } catch (error) {
      this.#options.undelivered?.({ time: Date.now(), functionName, to });
      throw error;
    }
  }

  #lost({ functionName, execution }: AcceptedEvent, error: unknown): void {
    const why = this.#stopped.signal.aborted
      ? "the run ended before it was tried again"
      : `its destination could not be reached: ${(error as Error).message}`;
    this.#options.report(`Event ${execution.requestId} for ${functionName} is lost: ${why}`);
  }
}

/** As Lambda writes it, version 1.0. */
function destinationRecord(
  { functionArn, execution }: AcceptedEvent,
  condition: Condition,
  approximateInvokeCount: number,
  result: InvokeResult,
): string {
  const failed = result.status !== "ok";
  return JSON.stringify({
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: execution.requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount,
    },
    requestPayload: JSON.parse(execution.event),
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      ...(failed ? { functionError: "Unhandled" } : {}),
    },
    responsePayload: failed ? (result.error ?? null) : (answeredValue(result.payload) ?? null),
  });
}
