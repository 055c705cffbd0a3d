/** How rules read a recording: values by path, and which resource points at which. */
import { oncePerRecording } from "../program/reading/once.ts";
import { isKind, isObject, isSecret, isUnknown, withoutSecret as opened } from "../program/reading/value.ts";
import type { RecordedResource, Recording, Value, Values } from "../program/recording.ts";

export { isSecret, isUnknown, opened };

/**
 * The input at a path (`tracingConfig.mode`, `rules.0.id`), secrets opened; undefined when there is none.
 * What only the cloud will know is the text `unknown`, which `holds` takes for good.
 */
export function at(resource: RecordedResource, path: string): Value | undefined {
  return read(resource, path).value;
}

function read(resource: RecordedResource, path: string): { value: Value | undefined; secret: boolean } {
  let value: Value | undefined = resource.inputs;
  let secret = false;
  for (const key of path.split(".")) {
    value = opened(value);
    if (value === null || typeof value !== "object") return { value: undefined, secret };
    if (isUnknown(value)) return { value, secret };
    value = Array.isArray(value) ? value[Number(key)] : (value as Record<string, Value>)[key];
    secret ||= isSecret(value);
  }
  return { value: opened(value) ?? undefined, secret };
}

export function list(resource: RecordedResource, path: string): Value[] {
  const value = at(resource, path);
  return Array.isArray(value) ? value.map((item) => opened(item) ?? null) : [];
}

/** Of a list, the items that are objects. */
export function objects(resource: RecordedResource, path: string): Values[] {
  return list(resource, path).filter((item): item is Values => {
    return isObject(item) && !isUnknown(item);
  });
}

export function text(resource: RecordedResource, path: string): string | undefined {
  const value = at(resource, path);
  return typeof value === "string" ? value : undefined;
}

/** The number that an input is, NaN for what is none: `Number()` throws at an object with a `toString` of its own. */
export function number(value: Value | undefined): number {
  return typeof value === "object" ? Number.NaN : Number(value);
}

/** An input as text, objects as JSON: `String()` throws where `Number()` does. */
export function written(value: Value | undefined): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Whether a value fulfils a condition. What is not known before a deployment cannot be blamed. */
export function holds(value: Value | undefined, condition: (value: Value | undefined) => boolean): boolean {
  return isUnknown(value) || condition(value);
}

/** For a message: the value as JSON, `not set` for none. Messages stand in logs and comments: a secret within is not told. */
export function shown(value: Value | undefined): string {
  return value === undefined ? "not set" : JSON.stringify(value, (_key, item) => closed(item));
}

/** The same of the input at a path, which `at` would have opened. */
export function shownAt(resource: RecordedResource, path: string): string {
  const { value, secret } = read(resource, path);
  return secret ? CLOSED : shown(value);
}

const CLOSED = "[secret]";

function closed(value: Value): Value {
  return isSecret(value) ? CLOSED : value;
}

/** Every text inside a value, with its path; secrets are not opened. */
export function* textsIn(value: Value | undefined, path = ""): Generator<{ path: string; text: string }> {
  if (typeof value === "string") yield { path, text: value };
  if (value === null || typeof value !== "object" || isSecret(value) || isCode(value)) return;
  for (const [key, item] of Object.entries(value))
    yield* textsIn(item as Value, path ? `${path}.${key}` : key);
}

/** What a function runs is no value of the program: it may hold any text. */
function isCode(value: Value): boolean {
  return isKind(value, "asset") || isKind(value, "archive");
}

/** Types that rules asked for, by the recording that they judge: what is in none of them no rule has seen. */
const asked = new WeakMap<Recording, Set<string>>();

export function typesAskedOf(recording: Recording): ReadonlySet<string> {
  return asked.get(recording) ?? new Set();
}

const byType = oncePerRecording(({ resources }) =>
  Map.groupBy(
    resources.filter(({ read }) => !read),
    ({ type }) => type,
  ),
);

/** In the order of registration. */
export function ofType(recording: Recording, ...types: string[]): readonly RecordedResource[] {
  const known = asked.get(recording) ?? new Set();
  asked.set(recording, known);
  for (const type of types) known.add(type);
  const [only = "", ...others] = types;
  if (others.length === 0) return byType(recording).get(only) ?? [];
  return recording.resources.filter((resource) => types.includes(resource.type) && !resource.read);
}

/** Whether an output of `target` stands in the property. */
export function pointsAt(resource: RecordedResource, property: string, target: RecordedResource): boolean {
  return resource.propertyDependencies[property]?.includes(target.urn) ?? false;
}

/** Resources of a type that point at `target` with the property: a bucket's policy, a queue's alarms. */
export function pointing(
  recording: Recording,
  type: string,
  property: string,
  target: RecordedResource,
): RecordedResource[] {
  return ofType(recording, type).filter((resource) => pointsAt(resource, property, target));
}

/** What the property points at, of that type. */
export function targets(
  recording: Recording,
  resource: RecordedResource,
  property: string,
  type: string,
): RecordedResource[] {
  return ofType(recording, type).filter((target) => pointsAt(resource, property, target));
}

/** Whether losing the stack would hurt: its configuration says so (`production`), or its name does. */
export function isProduction({ project, stack, config }: Recording): boolean {
  const configured = config[`${project}:production`];
  if (configured === undefined) return /^prod(uction)?$/.test(stack);
  return configured === true || configured === "true";
}
