/** How often each function is called in a month: by requests, messages, events, uploads and schedules. */

import { type EventSource, eventSourcesOf } from "../../program/reading/event-sources.ts";
import type { RecordedResource } from "../../program/recording.ts";
import { endpointsOf } from "../program-view/routes.ts";
import type { ProgramView } from "../program-view/view.ts";
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
  for (const source of sourcesOf(view)) add(view.calledBy(source), callsBy(source, assumed));
  return calls;
}

function callsBy({ kind, detail }: EventSource, assumed: Assumed): number {
  if (kind === "s3") return assumed.uploads;
  // One message a call: the most that it can be, and close to it where messages are few.
  return kind === "schedule" ? runsPerMonth(detail) : assumed.messages;
}

/** Of one kind, or all. */
export function sourcesOf({ recording }: ProgramView, kind?: EventSource["kind"]): EventSource[] {
  const all = recording === undefined ? [] : eventSourcesOf(recording);
  return kind === undefined ? all : all.filter((source) => source.kind === kind);
}
