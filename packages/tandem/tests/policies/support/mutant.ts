/** Changes to a recorded program, each of which a rule must notice. They fail when what they change is not there. */
import assert from "node:assert/strict";
import type { RecordedResource, Recording, Value, Values } from "../../../program/recording.ts";
import { recordedResource } from "../../support/recordings.ts";

export interface Mutant {
  /** What was changed: `a function's runtime is old`. */
  change: string;
  /** Where: the recorded program of production, if not said otherwise. */
  stack?: "dev" | "prod";
  mutate(recording: Recording): void;
}

/** Rule → the changes that make it, and no other, fail. */
export type Mutants = Record<string, [Mutant, ...Mutant[]]>;

/** The resource of a type; the one of that name where there are several. */
export function find(recording: Recording, type: string, name?: string): RecordedResource {
  const found = recording.resources.find(
    (resource) => resource.type === type && (name === undefined || resource.name === name),
  );
  assert.ok(found, `the recorded program has no ${type} ${name ?? ""}`);
  return found;
}

/** Sets the input at a path (`tracingConfig.mode`); undefined takes it away. */
export function set(resource: RecordedResource, path: string, value: Value | undefined): void {
  const keys = path.split(".");
  const last = keys.pop() as string;
  let holder = resource.inputs as Record<string, Value>;
  for (const key of keys) {
    const inner = holder[key];
    assert.ok(typeof inner === "object" && inner !== null, `${resource.name} has no ${path}`);
    holder = inner as Record<string, Value>;
  }
  if (value === undefined) delete holder[last];
  else holder[last] = value;
}

/** Takes away the resources that fit; at least one must. */
export function remove(recording: Recording, type: string, name?: string): void {
  const rest = recording.resources.filter(
    (resource) => resource.type !== type || (name !== undefined && resource.name !== name),
  );
  assert.ok(rest.length < recording.resources.length, `the recorded program has no ${type} ${name ?? ""}`);
  recording.resources = rest;
}

/** A resource more; `pointsAt` says whose outputs stand in its inputs. */
export function add(
  recording: Recording,
  type: string,
  inputs: Values,
  pointsAt: Record<string, RecordedResource> = {},
): RecordedResource {
  const urn = `urn:pulumi:${recording.stack}::${recording.project}::${type}::added`;
  const resource = recordedResource({
    urn,
    type,
    name: "added",
    inputs,
    outputs: inputs,
    protect: true,
    propertyDependencies: Object.fromEntries(
      Object.entries(pointsAt).map(([property, target]) => [property, [target.urn]]),
    ),
  });
  recording.resources.push(resource);
  return resource;
}

interface Document {
  Version: string;
  Statement: Record<string, unknown>[];
}

/** Changes the policy document that stands in a property of a resource. */
export function editPolicy(
  resource: RecordedResource,
  edit: (statements: Document["Statement"]) => void,
  property = "policy",
): void {
  const document = JSON.parse(resource.inputs[property] as string) as Document;
  edit(document.Statement);
  resource.inputs[property] = JSON.stringify(document);
}
