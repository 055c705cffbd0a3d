/** How often each function is called in a month: by requests, messages, uploads and schedules. */

import { plainObject, textOf } from "../../program/reading/value.ts";
import type { RecordedResource } from "../../program/recording.ts";
import { endpointsOf } from "../program-view/routes.ts";
import { FUNCTION, type ProgramView } from "../program-view/view.ts";
import { asList } from "../values/canonical.ts";
import type { Assumed } from "./assumptions.ts";
import { runsPerMonth } from "./schedules.ts";

/** Calls by URN of the function. */
export type Calls = ReadonlyMap<string, number>;

export function callsOf(view: ProgramView, assumed: Assumed): Calls {
  const calls = new Map<string, number>();
  const add = (lambda: RecordedResource | undefined, count: number) => {
    if (lambda !== undefined) calls.set(lambda.urn, (calls.get(lambda.urn) ?? 0) + count);
  };
  const endpoints = endpointsOf(view);
  for (const endpoint of endpoints) add(endpoint.function, assumed.requests / endpoints.length);
  for (const mapping of mappedQueues(view)) {
    // One message a call: the most that it can be, and close to it where messages are few.
    add(view.functionAt(mapping, "functionName"), assumed.messages);
  }
  for (const { lambda } of bucketCalls(view)) add(lambda, assumed.uploads);
  for (const schedule of view.ofType("aws:scheduler/schedule:Schedule")) {
    add(scheduled(view, schedule), runsPerMonth(textOf(schedule.inputs.scheduleExpression) ?? ""));
  }
  return calls;
}

export function mappedQueues(view: ProgramView): RecordedResource[] {
  return view
    .ofType("aws:lambda/eventSourceMapping:EventSourceMapping")
    .filter((mapping) => view.target(mapping, "eventSourceArn", "aws:sqs/queue:Queue") !== undefined);
}

export function bucketCalls(view: ProgramView): { lambda: RecordedResource; bucket: RecordedResource }[] {
  return view.ofType("aws:s3/bucketNotification:BucketNotification").flatMap((notification) => {
    const bucket = view.target(notification, "bucket", "aws:s3/bucket:Bucket") ?? notification;
    return asList(notification.inputs.lambdaFunctions).flatMap((called) => {
      const lambda = functionWithArn(view, plainObject(called)?.lambdaFunctionArn);
      return lambda === undefined ? [] : [{ lambda, bucket }];
    });
  });
}

function scheduled(view: ProgramView, schedule: RecordedResource): RecordedResource | undefined {
  return (
    functionWithArn(view, plainObject(schedule.inputs.target)?.arn) ?? view.functionAt(schedule, "target")
  );
}

function functionWithArn(view: ProgramView, arn: unknown): RecordedResource | undefined {
  if (typeof arn !== "string") return undefined;
  const alias = view.at(arn, "aws:lambda/alias:Alias");
  return alias === undefined ? view.at(arn, FUNCTION) : view.functionAt(alias, "functionName");
}
