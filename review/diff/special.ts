/** Tells the marked values of a recording (secrets, unknowns, assets, references) from plain ones. */
import type { Special, Value, Values } from "../../program/recording.ts";

export type Kind = Special["$"];
type OfKind<K extends Kind> = Extract<Special, { $: K }>;

const KINDS: ReadonlySet<string> = new Set<Kind>(["secret", "unknown", "asset", "archive", "resource"]);

export function isSpecial(value: Value | undefined): value is Special {
  return isObject(value) && typeof value.$ === "string" && KINDS.has(value.$);
}

export function isKind<K extends Kind>(value: Value | undefined, kind: K): value is OfKind<K> {
  return isSpecial(value) && value.$ === kind;
}

/** Any object of JSON, the marked ones included. */
export function isObject(value: Value | undefined): value is { [key: string]: Value } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value with every secret in it taken out of its mark. */
export function opened(value: Value): Value {
  if (isKind(value, "secret")) return opened(value.value);
  if (Array.isArray(value)) return value.map(opened);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item)]));
}

/** The value where it is a text; a secret is none. */
export function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The value where it is an object without a mark. */
export function plainObject(value: Value | undefined): Values | undefined {
  return isObject(value) && !isSpecial(value) ? (value as Values) : undefined;
}

/** The same as a list of one or none, for `flatMap`. */
export function plainObjects(value: Value): Values[] {
  const object = plainObject(value);
  return object === undefined ? [] : [object];
}
