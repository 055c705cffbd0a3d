/** Realises topics: what is published goes to the functions and queues that have subscribed, and emails are shown in the log. */

import { createHash, randomUUID } from "node:crypto";
import { SUBSCRIPTION } from "../../program/reading/event-sources.ts";
import { text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import type { DeliverTo, Delivery } from "../deliveries/destinations.ts";
import type { DeploymentRefusals } from "../deployment-refusals.ts";
import { reportCalls } from "../emulators/call-reports.ts";
import type { IamService } from "../iam/service.ts";
import { serviceRefusal } from "../iam/service-calls.ts";
import type { Observer } from "../observer.ts";
import type { OtherAwsService } from "../other-services/service.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { answerSns } from "./answer.ts";
import { DELIVERED, type Subscription, TOPIC, type Topic, topicRefusals, topicsOf } from "./declared.ts";
import type { Message } from "./message.ts";
import {
  isTaken,
  lambdaEvent,
  notification,
  type Published,
  queueAttributes,
  textFor,
} from "./notification.ts";

const PRINCIPAL = "sns.amazonaws.com";
const PERMISSION = "aws:lambda/permission:Permission";
/** What does something in the cloud and nothing here. */
const MISSING: Record<string, string> = {
  "aws:sns/platformApplication:PlatformApplication": "nothing is pushed to phones from here",
  "aws:sns/dataProtectionPolicy:DataProtectionPolicy":
    "messages are not looked through for personal data here",
};
/** For so long a FIFO topic knows a message again. */
const KNOWN_AGAIN_MS = 300_000;

export interface TopicOptions {
  otherServices: OtherAwsService;
  iam: IamService;
  deliver: DeliverTo;
  refusals: DeploymentRefusals;
  observer?: Observer | undefined;
}

export class TopicService implements Service {
  readonly name = "topics";
  readonly #options: TopicOptions;
  #log: (line: string) => void = () => {};
  #topics: ReadonlyMap<string, Topic> = new Map();
  /** URN of a subscription → why SNS may not deliver to it. */
  #refused: ReadonlyMap<string, string> = new Map();
  readonly #reported = new Set<string>();
  /** Of FIFO topics: topic and deduplication id → what was published. */
  readonly #known = new Map<string, Published>();
  #sequence = 0n;

  constructor(options: TopicOptions) {
    this.#options = options;
    const { observer, iam, otherServices } = options;
    otherServices.serve("sns", {
      answer: (request) =>
        answerSns(
          {
            guard: () => iam.guard,
            onRefusal: (refusal) => iam.report(refusal, this.#log),
            topic: (arn) => this.#topics.get(arn),
            publish: (topic, message) => this.#publish(topic, message),
          },
          request,
        ),
      answered: observer && reportCalls((calls) => observer.calls({ store: "SNS", ...calls })),
    });
  }

  parity({ type, inputs }: RecordedResource): Parity | undefined {
    if (type === TOPIC) return { state: "realised", reason: "passes on what is published to it" };
    if (type === PERMISSION && text(inputs.principal) === PRINCIPAL)
      return { state: "realised", reason: "a topic may call its function only with it" };
    const missing = MISSING[type];
    if (missing !== undefined) return { state: "unsupported", reason: missing };
    if (type !== SUBSCRIPTION) return undefined;
    const protocol = text(inputs.protocol) ?? "";
    if (!DELIVERED.includes(protocol))
      return {
        state: "unsupported",
        reason: `nothing is delivered by ${protocol || "its protocol"} from here`,
      };
    return {
      state: "realised",
      reason: protocol.startsWith("email")
        ? "shown in the log instead of mailed"
        : "gets what its filter takes",
    };
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  async update({ recording, log }: LocalContext): Promise<void> {
    this.#options.refusals.report(topicRefusals(recording), log);
    this.#log = log;
    this.#topics = new Map(topicsOf(recording).map((topic) => [topic.arn, topic]));
    this.#refused = this.#judge(recording);
  }

  async stop(): Promise<void> {
    this.#topics = new Map();
  }

  /** For services of AWS that publish in their own name; they have asked whether they may. */
  async publish(
    arn: string,
    message: string,
    { subject, beside }: Pick<Delivery, "subject" | "beside">,
  ): Promise<void> {
    const topic = this.#topics.get(arn);
    if (!topic) throw new Error(`${arn} is no topic of this program: nothing is delivered`);
    const attributes = Object.fromEntries(
      Object.entries(beside?.MessageAttributes ?? {}).map(([name, { DataType, StringValue = "" }]) => [
        name,
        { dataType: DataType, value: StringValue },
      ]),
    );
    await this.#publish(topic, { message, attributes, ...(subject === undefined ? {} : { subject }) });
  }

  /** Resolves once every subscriber has the message, or it was said why not. */
  async #publish(topic: Topic, message: Message): Promise<Published> {
    const published: Published = { ...message, messageId: randomUUID(), time: new Date() };
    if (!topic.isFifo) {
      await this.#toAll(topic, published);
      return published;
    }
    const deduplicationId = message.deduplicationId ?? hashOf(message.message);
    const key = `${topic.arn} ${deduplicationId}`;
    this.#forget(published.time.getTime() - KNOWN_AGAIN_MS);
    const known = this.#known.get(key);
    if (known) return known;
    const numbered = { ...published, deduplicationId, sequenceNumber: this.#nextNumber() };
    this.#known.set(key, numbered);
    await this.#toAll(topic, numbered);
    return numbered;
  }

  /** They stand in the order in which they came. */
  #forget(before: number): void {
    for (const [key, { time }] of this.#known) {
      if (time.getTime() > before) return;
      this.#known.delete(key);
    }
  }

  #nextNumber(): string {
    return String(10_000_000_000_000_000_000n + this.#sequence++);
  }

  async #toAll(topic: Topic, published: Published): Promise<void> {
    const taking = topic.subscriptions.filter((subscription) => isTaken(subscription, published));
    await Promise.all(taking.map((subscription) => this.#toOne(topic, subscription, published)));
  }

  async #toOne(topic: Topic, subscription: Subscription, published: Published): Promise<void> {
    const { protocol, endpoint, urn } = subscription;
    if (protocol.startsWith("email")) {
      const subject = published.subject ?? "AWS Notification Message";
      this.#log(
        `Mail to ${endpoint} from topic ${topic.name}: ${subject}\n${textFor(subscription, published)}`,
      );
      return;
    }
    if (!DELIVERED.includes(protocol)) {
      this.#reportOnce(`Topic ${topic.name}: nothing is delivered to ${endpoint} by ${protocol} from here.`);
      return;
    }
    if (this.#refused.has(urn)) return this.#toDeadLetters(topic, subscription, published);
    try {
      await this.#options.deliver(endpoint, deliveryOf(topic, subscription, published));
    } catch (error) {
      this.#log(`Topic ${topic.name} → ${endpoint}: ${(error as Error).message}`);
      await this.#toDeadLetters(topic, subscription, published);
    }
  }

  /** As it would have come into a queue. */
  async #toDeadLetters(topic: Topic, subscription: Subscription, published: Published): Promise<void> {
    const { deadLetterArn } = subscription;
    if (deadLetterArn === undefined) return;
    const delivery = queueDelivery(topic, { ...subscription, endpoint: deadLetterArn }, published);
    await this.#options.deliver(deadLetterArn, delivery).catch((error: Error) => {
      this.#log(`Topic ${topic.name}: the dead letter could not be sent: ${error.message}`);
    });
  }

  #judge(recording: Recording): Map<string, string> {
    const refused = new Map<string, string>();
    for (const { name, arn: sourceArn, subscriptions } of this.#topics.values()) {
      for (const { urn, endpoint, protocol } of subscriptions) {
        if (protocol !== "sqs" && protocol !== "lambda") continue;
        const why = serviceRefusal(recording, { principal: PRINCIPAL, sourceArn, targetArn: endpoint });
        if (why === undefined) continue;
        refused.set(urn, why);
        this.#reportOnce(`Topic ${name}: ${why}.`);
      }
    }
    return refused;
  }

  #reportOnce(line: string): void {
    if (this.#reported.has(line)) return;
    this.#reported.add(line);
    this.#log(line);
  }
}

function deliveryOf(topic: Topic, subscription: Subscription, published: Published): Delivery {
  return subscription.protocol === "lambda"
    ? { payload: lambdaEvent(topic, subscription, published), caller: "topic" }
    : queueDelivery(topic, subscription, published);
}

function queueDelivery(topic: Topic, subscription: Subscription, published: Published): Delivery {
  const { isRaw, endpoint } = subscription;
  const order = endpoint.endsWith(".fifo") ? orderOf(published) : {};
  return {
    payload: isRaw
      ? textFor(subscription, published)
      : JSON.stringify(notification(topic, subscription, published)),
    caller: "topic",
    beside: { ...(isRaw ? queueAttributes(published) : {}), ...order },
  };
}

function orderOf({ groupId, deduplicationId }: Message): Delivery["beside"] {
  return {
    ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
    ...(deduplicationId === undefined ? {} : { MessageDeduplicationId: deduplicationId }),
  };
}

function hashOf(message: string): string {
  return createHash("sha256").update(message).digest("hex");
}
