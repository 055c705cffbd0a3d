/** What SQS refuses of the name and the attributes of a queue, where the library takes it. */
import { type JsonObject, parseObject } from "../../shared/json.ts";
import type { SqsRefusal } from "./sqs-types.ts";

const SETTABLE = [
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "DelaySeconds",
  "FifoQueue",
  "FifoThroughputLimit",
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "Policy",
  "ReceiveMessageWaitTimeSeconds",
  "RedriveAllowPolicy",
  "RedrivePolicy",
  "SqsManagedSseEnabled",
  "VisibilityTimeout",
];
export const READABLE = [
  ...SETTABLE,
  "All",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "QueueArn",
];

/** Of CreateQueue, SetQueueAttributes and GetQueueAttributes. */
export function queueRequestRefusal({
  QueueName,
  Attributes,
  AttributeNames,
}: JsonObject): SqsRefusal | undefined {
  const attributes = (Attributes ?? {}) as Record<string, string>;
  const asked = (AttributeNames ?? []) as string[];
  return (
    unknownAttribute(Object.keys(attributes), SETTABLE) ??
    unknownAttribute(asked, READABLE) ??
    (QueueName === undefined ? undefined : nameRefusal(String(QueueName), attributes)) ??
    redriveRefusal(attributes)
  );
}

function unknownAttribute(names: readonly string[], known: readonly string[]): SqsRefusal | undefined {
  const unknown = names.find((name) => !known.includes(name));
  return unknown === undefined
    ? undefined
    : { code: "InvalidAttributeName", message: `Unknown Attribute ${unknown}.` };
}

function nameRefusal(name: string, { FifoQueue }: Record<string, string>): SqsRefusal | undefined {
  // Of a FIFO queue without that ending the library says so.
  const plain = FifoQueue === "true" ? name.replace(/\.fifo$/, "-fifo") : name;
  return /^[\w-]{1,80}$/.test(plain)
    ? undefined
    : {
        code: "InvalidParameterValue",
        message: "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
      };
}

/** An empty policy takes the one that is there away. */
function redriveRefusal({ RedrivePolicy: policy = "" }: Record<string, string>): SqsRefusal | undefined {
  if (policy === "" || parseObject(policy)) return undefined;
  const message =
    "Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.";
  return { code: "InvalidAttributeValue", message };
}
