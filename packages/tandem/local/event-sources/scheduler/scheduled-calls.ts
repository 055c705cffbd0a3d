/** One schedule at work: waits for its next time, calls its target, waits again. */
import { setTimeout as pause } from "node:timers/promises";
import type { DeliverTo, Delivery } from "../../deliveries/destinations.ts";
import { RETRY_MS, triesOf } from "../../deliveries/retries.ts";
import { type Expression, parseExpression } from "./expressions.ts";
import { deliveryOf, type Schedule } from "./schedules.ts";
import { callAt } from "./timer.ts";

export interface ScheduleTargets {
  deliver: DeliverTo;
  log(line: string): void;
}

export class ScheduledCalls {
  readonly #schedule: Schedule;
  readonly #targets: ScheduleTargets;
  readonly #expression: Expression;
  readonly #stopped = new AbortController();
  #callOff: () => void = () => {};

  /** Throws an ExpressionError. */
  constructor(schedule: Schedule, targets: ScheduleTargets) {
    this.#schedule = schedule;
    this.#targets = targets;
    this.#expression = parseExpression(schedule.expression, schedule.timeZone);
  }

  start(now = new Date()): void {
    const { from = 0, until = Number.POSITIVE_INFINITY } = this.#schedule;
    const next = this.#expression.next(new Date(Math.max(now.getTime(), from - 1)));
    if (!next || next.getTime() > until) return;
    this.#callOff = callAt(next, () => {
      this.start(new Date(Math.max(next.getTime(), Date.now())));
      void this.call(next);
    });
  }

  stop(): void {
    this.#stopped.abort();
    this.#callOff();
  }

  /** Calls the target for the time `at`; what cannot be called ends among the dead letters. */
  async call(at: Date): Promise<void> {
    const { name, retries, targetArn } = this.#schedule;
    const { signal } = this.#stopped;
    const tries = triesOf(retries);
    let reason = "";
    for (let attempt = 1; attempt <= tries && !signal.aborted; attempt++) {
      if (attempt > 1) await pause(RETRY_MS, undefined, { signal }).catch(() => {});
      const failure = await this.#try(at, attempt);
      if (failure === undefined) return;
      reason = failure;
    }
    this.#targets.log(`Schedule ${name}: ${targetArn} could not be called: ${reason}`);
    await this.#toDeadLetters(at, tries).catch((error: Error) => {
      this.#targets.log(`Schedule ${name}: the dead letter could not be sent: ${error.message}`);
    });
  }

  /** Why it did not work; undefined when it did. */
  async #try(at: Date, attempt: number): Promise<string | undefined> {
    try {
      await this.#targets.deliver(this.#schedule.targetArn, deliveryOf(this.#schedule, at, attempt));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #toDeadLetters(at: Date, attempt: number): Promise<void> {
    const { deadLetterArn } = this.#schedule;
    if (!deadLetterArn) return;
    const { payload, caller }: Delivery = deliveryOf(this.#schedule, at, attempt);
    await this.#targets.deliver(deadLetterArn, { payload, caller });
  }
}
