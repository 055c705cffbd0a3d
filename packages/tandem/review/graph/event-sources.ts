/** What calls functions without anybody waiting for the answer: buckets, queues, streams and schedules. */

import { plainObject, textOf } from "../../program/reading/value.ts";
import type { RecordedResource, Value } from "../../program/recording.ts";
import { FUNCTION, type ProgramView } from "../program-view/view.ts";
import { asList } from "../values/canonical.ts";
import { kindOf } from "./store-kinds.ts";

export interface EventSource {
  /** What calls: the bucket or queue, or the schedule itself. */
  resource: RecordedResource;
  label: string;
  kind: string;
  /** Which events: a pattern of keys, a schedule expression. */
  detail: string;
  function?: RecordedResource;
}

export function eventSourcesOf(view: ProgramView): EventSource[] {
  return [...bucketSources(view), ...mappedSources(view), ...schedules(view)];
}

function bucketSources(view: ProgramView): EventSource[] {
  return view.ofType("aws:s3/bucketNotification:BucketNotification").flatMap((notification) => {
    const bucket = view.target(notification, "bucket", "aws:s3/bucket:Bucket") ?? notification;
    return asList(notification.inputs.lambdaFunctions).map((entry) => {
      const { lambdaFunctionArn, filterPrefix, filterSuffix } = plainObject(entry) ?? {};
      const detail = `${textOf(filterPrefix) ?? ""}*${textOf(filterSuffix) ?? ""}`;
      return source(bucket, "S3 bucket", detail, functionAt(view, lambdaFunctionArn));
    });
  });
}

/** Queues and streams that Lambda polls. */
function mappedSources(view: ProgramView): EventSource[] {
  return view.ofType("aws:lambda/eventSourceMapping:EventSourceMapping").map((mapping) => {
    const arn = textOf(mapping.inputs.eventSourceArn);
    const polled = (view.recording?.resources ?? []).find(
      ({ outputs }) => arn !== undefined && (outputs.arn === arn || outputs.streamArn === arn),
    );
    const { batchSize } = mapping.inputs;
    const detail = typeof batchSize === "number" ? `batches of ${batchSize}` : "";
    const kind = (polled && kindOf(polled)) ?? "event source";
    return source(polled ?? mapping, kind, detail, view.functionAt(mapping, "functionName"));
  });
}

function schedules(view: ProgramView): EventSource[] {
  return view.ofType("aws:scheduler/schedule:Schedule").map((schedule) => {
    const target = plainObject(schedule.inputs.target);
    const detail = textOf(schedule.inputs.scheduleExpression) ?? "";
    return source(schedule, "schedule", detail, functionAt(view, target?.arn));
  });
}

function source(
  resource: RecordedResource,
  kind: string,
  detail: string,
  called: RecordedResource | undefined,
): EventSource {
  return { resource, label: resource.name, kind, detail, ...(called && { function: called }) };
}

/** By the ARN of the function or of one of its aliases. */
function functionAt(view: ProgramView, arn: Value | undefined): RecordedResource | undefined {
  const alias = view.at(arn, "aws:lambda/alias:Alias");
  return alias === undefined ? view.at(arn, FUNCTION) : view.functionAt(alias, "functionName");
}
