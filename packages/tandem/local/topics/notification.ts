/** What SNS makes of a message for each kind of subscriber, and what a filter policy sees of it. */
import { readArn } from "../../program/reading/arn.ts";
import { parseObject } from "../../shared/json.ts";
import type { MessageExtras } from "../queues-and-buckets/queue-client.ts";
import type { Subscription, Topic } from "./declared.ts";
import type { Message, MessageAttribute } from "./message.ts";

export interface Published extends Message {
  messageId: string;
  time: Date;
  /** Of a FIFO topic: grows from message to message. */
  sequenceNumber?: string;
}

/** Nobody signs here; the certificate that would tell is the cloud's. */
const SIGNATURE = "bm90IHNpZ25lZCBpbiBhIGxvY2FsIHJ1bg==";

/** Whether the subscription's filter takes the message. */
export function isTaken({ filter }: Subscription, { message, attributes }: Message): boolean {
  if (!filter) return true;
  if (filter.scope === "MessageAttributes") return filter.matches(filterable(attributes));
  const body = parseObject(message);
  return body !== undefined && filter.matches(body);
}

/** As the body of a message in a queue. */
export function notification(topic: Topic, subscription: Subscription, published: Published): object {
  const { messageId, subject, time, sequenceNumber, attributes } = published;
  const { region } = urlsOf(topic, subscription);
  return {
    Type: "Notification",
    MessageId: messageId,
    ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
    TopicArn: topic.arn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: textFor(subscription, published),
    Timestamp: time.toISOString(),
    // FIFO topics sign nothing.
    ...(topic.isFifo
      ? {}
      : { SignatureVersion: "1", Signature: SIGNATURE, SigningCertURL: certificate(region) }),
    UnsubscribeURL: urlsOf(topic, subscription).unsubscribe,
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: written(attributes) }),
  };
}

/** As a function is called with it. */
export function lambdaEvent(topic: Topic, subscription: Subscription, published: Published): object {
  const { messageId, subject, time, attributes } = published;
  const { region, unsubscribe } = urlsOf(topic, subscription);
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: "Notification",
          MessageId: messageId,
          TopicArn: topic.arn,
          Subject: subject ?? null,
          Message: textFor(subscription, published),
          Timestamp: time.toISOString(),
          SignatureVersion: "1",
          Signature: SIGNATURE,
          SigningCertUrl: certificate(region),
          UnsubscribeUrl: unsubscribe,
          MessageAttributes: written(attributes),
        },
      },
    ],
  };
}

/** Raw, a message's attributes become those of the message in the queue. */
export function queueAttributes({ attributes }: Message): MessageExtras {
  const entries = Object.entries(attributes).map(([name, { dataType, value }]) => [
    name,
    { DataType: dataType, [isBinary(dataType) ? "BinaryValue" : "StringValue"]: value },
  ]);
  return entries.length === 0 ? {} : { MessageAttributes: Object.fromEntries(entries) };
}

export function textFor({ protocol }: Subscription, { byProtocol, message }: Message): string {
  return byProtocol?.[protocol] ?? message;
}

/** By name, with their types: numbers, and the elements of a list. */
function filterable(attributes: Message["attributes"]): Record<string, unknown> {
  const entries = Object.entries(attributes)
    .filter(([, { dataType }]) => !isBinary(dataType))
    .map(([name, attribute]) => [name, filterableValue(attribute)]);
  return Object.fromEntries(entries);
}

function filterableValue({ dataType, value }: MessageAttribute): unknown {
  if (dataType.startsWith("Number")) return Number(value);
  if (dataType !== "String.Array") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value; // no list
  }
}

function written(attributes: Message["attributes"]): object {
  const entries = Object.entries(attributes).map(([name, { dataType, value }]) => [
    name,
    { Type: dataType, Value: value },
  ]);
  return Object.fromEntries(entries);
}

function isBinary(dataType: string): boolean {
  return dataType.startsWith("Binary");
}

function certificate(region: string): string {
  return `https://sns.${region}.amazonaws.com/SimpleNotificationService-local.pem`;
}

function urlsOf({ arn }: Topic, subscription: Subscription): { region: string; unsubscribe: string } {
  const region = readArn(arn)?.region ?? "";
  const unsubscribe = `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;
  return { region, unsubscribe };
}
