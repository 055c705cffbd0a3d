/** What a picture of a program shows: what calls its functions, the functions, and what they reach. */
import type { RecordedResource } from "../../program/recording.ts";
import { compareTexts } from "../../shared/compare-texts.ts";
import { type Endpoint, endpointsOf } from "../program-view/routes.ts";
import { FUNCTION, type ProgramView } from "../program-view/view.ts";
import { type Access, accessesOf, takersOfLogs } from "./accesses.ts";
import { type EventSource, eventSourcesOf } from "./event-sources.ts";
import { deadLetterQueues, type FailureArrow, failuresOf } from "./failures.ts";
import { kindOf, type StoreKind, storeTypes } from "./store-kinds.ts";

export interface Store {
  resource: RecordedResource;
  label: string;
  kind: StoreKind | "dead letters";
}

export interface Architecture {
  endpoints: Endpoint[];
  sources: EventSource[];
  /** Those behind an endpoint first, in the order of the endpoints; then those that events call; then the others. */
  functions: RecordedResource[];
  stores: Store[];
  accesses: Access[];
  failures: FailureArrow[];
}

export function architectureOf(view: ProgramView): Architecture {
  const endpoints = endpointsOf(view).sort(byPath);
  const sources = eventSourcesOf(view).sort(
    (a, b) => compareTexts(a.kind, b.kind) || compareTexts(a.label, b.label),
  );
  const functions = inOrderOfCalls(view, endpoints, sources);
  const failures = failuresOf(view, sources);
  const accesses = accessesOf(view).filter(
    (access) => !isOwnSource(access, sources) && !isFailure(access, failures),
  );
  return { endpoints, sources, functions, stores: storesOf(view, sources, accesses), accesses, failures };
}

function inOrderOfCalls(
  view: ProgramView,
  endpoints: Endpoint[],
  sources: EventSource[],
): RecordedResource[] {
  const called = [...endpoints, ...sources].flatMap((caller) => caller.function ?? []);
  const others = view.ofType(FUNCTION).sort((a, b) => compareTexts(a.name, b.name));
  return [...new Set([...called, ...others])];
}

const METHODS = ["ANY", "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

/** Not in the order of registration, which may differ from one run of a program to the next. */
function byPath(a: Endpoint, b: Endpoint): number {
  const [methodOfA = "", pathOfA = ""] = a.route.split(" ");
  const [methodOfB = "", pathOfB = ""] = b.route.split(" ");
  return (
    compareTexts(a.api.name, b.api.name) ||
    compareTexts(pathOfA, pathOfB) ||
    METHODS.indexOf(methodOfA) - METHODS.indexOf(methodOfB)
  );
}

/** A function that reads what called it says nothing new: the event's arrow stands for both. */
function isOwnSource({ function: reader, store, reads, writes }: Access, sources: EventSource[]): boolean {
  return (
    reads && !writes && sources.some((source) => source.resource === store && source.function === reader)
  );
}

/** That Lambda may leave dead letters in the name of a function is no write of the function's. */
function isFailure({ function: writer, store }: Access, failures: FailureArrow[]): boolean {
  return failures.some((failure) => failure.store === store && failure.function === writer);
}

/**
 * Left out where no function reaches them: what calls functions, since it stands on their other side; what takes logs;
 * topics, which hold nothing.
 */
function storesOf(view: ProgramView, sources: EventSource[], accesses: Access[]): Store[] {
  const reached = new Set(accesses.map(({ store }) => store));
  const apart = new Set([...sources.map(({ resource }) => resource), ...takersOfLogs(view)]);
  const dead = new Set(deadLetterQueues(view));
  return view
    .ofType(...storeTypes)
    .flatMap((resource): Store[] => {
      const kind = kindOf(resource);
      const leftOut = (apart.has(resource) || kind === "SNS topic") && !reached.has(resource);
      if (kind === undefined || leftOut) return [];
      return [{ resource, label: resource.name, kind: dead.has(resource) ? "dead letters" : kind }];
    })
    .sort((a, b) => compareTexts(a.label, b.label));
}
