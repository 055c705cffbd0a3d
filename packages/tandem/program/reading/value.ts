/**
 * Reads recorded values, for everybody who reads a recording: what is marked (secret, unknown, asset, archive, reference) is told from what
 * is plain, and secrets are seen through here and nowhere else. Whoever prints a value must not: see review/values/secrets.ts.
 */
import { isObject as isJsonObject } from "../../shared/json.ts";
import type { Special, Value, Values } from "../recording.ts";

export type Kind = Special["$"];
type OfKind<K extends Kind> = Extract<Special, { $: K }>;

export type Archive = OfKind<"archive">;
export type Asset = OfKind<"asset">;

const KINDS: ReadonlySet<string> = new Set<Kind>(["secret", "unknown", "asset", "archive", "resource"]);

export function isSpecial(value: Value | undefined): value is Special {
  return isObject(value) && typeof value.$ === "string" && KINDS.has(value.$);
}

export function isKind<K extends Kind>(value: Value | undefined, kind: K): value is OfKind<K> {
  return isSpecial(value) && value.$ === kind;
}

/** Any object of JSON, the marked ones included. */
export function isObject(value: Value | undefined): value is { [key: string]: Value } {
  return isJsonObject(value);
}

export function isUnknown(value: Value | undefined): boolean {
  return isKind(value, "unknown");
}

export function isSecret(value: Value | undefined): value is OfKind<"secret"> {
  return isKind(value, "secret");
}

/** Whether it is a secret, or one stands anywhere within it. */
export function containsSecret(value: Value): boolean {
  return (
    isSecret(value) ||
    (isObject(value) || Array.isArray(value) ? Object.values(value).some(containsSecret) : false)
  );
}

/** The value behind a secret's mark, however often it is marked; what is inside of it keeps its marks. */
export function withoutSecret(value: Value | undefined): Value | undefined {
  return isSecret(value) ? withoutSecret(value.value) : value;
}

/** The value with every secret in it taken out of its mark. */
export function withoutSecrets(value: Value): Value {
  const seen = withoutSecret(value);
  if (Array.isArray(seen)) return seen.map(withoutSecrets);
  if (!isObject(seen)) return seen ?? null;
  return Object.fromEntries(Object.entries(seen).map(([key, item]) => [key, withoutSecrets(item)]));
}

/** The value behind secrets and resource references; undefined when it is unknown or null. */
export function opened(value: Value | undefined): Exclude<Value, null> | undefined {
  const seen = withoutSecret(value);
  if (seen === null || seen === undefined || isUnknown(seen)) return undefined;
  return isKind(seen, "resource") ? seen.id : seen;
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

/** Of a list, what is known as text. */
export function texts(value: Value | undefined): string[] {
  return list(value)
    .map(text)
    .filter((item) => item !== undefined);
}

export function flag(value: Value | undefined): boolean {
  return opened(value) === true;
}

/** A map of texts, e.g. `stageVariables`; undefined when it is not declared or empty. */
export function textMap(value: Value | undefined): Record<string, string> | undefined {
  const entries = Object.entries(object(value)).map(([name, item]) => [name, text(item) ?? ""]);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

export function object(value: Value | undefined): Values {
  return plainObject(opened(value)) ?? {};
}

export function archive(value: Value | undefined): Archive | undefined {
  const known = opened(value);
  return isKind(known, "archive") ? known : undefined;
}

export function asset(value: Value | undefined): Asset | undefined {
  const known = opened(value);
  return isKind(known, "asset") ? known : undefined;
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
  const found = plainObject(value);
  return found === undefined ? [] : [found];
}

export interface FileOfCode {
  text?: string;
  path?: string;
}

/** Every asset in an archive; an archive that is named by path is one file. */
export function filesOf(value: Value): FileOfCode[] {
  if (isKind(value, "asset")) return [value];
  if (isKind(value, "archive")) {
    return value.assets === undefined ? [value] : Object.values(value.assets).flatMap(filesOf);
  }
  if (isKind(value, "secret")) return filesOf(value.value);
  return [];
}
