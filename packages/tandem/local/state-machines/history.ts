/** What GetExecutionHistory tells of an execution, by the names of Step Functions. */
import type { JsonObject } from "../../shared/json.ts";
import type { StateEvent } from "./language/interpreter.ts";
import type { StateError } from "./language/state-error.ts";
import { readIntegration } from "./task-resources.ts";

const SECOND_MS = 1_000;

/** Of one execution, its end among them. */
export const MOST_EVENTS = 25_000;

export function isFull(events: readonly HistoryEvent[]): boolean {
  return events.length >= MOST_EVENTS - 1;
}

export interface HistoryEvent extends JsonObject {
  id: number;
  previousEventId: number;
  /** Seconds since 1970. */
  timestamp: number;
  type: string;
}

/** @returns its number */
export function note(events: HistoryEvent[], { type, details }: StateEvent, previousEventId: number): number {
  const id = events.length + 1;
  const event: HistoryEvent = { id, previousEventId, timestamp: Date.now() / SECOND_MS, type };
  events.push(details ? { ...event, [detailsOf(type)]: details } : event);
  return id;
}

/** `TaskStateEntered` has `stateEnteredEventDetails`, `TaskScheduled` `taskScheduledEventDetails`. */
function detailsOf(type: string): string {
  const shared = type.replace(/^\w+?(State(?:Entered|Exited))$/, "$1");
  return `${shared.charAt(0).toLowerCase()}${shared.slice(1)}EventDetails`;
}

/** What the history says of a task. */
export function eventsOf(resource: string) {
  const integration = readIntegration(resource);
  if (!integration)
    return {
      scheduled: (given: unknown): StateEvent => ({
        type: "LambdaFunctionScheduled",
        details: { resource, input: JSON.stringify(given) },
      }),
      started: (): StateEvent => ({ type: "LambdaFunctionStarted" }),
      succeeded: (result: unknown): StateEvent => ({
        type: "LambdaFunctionSucceeded",
        details: { output: JSON.stringify(result) },
      }),
      failed: ({ error, why }: StateError): StateEvent => ({
        type: error === "States.Timeout" ? "LambdaFunctionTimedOut" : "LambdaFunctionFailed",
        details: { error, cause: why },
      }),
    };
  const { service, operation, pattern } = integration;
  const of = { resourceType: service, resource: `${operation}${pattern}` };
  return {
    scheduled: (given: unknown): StateEvent => ({
      type: "TaskScheduled",
      details: { ...of, parameters: JSON.stringify(given) },
    }),
    started: (): StateEvent => ({ type: "TaskStarted", details: of }),
    succeeded: (result: unknown): StateEvent => ({
      type: "TaskSucceeded",
      details: { ...of, output: JSON.stringify(result) },
    }),
    failed: ({ error, why }: StateError): StateEvent => ({
      type: error === "States.Timeout" ? "TaskTimedOut" : "TaskFailed",
      details: { ...of, error, cause: why },
    }),
  };
}
