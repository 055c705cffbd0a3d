/** Reads recorded values: secrets opened, what is not known yet left out. */
import type { Value } from "../../program/recording.ts";

/** The value behind secrets and resource references; undefined when it is unknown or null. */
export function opened(value: Value | undefined): Exclude<Value, null> | undefined {
  if (value === null || value === undefined) return undefined;
  const mark = markOf(value);
  if (mark === "secret") return opened((value as { value: Value }).value);
  if (mark === "unknown") return undefined;
  if (mark === "resource") return (value as { id?: string }).id;
  return value;
}

export function text(value: Value | undefined): string | undefined {
  const known = opened(value);
  if (typeof known === "number" || typeof known === "boolean") return String(known);
  return typeof known === "string" ? known : undefined;
}

export function number(value: Value | undefined): number | undefined {
  const known = opened(value);
  return typeof known === "number" ? known : undefined;
}

export function list(value: Value | undefined): Value[] {
  const known = opened(value);
  return Array.isArray(known) ? known : [];
}

export function object(value: Value | undefined): Record<string, Value> {
  const known = opened(value);
  const plain = typeof known === "object" && !Array.isArray(known) && markOf(known) === undefined;
  return plain ? (known as Record<string, Value>) : {};
}

export function isArchive(value: Value | undefined): value is Extract<Value, { $: "archive" }> {
  return markOf(value) === "archive";
}

export function isAsset(value: Value | undefined): value is Extract<Value, { $: "asset" }> {
  return markOf(value) === "asset";
}

function markOf(value: Value | undefined): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !("$" in value))
    return undefined;
  return typeof value.$ === "string" ? value.$ : undefined;
}
