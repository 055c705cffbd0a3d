import type { RecordedResource, Recording } from "../../program/recording.ts";
import limits from "../../shared/aws/limits.cjs";
import { isLastResort, QUEUE_TYPE } from "../dead-letters.ts";
import { functionsAt } from "../functions.ts";
import { refusesPlainHttp } from "../policy-document.ts";
import { at, holds, list, number, pointing, shown, targets } from "../reading.ts";
import { each, type Rule } from "../rule.ts";

const TOPIC_TYPE = "aws:sns/topic:Topic";
const MAPPING_TYPE = "aws:lambda/eventSourceMapping:EventSourceMapping";

/** AWS's advice, so that retries of a throttled call do not meet a second delivery. */
const TIMEOUTS_HIDDEN = 6;

export const messagingRules: Rule[] = [
  {
    id: "sqs/encryption",
    standards: ["AwsSolutions-SQS2", "SQS.1", "CKV_AWS_27"],
    title: "Queues are encrypted",
    remedy: "Set `sqsManagedSseEnabled: true`, or name a key.",
    check: each(QUEUE_TYPE, (queue) => {
      const managed = holds(at(queue, "sqsManagedSseEnabled"), (value) => value === true);
      return managed || at(queue, "kmsMasterKeyId") !== undefined
        ? undefined
        : "encryption is not said (AWS then encrypts with a key of its own)";
    }),
  },
  {
    id: "sqs/redrive",
    standards: ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
    title: "A message that nobody can process ends in a dead-letter queue",
    remedy: "Set `redrivePolicy` with `deadLetterTargetArn` and `maxReceiveCount`.",
    check: each(QUEUE_TYPE, (queue, recording) => {
      if (at(queue, "redrivePolicy") !== undefined || isLastResort(recording, queue)) return undefined;
      return pointing(recording, "aws:sqs/redrivePolicy:RedrivePolicy", "queueUrl", queue).length > 0
        ? undefined
        : "no dead-letter queue";
    }),
  },
  {
    id: "sqs/tls-only",
    standards: ["AwsSolutions-SQS4"],
    title: "Queues are reached over TLS only",
    remedy: "Deny everything where `aws:SecureTransport` is false in a QueuePolicy.",
    check: each(QUEUE_TYPE, (queue, recording) =>
      pointing(recording, "aws:sqs/queuePolicy:QueuePolicy", "queueUrl", queue).some((policy) =>
        refusesPlainHttp(at(policy, "policy")),
      )
        ? undefined
        : "plain HTTP is let in",
    ),
  },
  {
    id: "sqs/partial-batches",
    standards: [],
    title: "Of a batch, only the messages that failed come back",
    remedy: 'Set `functionResponseTypes: ["ReportBatchItemFailures"]` and answer with `batchItemFailures`.',
    check: each(MAPPING_TYPE, (mapping, recording) =>
      sourceQueue(recording, mapping) === undefined ||
      list(mapping, "functionResponseTypes").includes("ReportBatchItemFailures")
        ? undefined
        : "one bad message sends the whole batch back",
    ),
  },
  {
    id: "sqs/visibility",
    standards: ["Serverless-LambdaEventSourceSQSVisibilityTimeout"],
    title: "A message stays hidden for as long as its function may need, with retries",
    remedy: `Raise \`visibilityTimeoutSeconds\` to ${TIMEOUTS_HIDDEN} timeouts of the function.`,
    check: each(MAPPING_TYPE, (mapping, recording) => {
      const queue = sourceQueue(recording, mapping);
      const [lambda] = functionsAt(recording, mapping, "functionName");
      if (!queue || !lambda) return undefined;
      const visibility = number(at(queue, "visibilityTimeoutSeconds") ?? limits.sqs.standardVisibility);
      const least = TIMEOUTS_HIDDEN * number(at(lambda, "timeout") ?? 0);
      return visibility >= least ? undefined : `hidden for ${visibility} s; ${lambda.name} needs ${least} s`;
    }),
  },
  {
    id: "sns/encryption",
    standards: ["AwsSolutions-SNS2", "SNS.1", "CKV_AWS_26"],
    title: "Topics are encrypted",
    remedy: "Set `kmsMasterKeyId`, to a key of your own where CloudWatch publishes.",
    check: each(TOPIC_TYPE, (topic) => {
      const key = at(topic, "kmsMasterKeyId");
      return key === undefined ? `kmsMasterKeyId is ${shown(key)}` : undefined;
    }),
  },
  {
    id: "sns/tls-only",
    standards: ["AwsSolutions-SNS3"],
    title: "Topics are reached over TLS only",
    remedy: "Deny `sns:Publish` where `aws:SecureTransport` is false in a TopicPolicy.",
    check: each(TOPIC_TYPE, (topic, recording) =>
      pointing(recording, "aws:sns/topicPolicy:TopicPolicy", "arn", topic).some((policy) =>
        refusesPlainHttp(at(policy, "policy")),
      )
        ? undefined
        : "plain HTTP is let in",
    ),
  },
  {
    id: "scheduler/dead-letters",
    standards: [],
    title: "A call at a time that cannot be made leaves a trace",
    remedy: "Set `target.deadLetterConfig`.",
    check: each("aws:scheduler/schedule:Schedule", (schedule) =>
      at(schedule, "target.deadLetterConfig.arn") === undefined ? "no dead-letter queue" : undefined,
    ),
  },
  {
    id: "events/dead-letters",
    standards: ["Serverless-EventBusDLQ"],
    title: "An event that cannot be delivered leaves a trace",
    remedy: "Set `deadLetterConfig` of the target.",
    check: each("aws:cloudwatch/eventTarget:EventTarget", (target) =>
      at(target, "deadLetterConfig.arn") === undefined ? "no dead-letter queue" : undefined,
    ),
  },
  {
    id: "kms/rotation",
    standards: ["CKV_AWS_7", "KMS.4"],
    title: "Keys are changed every year, by AWS",
    remedy: "Set `enableKeyRotation: true`.",
    check: each("aws:kms/key:Key", (key) =>
      holds(at(key, "enableKeyRotation"), (value) => value === true) ? undefined : "never rotated",
    ),
  },
];

function sourceQueue(recording: Recording, mapping: RecordedResource): RecordedResource | undefined {
  return targets(recording, mapping, "eventSourceArn", QUEUE_TYPE)[0];
}
