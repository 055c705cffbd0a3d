/** The queues and buckets of a recorded program. */
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import { number, opened, text } from "../workers/values.ts";

export const QUEUE = "aws:sqs/queue:Queue";
export const BUCKET = /^aws:s3\/bucket(V2)?:/;

export interface DeclaredQueue {
  name: string;
  arn: string;
  /** As the recorded program calls it. */
  url: string;
  /** By SQS's own names of attributes. */
  attributes: Record<string, string>;
}

export interface Declared {
  queues: DeclaredQueue[];
  buckets: string[];
}

/** Input of the resource → attribute of the queue. */
const ATTRIBUTES: Record<string, string> = {
  visibilityTimeoutSeconds: "VisibilityTimeout",
  delaySeconds: "DelaySeconds",
  messageRetentionSeconds: "MessageRetentionPeriod",
  maxMessageSize: "MaximumMessageSize",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  fifoQueue: "FifoQueue",
  contentBasedDeduplication: "ContentBasedDeduplication",
};

export function declaredStores(recording: Recording): Declared {
  const own = recording.resources.filter(({ read }) => !read);
  return {
    queues: own.filter(({ type }) => type === QUEUE).map((queue) => declaredQueue(queue, recording)),
    buckets: own.filter(({ type }) => BUCKET.test(type)).map(bucketName),
  };
}

export function bucketName({ name, inputs, outputs }: RecordedResource): string {
  return text(outputs.bucket) ?? text(inputs.bucket) ?? name;
}

function declaredQueue(queue: RecordedResource, recording: Recording): DeclaredQueue {
  const { inputs, outputs } = queue;
  const url = text(outputs.url) ?? queue.id ?? "";
  const attributes: Record<string, string> = {};
  for (const [input, attribute] of Object.entries(ATTRIBUTES)) {
    const value = text(inputs[input]);
    if (value !== undefined) attributes[attribute] = value;
  }
  const redrive = redrivePolicy(queue, url, recording);
  if (redrive) attributes.RedrivePolicy = redrive;
  return { name: text(outputs.name) ?? queue.name, arn: text(outputs.arn) ?? "", url, attributes };
}

/** Of the queue itself, or of a resource of its own that names the queue. */
function redrivePolicy(
  { inputs }: RecordedResource,
  url: string,
  { resources }: Recording,
): string | undefined {
  const separate = resources.find(
    ({ type, inputs: other }) =>
      type === "aws:sqs/redrivePolicy:RedrivePolicy" && text(other.queueUrl) === url,
  );
  const policy = opened(inputs.redrivePolicy) ?? opened(separate?.inputs.redrivePolicy);
  if (policy === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = parsed(policy);
  return JSON.stringify({
    deadLetterTargetArn,
    maxReceiveCount: number(maxReceiveCount) ?? text(maxReceiveCount),
  });
}

function parsed(policy: Value): Record<string, Value> {
  return (typeof policy === "string" ? JSON.parse(policy) : policy) as Record<string, Value>;
}
