/** What calls functions without anybody waiting for the answer: queues, streams, buckets, topics, schedules and rules. */
import type { RecordedResource, Recording } from "../recording.ts";
import { readArn } from "./arn.ts";
import { ruleOf, TARGET } from "./event-rules.ts";
import { oncePerRecording } from "./once.ts";
import { addressed, declared } from "./resources.ts";
import { list, object, text } from "./value.ts";

export const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
export const NOTIFICATION = "aws:s3/bucketNotification:BucketNotification";
export const SCHEDULE = "aws:scheduler/schedule:Schedule";
export const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

export interface EventSource {
  kind: "sqs" | "dynamodb" | "kinesis" | "s3" | "sns" | "schedule" | "rule" | "other";
  /** ARN of what sends; name of a bucket. Empty where the program does not know it. */
  address: string;
  /** What sends: a queue, table, bucket, topic, schedule or rule of the program; `link` where that is none of the program. */
  resource: RecordedResource;
  /** What ties it to the function: a mapping, notification, subscription or target; the schedule itself. */
  link: RecordedResource;
  /** Which events: a pattern of keys, an expression of times; may be empty. */
  detail: string;
  /** As the program names the function, see function-reference.ts; empty where that is known only after a deployment. */
  functionReference: string;
  /** Property of `link` that names it. */
  property: string;
}

/** In the order of registration of each kind; also those that are switched off. */
export const eventSourcesOf = oncePerRecording((recording): EventSource[] => [
  ...declared(recording, NOTIFICATION).flatMap((link) => ofBucket(link, recording)),
  ...declared(recording, MAPPING).map((link) => ofMapping(link, recording)),
  ...declared(recording, SUBSCRIPTION).flatMap((link) => ofTopic(link, recording)),
  ...declared(recording, SCHEDULE).flatMap(ofSchedule),
  ...declared(recording, TARGET).flatMap((link) => ofRule(link, recording)),
]);

function ofBucket(link: RecordedResource, recording: Recording): EventSource[] {
  const address = text(link.inputs.bucket) ?? "";
  const resource = addressed(recording, "aws:s3/bucket:Bucket", address) ?? link;
  return list(link.inputs.lambdaFunctions).map((entry) => {
    const { lambdaFunctionArn, filterPrefix, filterSuffix } = object(entry);
    const detail = `${text(filterPrefix) ?? ""}*${text(filterSuffix) ?? ""}`;
    return {
      kind: "s3",
      address,
      resource,
      link,
      detail,
      functionReference: text(lambdaFunctionArn) ?? "",
      property: "lambdaFunctions",
    };
  });
}

/** What Lambda polls. */
function ofMapping(link: RecordedResource, recording: Recording): EventSource {
  const address = text(link.inputs.eventSourceArn) ?? "";
  const service = readArn(address)?.service;
  const batchSize = text(link.inputs.batchSize);
  return {
    kind: service === "sqs" || service === "dynamodb" || service === "kinesis" ? service : "other",
    address,
    resource: polled(recording).get(address) ?? link,
    link,
    detail: batchSize === undefined ? "" : `batches of ${batchSize}`,
    functionReference: text(link.inputs.functionName) ?? "",
    property: "functionName",
  };
}

const polled = oncePerRecording(({ resources }) => {
  const found = new Map<string, RecordedResource>();
  for (const resource of resources)
    for (const arn of [text(resource.outputs.arn), text(resource.outputs.streamArn)])
      if (arn !== undefined && !found.has(arn)) found.set(arn, resource);
  return found;
});

function ofTopic(link: RecordedResource, recording: Recording): EventSource[] {
  if (text(link.inputs.protocol) !== "lambda") return [];
  const address = text(link.inputs.topic) ?? "";
  const resource = addressed(recording, "aws:sns/topic:Topic", address) ?? link;
  const detail = text(link.inputs.filterPolicy) === undefined ? "" : "filtered";
  const functionReference = text(link.inputs.endpoint) ?? "";
  return [{ kind: "sns", address, resource, link, detail, functionReference, property: "endpoint" }];
}

function ofSchedule(schedule: RecordedResource): EventSource[] {
  const functionReference = text(object(schedule.inputs.target).arn) ?? "";
  if (callsAnother(functionReference)) return [];
  return [
    {
      kind: "schedule",
      address: text(schedule.outputs.arn) ?? "",
      resource: schedule,
      link: schedule,
      detail: text(schedule.inputs.scheduleExpression) ?? "",
      functionReference,
      property: "target",
    },
  ];
}

/** A rule may have both a pattern and times. */
function ofRule(link: RecordedResource, recording: Recording): EventSource[] {
  const functionReference = text(link.inputs.arn) ?? "";
  const resource = ruleOf(link, recording);
  if (resource === undefined || callsAnother(functionReference)) return [];
  const { eventPattern, scheduleExpression } = resource.inputs;
  const common = {
    address: text(resource.outputs.arn) ?? "",
    resource,
    link,
    functionReference,
    property: "arn",
  };
  const expression = text(scheduleExpression);
  return [
    ...(expression === undefined ? [] : [{ ...common, kind: "schedule" as const, detail: expression }]),
    ...(text(eventPattern) === undefined ? [] : [{ ...common, kind: "rule" as const, detail: "by pattern" }]),
  ];
}

/** A queue, a topic, an operation of the SDK. */
function callsAnother(arn: string): boolean {
  const service = readArn(arn)?.service;
  return service !== undefined && service !== "lambda";
}
