/** Where goes what a function gave up: the dead letters of its queue, of its asynchronous calls, of its schedule. */

import { plainObject, textOf } from "../../program/reading/value.ts";
import type { RecordedResource, Value } from "../../program/recording.ts";
import type { ProgramView } from "../program-view/view.ts";
import { readDocument } from "../values/canonical.ts";
import type { EventSource } from "./event-sources.ts";

export interface FailureArrow {
  function: RecordedResource;
  store: RecordedResource;
}

const QUEUE = "aws:sqs/queue:Queue";
const EVENT_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

export function failuresOf(view: ProgramView, sources: EventSource[]): FailureArrow[] {
  const ofSources = sources.map(({ resource, function: called }) =>
    failure(called, redriveTarget(view, resource) ?? scheduleTarget(view, resource)),
  );
  const ofCalls = view
    .ofType(EVENT_CONFIG)
    .map((config) => failure(view.functionAt(config, "functionName"), destination(view, config)));
  const all = [...ofSources, ...ofCalls].flat();
  return [...new Map(all.map((one) => [`${one.function.urn} ${one.store.urn}`, one])).values()];
}

export function deadLetterQueues(view: ProgramView): RecordedResource[] {
  return (view.recording?.resources ?? []).flatMap(
    (resource) =>
      redriveTarget(view, resource) ?? scheduleTarget(view, resource) ?? destination(view, resource) ?? [],
  );
}

function failure(called: RecordedResource | undefined, store: RecordedResource | undefined): FailureArrow[] {
  return called === undefined || store === undefined ? [] : [{ function: called, store }];
}

function redriveTarget(view: ProgramView, { type, inputs }: RecordedResource): RecordedResource | undefined {
  if (type !== QUEUE) return undefined;
  return queueAt(view, plainObject(parsed(inputs.redrivePolicy))?.deadLetterTargetArn);
}

function scheduleTarget(view: ProgramView, { type, inputs }: RecordedResource): RecordedResource | undefined {
  if (type !== "aws:scheduler/schedule:Schedule") return undefined;
  return queueAt(view, plainObject(plainObject(inputs.target)?.deadLetterConfig)?.arn);
}

function destination(view: ProgramView, { type, inputs }: RecordedResource): RecordedResource | undefined {
  if (type !== EVENT_CONFIG) return undefined;
  return queueAt(view, plainObject(plainObject(inputs.destinationConfig)?.onFailure)?.destination);
}

function queueAt(view: ProgramView, arn: Value | undefined): RecordedResource | undefined {
  return view.at(arn, QUEUE);
}

function parsed(document: Value | undefined): Value | undefined {
  const text = textOf(document);
  return text === undefined ? undefined : readDocument(text)?.value;
}
