/** What a picture of a program shows: what calls its functions, the functions, and what they reach. */
import type { RecordedResource } from "../../program/recording.ts";
import { type Door, doorsOf } from "../program-view/routes.ts";
import { FUNCTION, type ProgramView } from "../program-view/view.ts";
import { type Access, accessesOf, takersOfLogs } from "./accesses.ts";
import { type EventSource, eventSourcesOf } from "./event-sources.ts";
import { deadLetterQueues, type Failure, failuresOf } from "./failures.ts";
import { kindOf, type StoreKind } from "./store-kinds.ts";

export interface Store {
  resource: RecordedResource;
  label: string;
  kind: StoreKind | "dead letters";
}

export interface Architecture {
  doors: Door[];
  sources: EventSource[];
  /** Those behind a door first, in the order of the doors; then those that events call; then the others. */
  functions: RecordedResource[];
  stores: Store[];
  accesses: Access[];
  failures: Failure[];
}

export function architectureOf(view: ProgramView): Architecture {
  const doors = doorsOf(view);
  const sources = eventSourcesOf(view);
  const functions = inOrderOfCalls(view, doors, sources);
  const accesses = accessesOf(view).filter((access) => !isOwnSource(access, sources));
  const failures = failuresOf(view, sources);
  return { doors, sources, functions, stores: storesOf(view, sources, accesses), accesses, failures };
}

function inOrderOfCalls(view: ProgramView, doors: Door[], sources: EventSource[]): RecordedResource[] {
  const called = [...doors, ...sources].flatMap((caller) => caller.function ?? []);
  return [...new Set([...called, ...view.ofType(FUNCTION)])];
}

/** A function that reads what called it says nothing new: the event's arrow stands for both. */
function isOwnSource({ function: reader, store, reads, writes }: Access, sources: EventSource[]): boolean {
  return (
    reads && !writes && sources.some((source) => source.resource === store && source.function === reader)
  );
}

/** A resource that only calls functions stands on their other side, among the sources; so is one that only takes logs. */
function storesOf(view: ProgramView, sources: EventSource[], accesses: Access[]): Store[] {
  const reached = new Set(accesses.map(({ store }) => store));
  const apart = new Set([...sources.map(({ resource }) => resource), ...takersOfLogs(view)]);
  const dead = new Set(deadLetterQueues(view));
  return (view.recording?.resources ?? []).flatMap((resource) => {
    const kind = kindOf(resource);
    if (resource.read || kind === undefined || (apart.has(resource) && !reached.has(resource))) return [];
    return [{ resource, label: resource.name, kind: dead.has(resource) ? "dead letters" : kind }];
  });
}
