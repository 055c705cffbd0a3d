/** The topics of a recorded program and who has subscribed to them. */

import { readArn } from "../../program/reading/arn.ts";
import { SUBSCRIPTION } from "../../program/reading/event-sources.ts";
import { addressed, declared } from "../../program/reading/resources.ts";
import { flag, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { type FilterScope, filterPolicy } from "../patterns/dialects.ts";
import { type Matches, PatternError } from "../patterns/pattern.ts";
import { readRedrivePolicy } from "../redrive-policy.ts";

export const TOPIC = "aws:sns/topic:Topic";

export interface Subscription {
  urn: string;
  arn: string;
  protocol: string;
  endpoint: string;
  /** The message alone, without what SNS says of it. */
  isRaw: boolean;
  filter?: { scope: FilterScope; matches: Matches };
  deadLetterArn?: string;
}

export interface Topic {
  name: string;
  arn: string;
  isFifo: boolean;
  deduplicatesByContent: boolean;
  subscriptions: Subscription[];
}

/** What is delivered here; an email is shown in the log. */
export const DELIVERED = ["lambda", "sqs", "email", "email-json"];

export function topicsOf(recording: Recording): Topic[] {
  return declared(recording, TOPIC).map((topic) => ({
    name: nameOf(topic),
    arn: arnOf(topic),
    isFifo: isFifo(topic),
    deduplicatesByContent: flag(topic.inputs.contentBasedDeduplication),
    subscriptions: subscriptionsOf(topic, recording).flatMap(subscription),
  }));
}

/** A sentence for each mistake that SNS would not take, with its words where they are known. */
export function topicRefusals(recording: Recording): string[] {
  const ofTopics = declared(recording, TOPIC).flatMap((topic) => {
    const name = nameOf(topic);
    if (!/^[\w-]{1,256}$|^[\w-]{1,251}\.fifo$/.test(name))
      return [`Topic ${name}: Invalid parameter: Topic Name`];
    if (isFifo(topic) === name.endsWith(".fifo")) return [];
    return [`Topic ${name}: the name of a FIFO topic, and of no other, ends with .fifo`];
  });
  const ofSubscriptions = declared(recording, SUBSCRIPTION).flatMap((one) => {
    const topic = addressed(recording, TOPIC, text(one.inputs.topic));
    const why = subscriptionFault(one, topic !== undefined && isFifo(topic));
    return why === undefined ? [] : [`Subscription ${one.name}: Invalid parameter: ${why}`];
  });
  return [...ofTopics, ...ofSubscriptions];
}

function subscriptionFault(resource: RecordedResource, isOfFifo: boolean): string | undefined {
  const { inputs } = resource;
  const [protocol, endpoint = ""] = [text(inputs.protocol), text(inputs.endpoint)];
  const isFifoQueue = endpoint.endsWith(".fifo");
  if ((protocol === "sqs" || protocol === "lambda") && readArn(endpoint)?.service !== protocol)
    return `${protocol === "sqs" ? "SQS" : "Lambda"} endpoint ARN`;
  if (isOfFifo && protocol !== "sqs")
    return `Protocol ${protocol ?? ""}: a FIFO topic delivers to queues alone`;
  if (!isOfFifo && isFifoQueue)
    return "Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics";
  if (isOfFifo && isFifoQueue && deadLetterArnOf(resource)?.endsWith(".fifo") === false)
    return "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.";
  if (flag(inputs.rawMessageDelivery) && protocol === "lambda")
    return "Attributes Reason: Delivery protocol [lambda] does not support raw message delivery.";
  const read = readFilter(inputs);
  return read !== undefined && "fault" in read ? `FilterPolicy: ${read.fault}` : undefined;
}

function subscriptionsOf(topic: RecordedResource, recording: Recording): RecordedResource[] {
  const arn = arnOf(topic);
  return declared(recording, SUBSCRIPTION).filter(({ inputs }) => text(inputs.topic) === arn);
}

/** None with a filter that SNS would not take: every message would pass, or none. */
function subscription(resource: RecordedResource): Subscription[] {
  const { urn, id, inputs, outputs } = resource;
  const filter = readFilter(inputs);
  if (filter && "fault" in filter) return [];
  const deadLetterArn = deadLetterArnOf(resource);
  return [
    {
      urn,
      arn: text(outputs.arn) ?? id ?? "",
      protocol: text(inputs.protocol) ?? "",
      endpoint: text(inputs.endpoint) ?? "",
      isRaw: flag(inputs.rawMessageDelivery),
      ...(filter === undefined ? {} : { filter }),
      ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
    },
  ];
}

function readFilter({
  filterPolicy: policy,
  filterPolicyScope,
}: RecordedResource["inputs"]): Subscription["filter"] | { fault: string } {
  const written = text(policy);
  if (written === undefined) return undefined;
  const scope: FilterScope = text(filterPolicyScope) === "MessageBody" ? "MessageBody" : "MessageAttributes";
  try {
    return { scope, matches: filterPolicy(written, scope) };
  } catch (error) {
    if (error instanceof PatternError) return { fault: error.message };
    throw error;
  }
}

function deadLetterArnOf({ name, inputs }: RecordedResource): string | undefined {
  return text(readRedrivePolicy(inputs.redrivePolicy, `subscription ${name}`)?.deadLetterTargetArn);
}

function isFifo({ inputs }: RecordedResource): boolean {
  return flag(inputs.fifoTopic);
}

function nameOf({ name, outputs }: RecordedResource): string {
  return text(outputs.name) ?? name;
}

function arnOf({ id, outputs }: RecordedResource): string {
  return text(outputs.arn) ?? id ?? "";
}
