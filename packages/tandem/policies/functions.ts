/** What several families of rules need to know of functions: who calls them, and which resources are behind an alias. */
import { oncePerRecording } from "../program/reading/once.ts";
import type { RecordedResource, Recording } from "../program/recording.ts";
import { ofType, pointsAt, targets } from "./reading.ts";

export const FUNCTION_TYPE = "aws:lambda/function:Function";
const ALIAS_TYPE = "aws:lambda/alias:Alias";

/** Types that call functions without waiting for an answer, and the property that says which. */
const asynchronousCallers: Record<string, string> = {
  "aws:s3/bucketNotification:BucketNotification": "lambdaFunctions",
  "aws:scheduler/schedule:Schedule": "target",
  "aws:sns/topicSubscription:TopicSubscription": "endpoint",
  "aws:cloudwatch/eventTarget:EventTarget": "arn",
};

/** The function and its aliases: whoever points at one of them means the function. */
export function namesOf(recording: Recording, lambda: RecordedResource): RecordedResource[] {
  const aliases = ofType(recording, ALIAS_TYPE).filter((alias) => pointsAt(alias, "functionName", lambda));
  return [lambda, ...aliases];
}

/** Functions that the property of a resource points at, directly or by an alias. */
export function functionsAt(
  recording: Recording,
  resource: RecordedResource,
  property: string,
): RecordedResource[] {
  return ofType(recording, FUNCTION_TYPE).filter((lambda) =>
    namesOf(recording, lambda).some((name) => pointsAt(resource, property, name)),
  );
}

export function isCalledAsynchronously(recording: Recording, lambda: RecordedResource): boolean {
  return calledAsynchronously(recording).has(lambda);
}

const calledAsynchronously = oncePerRecording(
  (recording) =>
    new Set(
      Object.entries(asynchronousCallers).flatMap(([type, property]) =>
        ofType(recording, type).flatMap((caller) => functionsAt(recording, caller, property)),
      ),
    ),
);

/** The role a function acts as. */
export function roleOf(recording: Recording, lambda: RecordedResource): RecordedResource | undefined {
  return targets(recording, lambda, "role", "aws:iam/role:Role")[0];
}
