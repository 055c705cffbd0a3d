/** What calls functions without anybody waiting for the answer, as a picture shows it. */
import {
  type EventSource as Declared,
  eventSourcesOf as declaredIn,
} from "../../program/reading/event-sources.ts";
import type { RecordedResource } from "../../program/recording.ts";
import type { ProgramView } from "../program-view/view.ts";

export interface EventSource {
  /** What calls: the bucket, queue or topic, or the schedule itself. */
  resource: RecordedResource;
  label: string;
  kind: string;
  /** Which events: a pattern of keys, a schedule expression. */
  detail: string;
  function?: RecordedResource;
}

const KINDS: Record<Declared["kind"], string> = {
  sqs: "SQS queue",
  dynamodb: "DynamoDB table",
  kinesis: "Kinesis stream",
  s3: "S3 bucket",
  sns: "SNS topic",
  schedule: "schedule",
  rule: "EventBridge rule",
  other: "event source",
};

export function eventSourcesOf(view: ProgramView): EventSource[] {
  if (view.recording === undefined) return [];
  return declaredIn(view.recording).map((source) => {
    const { resource, kind, detail } = source;
    const called = view.calledBy(source);
    return { resource, label: resource.name, kind: KINDS[kind], detail, ...(called && { function: called }) };
  });
}
