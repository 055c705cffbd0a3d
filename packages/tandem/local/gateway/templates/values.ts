/** Values of mapping templates: what JSON has, with maps that keep their order, and objects that are functions alone. Texts of them are Java's. */

/** What a template does that is not worked out here; the request is answered 501. */
export class NotJudged extends Error {
  override name = "NotJudged";
}

export type TemplateFunction = (...values: Value[]) => Value;

/** `$util`, `$input`: called, never written. */
export class FunctionObject {
  readonly of: Readonly<Record<string, TemplateFunction>>;
  readonly fields: ReadonlyMap<string, Value>;

  constructor(of: Record<string, TemplateFunction>, fields: ReadonlyMap<string, Value> = new Map()) {
    this.of = of;
    this.fields = fields;
  }
}

/** `null` is also what is not there. */
export type Value = null | boolean | number | string | Value[] | Map<string, Value> | FunctionObject;

export function fromJson(json: unknown): Value {
  if (Array.isArray(json)) return json.map(fromJson);
  if (typeof json === "object" && json !== null)
    return new Map(Object.entries(json).map(([key, value]) => [key, fromJson(value)]));
  return typeof json === "boolean" || typeof json === "number" || typeof json === "string" ? json : null;
}

/** The JSON text of a body; undefined where it is none. */
export function parsed(body: string): Value | undefined {
  try {
    return fromJson(JSON.parse(body));
  } catch {
    return undefined;
  }
}

export function jsonOf(value: Value): string {
  return JSON.stringify(value, (_key, one: unknown) => (one instanceof Map ? Object.fromEntries(one) : one));
}

/** As API Gateway was recorded to write it: maps are `{a=b}`, lists JSON, and what is not there is nothing. */
export function textOf(value: Value): string {
  if (value === null || value instanceof FunctionObject) return "";
  if (Array.isArray(value)) return jsonOf(value);
  if (!(value instanceof Map)) return String(value);
  const pairs = [...value].map(([key, one]) => `${key}=${one === null ? "null" : textOf(one)}`);
  return `{${pairs.join(", ")}}`;
}

/** An empty text counts as nothing, as the comparison with it does. */
export function isTrue(value: Value): boolean {
  return value !== null && value !== false && value !== "";
}

/** Recorded: what is not there equals both `$null` and an empty text. Things of two kinds are compared by their texts. */
export function areEqual(one: Value, other: Value): boolean {
  if (one === other) return true;
  return textOf(one) === textOf(other);
}

export function isNumber(value: Value): value is number {
  return typeof value === "number";
}
