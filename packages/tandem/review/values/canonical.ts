/**
 * One text for each value, the same for every way of writing the same thing: keys in any order, sets in any order, JSON
 * in texts with any spacing, policies with one action as text or as a list.
 */
import { createHash } from "node:crypto";
import { isKind, isObject, isSpecial } from "../../program/reading/value.ts";
import type { Value } from "../../program/recording.ts";
import { isSet } from "../provider-facts/property-facts.ts";

/** Where a value stands: what decides whether the order of a list means anything. */
export interface Place {
  /** Type token of the resource. */
  type: string;
  /** Property path without indices, e.g. `corsConfiguration.allowOrigins`. */
  path: string;
  /** Within a policy no list has an order. */
  inPolicy?: boolean;
}

export function canonical(value: Value, place: Place): string {
  if (isSpecial(value)) return canonicalSpecial(value, place);
  if (Array.isArray(value)) {
    const items = value.map((item) => canonical(item, place));
    return `[${(isUnordered(place) ? [...new Set(items)].sort() : items).join(",")}]`;
  }
  if (isObject(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}:${canonical(item, within(place, key))}`,
    );
    return `{${entries.sort().join(",")}}`;
  }
  if (typeof value === "string") {
    const document = readDocument(value);
    if (document !== undefined) return canonical(document.value, { ...place, ...document.place });
  }
  return JSON.stringify(value);
}

function canonicalSpecial(value: Value, place: Place): string {
  if (isKind(value, "secret")) return `secret(${canonical(value.value, place)})`;
  if (isKind(value, "asset") && value.text !== undefined) return `asset(${sha256(value.text)})`;
  if (isKind(value, "archive") && value.assets !== undefined) {
    return `archive(${canonical(value.assets, place)})`;
  }
  return Object.entries(value as Record<string, Value>)
    .sort()
    .join();
}

export function within(place: Place, key: string): Place {
  return { ...place, path: place.path === "" ? key : `${place.path}.${key}` };
}

export function isUnordered({ type, path, inPolicy = false }: Place): boolean {
  return inPolicy || isSet(type, path);
}

/** JSON in a text, with policies brought to their longest form; undefined for any other text. */
export function readDocument(text: string): { value: Value; place: { inPolicy?: boolean } } | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  let value: Value;
  try {
    value = JSON.parse(text) as Value;
  } catch {
    return undefined; // a text that starts with a bracket is not always JSON
  }
  return isPolicy(value) ? { value: spelledOut(value), place: { inPolicy: true } } : { value, place: {} };
}

export function isPolicy(value: Value | undefined): value is { [key: string]: Value } {
  return isObject(value) && "Statement" in value;
}

const LISTS = ["Action", "NotAction", "Resource", "NotResource"];
const MAPS_OF_LISTS = ["Principal", "NotPrincipal"];

function spelledOut(policy: { [key: string]: Value }): Value {
  return { ...policy, Statement: asList(policy.Statement).map(spelledOutStatement) };
}

function spelledOutStatement(statement: Value): Value {
  if (!isObject(statement)) return statement;
  const result: { [key: string]: Value } = { ...statement };
  for (const key of LISTS) if (key in result) result[key] = asList(result[key]);
  for (const key of MAPS_OF_LISTS) if (key in result) result[key] = listsIn(result[key]);
  if (isObject(result.Condition)) {
    result.Condition = Object.fromEntries(
      Object.entries(result.Condition).map(([operator, tests]) => [operator, listsIn(tests)]),
    );
  }
  return result;
}

function listsIn(map: Value | undefined): Value {
  if (map === undefined) return {};
  if (!isObject(map)) return map;
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, asList(value)]));
}

export function asList(value: Value | undefined): Value[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Content of files and folders that archives name by path, as a hash; it is not in the recording. */
export type Contents = Readonly<Record<string, string>>;
