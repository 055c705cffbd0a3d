/** Which queues are the last resort of something: another queue, an asynchronous call, a schedule. */
import { oncePerRecording } from "../program/reading/once.ts";
import type { RecordedResource, Recording } from "../program/recording.ts";
import { ofType } from "./reading.ts";

export const QUEUE_TYPE = "aws:sqs/queue:Queue";

/** Type → property in which the ARN of a dead-letter queue may stand. */
const sources: Record<string, string> = {
  [QUEUE_TYPE]: "redrivePolicy",
  "aws:sqs/redrivePolicy:RedrivePolicy": "redrivePolicy",
  "aws:lambda/function:Function": "deadLetterConfig",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": "destinationConfig",
  "aws:lambda/eventSourceMapping:EventSourceMapping": "destinationConfig",
  "aws:scheduler/schedule:Schedule": "target",
  "aws:cloudwatch/eventTarget:EventTarget": "deadLetterConfig",
  "aws:sns/topicSubscription:TopicSubscription": "redrivePolicy",
};

export function deadLetterQueues(recording: Recording): RecordedResource[] {
  return ofType(recording, QUEUE_TYPE).filter((queue) => isLastResort(recording, queue));
}

export function isLastResort(recording: Recording, queue: RecordedResource): boolean {
  return lastResorts(recording).has(queue.urn);
}

/** URNs of all that the sources point at. */
const lastResorts = oncePerRecording(
  (recording) =>
    new Set(
      Object.entries(sources).flatMap(([type, property]) =>
        ofType(recording, type).flatMap(({ propertyDependencies }) => propertyDependencies[property] ?? []),
      ),
    ),
);
