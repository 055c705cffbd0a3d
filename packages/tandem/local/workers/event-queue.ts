/** Asynchronous invocations: accepted at once, tried again after errors, and told to a destination at the end. */
import { setTimeout as pause } from "node:timers/promises";
import { answeredValue, type InvokeResult } from "../invocation.ts";
import type { UndeliveredEvent } from "../observer.ts";
import type { EventConfig } from "./event-config.ts";
import type { Execution } from "./execution.ts";

/** What stands beside an event among dead letters. */
export type DeadLetterAttributes = {
  RequestID: string;
  ErrorCode: number;
  ErrorMessage: string;
};

/** Takes what became of an event to a queue, a topic or a function, by its ARN. */
export type Deliver = (
  destinationArn: string,
  record: string,
  attributes?: DeadLetterAttributes,
) => Promise<void>;

export interface EventQueueOptions {
  /** In the name of the function's role. */
  deliver(roleArn: string | undefined, ...delivered: Parameters<Deliver>): Promise<void>;
  /** Milliseconds before the first and the second retry. The cloud waits one and two minutes. */
  retryDelays: readonly [number, number];
  /** Milliseconds before a throttled event is offered again. The cloud begins with one second. */
  throttleDelay: number;
  report(line: string): void;
  /** Told of what could not be delivered, where somebody looks. */
  undelivered?: ((happened: UndeliveredEvent) => void) | undefined;
}

export interface AcceptedEvent {
  functionName: string;
  functionArn: string;
  roleArn: string | undefined;
  config: EventConfig;
  deadLetterArn: string | undefined;
  execution: Pick<Execution, "requestId" | "event" | "invokedFunctionArn">;
  executedVersion: string;
  /** Its concurrency is reserved at 0, so no attempt will ever be made. */
  isSwitchedOff(): boolean;
  attempt(): Promise<InvokeResult>;
}

type Condition = "Success" | "RetriesExhausted" | "EventAgeExceeded" | "ZeroReservedConcurrency";

/** Bytes of an error message among dead letters. */
const LONGEST_MESSAGE = 1_024;

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
      if (event.isSwitchedOff()) return this.#finish(event, "ZeroReservedConcurrency", 0);
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
    result?: InvokeResult,
  ): Promise<void> {
    const { config, deadLetterArn, execution } = event;
    const destination = condition === "Success" ? config.onSuccess : config.onFailure;
    if (destination) {
      const record = destinationRecord(event, condition, attempts, result);
      await this.#deliver(event, "destination", destination, record);
    }
    if (deadLetterArn && condition !== "Success")
      await this.#deliver(event, "dead letters", deadLetterArn, execution.event, {
        RequestID: execution.requestId,
        ...errorOf(result),
      });
  }

  async #deliver(
    { functionName, roleArn }: AcceptedEvent,
    to: UndeliveredEvent["to"],
    ...delivered: Parameters<Deliver>
  ): Promise<void> {
    try {
      await this.#options.deliver(roleArn, ...delivered);
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

/** A function's own error has the status of the call that met it. */
function errorOf(result: InvokeResult | undefined): Omit<DeadLetterAttributes, "RequestID"> {
  if (!result)
    return { ErrorCode: 429, ErrorMessage: "The function is configured with zero reserved concurrency" };
  if (result.status === "throttled") return { ErrorCode: 429, ErrorMessage: "Rate Exceeded." };
  const message = Buffer.from(result.error?.errorMessage ?? "").subarray(0, LONGEST_MESSAGE);
  return { ErrorCode: 200, ErrorMessage: message.toString() };
}

/** As Lambda writes it, version 1.0. `result`: of the last attempt, where there was one. */
function destinationRecord(
  { functionArn, execution, executedVersion }: AcceptedEvent,
  condition: Condition,
  approximateInvokeCount: number,
  result?: InvokeResult,
): string {
  const failed = result?.status !== "ok";
  const isQualified = execution.invokedFunctionArn !== functionArn;
  return JSON.stringify({
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: execution.requestId,
      functionArn: isQualified ? execution.invokedFunctionArn : `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount,
    },
    requestPayload: JSON.parse(execution.event),
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion,
        ...(failed ? { functionError: "Unhandled" } : {}),
      },
      responsePayload: failed ? (result.error ?? null) : (answeredValue(result.payload) ?? null),
    }),
  });
}
