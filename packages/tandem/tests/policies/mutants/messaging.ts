import { add, find, type Mutants, remove, set } from "../support/mutant.ts";

const QUEUE_TYPE = "aws:sqs/queue:Queue";
const MAPPING_TYPE = "aws:lambda/eventSourceMapping:EventSourceMapping";

export const messagingMutants: Mutants = {
  "sqs/encryption": [
    {
      change: "a queue is not encrypted",
      mutate: (recording) => set(find(recording, QUEUE_TYPE, "changes"), "sqsManagedSseEnabled", false),
    },
  ],
  "sqs/redrive": [
    {
      change: "a queue more has no dead-letter queue",
      mutate: (recording) => {
        const queue = add(recording, QUEUE_TYPE, { sqsManagedSseEnabled: true });
        const tlsOnly = find(recording, "aws:sqs/queuePolicy:QueuePolicy", "changes-policy").inputs;
        const policy = add(recording, "aws:sqs/queuePolicy:QueuePolicy", tlsOnly, { queueUrl: queue });
        policy.urn += "-policy";
      },
    },
  ],
  "sqs/tls-only": [
    {
      change: "a queue has no policy",
      mutate: (recording) => remove(recording, "aws:sqs/queuePolicy:QueuePolicy", "changes-policy"),
    },
    {
      change: "a dead-letter queue has no policy",
      stack: "dev",
      mutate: (recording) =>
        remove(recording, "aws:sqs/queuePolicy:QueuePolicy", "nightly-dead-letters-policy"),
    },
  ],
  "sqs/partial-batches": [
    {
      change: "one bad message sends the batch back",
      mutate: (recording) => set(find(recording, MAPPING_TYPE), "functionResponseTypes", undefined),
    },
  ],
  "sqs/visibility": [
    {
      change: "messages come back while they are processed",
      mutate: (recording) => set(find(recording, QUEUE_TYPE, "changes"), "visibilityTimeoutSeconds", 30),
    },
  ],
  "sns/encryption": [
    {
      change: "the topic of the alarms is not encrypted",
      mutate: (recording) => set(find(recording, "aws:sns/topic:Topic"), "kmsMasterKeyId", undefined),
    },
  ],
  "sns/tls-only": [
    {
      change: "the topic of the alarms has no policy",
      mutate: (recording) => remove(recording, "aws:sns/topicPolicy:TopicPolicy"),
    },
  ],
  "scheduler/dead-letters": [
    {
      change: "a night without a report leaves no trace",
      mutate: (recording) =>
        set(find(recording, "aws:scheduler/schedule:Schedule"), "target.deadLetterConfig", undefined),
    },
  ],
  "events/dead-letters": [
    {
      change: "an event of EventBridge has no dead-letter queue",
      mutate: (recording) =>
        add(recording, "aws:cloudwatch/eventTarget:EventTarget", { arn: "arn:aws:sns:::x" }),
    },
  ],
  "kms/rotation": [
    {
      change: "a key is never changed",
      mutate: (recording) => set(find(recording, "aws:kms/key:Key"), "enableKeyRotation", false),
    },
  ],
};
