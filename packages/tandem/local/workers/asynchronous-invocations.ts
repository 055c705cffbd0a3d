/**
 * Asynchronous invocations of the program's functions: each attempt meets the function as it is by then, and what comes of them
 * goes to a queue, a topic or another function in the name of the function's role.
 */
import type { Recording } from "../../program/recording.ts";
import type { InvokeResult } from "../invocation.ts";
import type { UndeliveredEvent } from "../observer.ts";
import { eventConfig } from "./event-config.ts";
import { type Deliver, EventQueue } from "./event-queue.ts";
import type { ServedFunction } from "./function-catalog.ts";
import type { EventExecution } from "./function-executions.ts";
import type { FoundFunction } from "./lookup.ts";
import type { CompleteOptions } from "./options.ts";

interface AsynchronousOptions
  extends Pick<CompleteOptions, "retryDelays" | "throttleDelay" | "observer" | "deliver" | "refuses"> {
  log(line: string): void;
  /** A function as it is served now; undefined when the program has it no more. */
  current(functionName: string): ServedFunction | undefined;
  attempt(served: ServedFunction, execution: EventExecution): Promise<InvokeResult>;
  /** Of a function that is a destination, asynchronously. */
  invoke(functionArn: string, record: unknown): Promise<unknown>;
}

export class AsynchronousInvocations {
  readonly #options: AsynchronousOptions;
  readonly #events: EventQueue;

  constructor(options: AsynchronousOptions) {
    this.#options = options;
    const { retryDelays, throttleDelay, observer, log } = options;
    this.#events = new EventQueue({
      retryDelays,
      throttleDelay,
      deliver: (roleArn, ...delivered) => this.#deliver(roleArn, ...delivered),
      report: log,
      undelivered: observer && ((happened: UndeliveredEvent) => observer.undelivered(happened)),
    });
  }

  /** @param recording says how often it is tried, and who is told */
  accept({ served, version }: FoundFunction, execution: EventExecution, recording: Recording): void {
    const { current, attempt } = this.#options;
    const { name, arn, deadLetterArn, roleArn } = served.settings;
    const now = () => current(name) ?? served;
    this.#events.accept({
      functionName: name,
      functionArn: arn,
      roleArn,
      config: eventConfig(name, recording),
      deadLetterArn,
      execution,
      executedVersion: version,
      isSwitchedOff: () => now().settings.reservedConcurrency === 0,
      attempt: () => attempt(now(), execution),
    });
  }

  /** Resolves when every one, with its retries, has come to its end. */
  settled(): Promise<void> {
    return this.#events.settled();
  }

  /** Those that wait for a retry are given up, each with a line that says so. */
  stop(): Promise<void> {
    return this.#events.stop();
  }

  async #deliver(
    roleArn: string | undefined,
    ...[destinationArn, record, attributes]: Parameters<Deliver>
  ): Promise<void> {
    const { refuses, deliver, invoke } = this.#options;
    const refusal = roleArn === undefined ? undefined : refuses(roleArn, destinationArn);
    if (refusal !== undefined) throw new Error(refusal);
    if (/^arn:[^:]+:lambda:/.test(destinationArn)) await invoke(destinationArn, JSON.parse(record));
    else await deliver(destinationArn, record, attributes);
  }
}
