/** Reads recorded inputs and outputs: opens secrets, and takes only what has the type asked for. */
import type { RecordedResource, Recording, Value, Values } from "../../program/recording.ts";

/** A value with its secrets opened; unknowns become undefined. */
export function opened(value: Value | undefined): Value | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value) || !("$" in value)) return value;
  return value.$ === "secret" ? opened(value.value as Value) : undefined;
}

export function text(values: Values, key: string): string | undefined {
  const value = opened(values[key]);
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function numberOf(values: Values, key: string): number | undefined {
  const value = opened(values[key]);
  return typeof value === "number" ? value : undefined;
}

export function flag(values: Values, key: string): boolean {
  return opened(values[key]) === true;
}

export function texts(values: Values, key: string): string[] {
  const value = opened(values[key]);
  if (!Array.isArray(value)) return [];
  return value.map(opened).filter((item) => typeof item === "string");
}

/** A nested object, e.g. `corsConfiguration`; undefined when it is not declared. */
export function nested(values: Values, key: string): Values | undefined {
  const value = opened(values[key]);
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Values) : undefined;
}

export function nestedList(values: Values, key: string): Values[] {
  const value = opened(values[key]);
  if (!Array.isArray(value)) return [];
  return value
    .map(opened)
    .filter((item) => item !== null && typeof item === "object" && !Array.isArray(item)) as Values[];
}

/** A map of texts, e.g. `stageVariables`; undefined when it is not declared or empty. */
export function textMap(values: Values, key: string): Record<string, string> | undefined {
  const map = nested(values, key);
  if (!map) return undefined;
  const entries = Object.keys(map).map((name) => [name, String(opened(map[name]) ?? "")]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

export function ofType(recording: Recording, type: string): RecordedResource[] {
  return recording.resources.filter((resource) => resource.type === type);
}
