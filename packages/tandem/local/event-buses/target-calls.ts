/** Takes an event to one target of a rule: tries again what fails, and ends among the dead letters what cannot be delivered. */
import { setTimeout as pause } from "node:timers/promises";
import type { BusEvent } from "../deliveries/bus-event.ts";
import type { DeliverTo, Delivery } from "../deliveries/destinations.ts";
import { RETRY_MS, triesOf } from "../deliveries/retries.ts";
import { inputText, NoInput } from "../deliveries/target-input.ts";
import type { MessageExtras } from "../queues-and-buckets/queue-client.ts";
import type { Rule, RuleTarget } from "./declared.ts";

export interface TargetCallsOptions {
  deliver: DeliverTo;
  log(line: string): void;
  /** Why AWS would not let the rule call the target; undefined when it would. */
  refusal(target: RuleTarget): string | undefined;
}

export class TargetCalls {
  readonly #options: TargetCallsOptions;
  readonly #stopped = new AbortController();

  constructor(options: TargetCallsOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Resolves after the first try; what fails is tried again meanwhile. */
  async call(rule: Rule, target: RuleTarget, event: BusEvent): Promise<void> {
    // Said when the program started; AWS tries once and no more.
    const refusal = this.#options.refusal(target);
    if (refusal !== undefined)
      return this.#toDeadLetters(rule, target, event, { code: "NO_PERMISSIONS", why: refusal, tries: 1 });
    let delivery: Delivery;
    try {
      delivery = deliveryOf(rule, target, event);
    } catch (error) {
      if (!(error instanceof NoInput)) throw error;
      return this.#giveUp(rule, target, event, { code: "INVALID_INPUT", why: error.message, tries: 1 });
    }
    const failure = await this.#try(target, delivery);
    if (failure !== undefined) void this.#tryAgain(rule, target, event, delivery, failure);
  }

  async #tryAgain(
    rule: Rule,
    target: RuleTarget,
    event: BusEvent,
    delivery: Delivery,
    first: string,
  ): Promise<void> {
    const { signal } = this.#stopped;
    const tries = triesOf(target.retries);
    let why = first;
    for (let attempt = 2; attempt <= tries; attempt++) {
      await pause(RETRY_MS, undefined, { signal }).catch(() => {});
      if (signal.aborted) {
        this.#options.log(
          `Rule ${rule.name}: event ${event.id} is lost, the run ended before it was tried again.`,
        );
        return;
      }
      const failure = await this.#try(target, delivery);
      if (failure === undefined) return;
      why = failure;
    }
    await this.#giveUp(rule, target, event, { code: "SDK_CLIENT_ERROR", why, tries });
  }

  /** Why it did not work; undefined when it did. */
  async #try({ arn }: RuleTarget, delivery: Delivery): Promise<string | undefined> {
    try {
      await this.#options.deliver(arn, delivery);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #giveUp(rule: Rule, target: RuleTarget, event: BusEvent, failed: Failed): Promise<void> {
    this.#options.log(`Rule ${rule.name} → ${target.arn}: ${failed.why}`);
    await this.#toDeadLetters(rule, target, event, failed);
  }

  async #toDeadLetters(rule: Rule, target: RuleTarget, event: BusEvent, failed: Failed): Promise<void> {
    const { deadLetterArn } = target;
    if (deadLetterArn === undefined) return;
    const beside = attributesOf(rule, target, failed);
    await this.#options
      .deliver(deadLetterArn, { payload: event, caller: "rule", beside })
      .catch((error: Error) => {
        this.#options.log(`Rule ${rule.name}: the dead letter could not be sent: ${error.message}`);
      });
  }
}

interface Failed {
  /** As EventBridge names it. */
  code: string;
  why: string;
  tries: number;
}

/** Throws a NoInput. */
function deliveryOf(rule: Rule, { arn, input, groupId }: RuleTarget, event: BusEvent): Delivery {
  const text = inputText(input, event, { ruleArn: rule.arn, ruleName: rule.name });
  return {
    // A function is called with a value, the others get the text as it is.
    payload: arn.includes(":lambda:") ? parsedInput(text) : text,
    caller: "rule",
    event,
    ...(groupId === undefined ? {} : { beside: { MessageGroupId: groupId } }),
  };
}

function parsedInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NoInput(`a function takes JSON alone, and this is none: ${text}`);
  }
}

/** What EventBridge says of an event it could not deliver. */
function attributesOf(
  { arn: ruleArn }: Rule,
  { arn }: RuleTarget,
  { code, why, tries }: Failed,
): MessageExtras {
  const failure: Record<string, string> = {
    RULE_ARN: ruleArn,
    TARGET_ARN: arn,
    ERROR_CODE: code,
    ERROR_MESSAGE: why,
    ...(tries > 1
      ? { EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts", RETRY_ATTEMPTS: String(tries - 1) }
      : {}),
  };
  const entries = Object.entries(failure).map(([name, StringValue]) => [
    name,
    { DataType: "String", StringValue },
  ]);
  return { MessageAttributes: Object.fromEntries(entries) };
}
