/** Whether a request to SQS is of the types of its operation. What is not is refused before anybody reads it. */
import { isObject, type JsonObject } from "../../shared/json.ts";
import type { Shape, Structure } from "./sqs-inputs.ts";

export interface SqsRefusal {
  /** Of the older protocol. */
  code: string;
  message: string;
}

/** As AWS's reader of JSON says it. */
const LIST_FOUND = "Start of list found where not expected";
const STRUCTURE_FOUND = "Start of structure or map found where not expected.";
const NAMES = { string: "a String", integer: "an Integer", blob: "a Blob" } as const;

/** What is null is left out, as AWS reads it. */
export function withoutNulls(input: JsonObject): JsonObject {
  const entries = Object.entries(input).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutNullsIn(value)]));
}

function withoutNullsIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => one !== null).map(withoutNullsIn);
  return isObject(value) ? withoutNulls(value) : value;
}

/** Of a request or of what is missing in it; undefined for one that may be read. */
export function typeRefusal(shape: Structure, input: JsonObject): SqsRefusal | undefined {
  const mismatch = mismatchOf(shape, input);
  if (mismatch !== undefined) return { code: "MalformedInput", message: mismatch };
  // A batch without entries has an error of its own.
  const missing = shape.required.find((name) => input[name] === undefined && name !== "Entries");
  return missing === undefined ? undefined : missingParameter(missing);
}

export function missingParameter(name: string): SqsRefusal {
  return { code: "MissingParameter", message: `The request must contain the parameter ${name}.` };
}

/** The first. Members that the model does not know are nobody's. */
function mismatchOf(shape: Shape, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof shape === "string") return scalarMismatch(shape, value);
  if ("list" in shape) {
    if (Array.isArray(value)) return first(value, (one) => mismatchOf(shape.list, one));
    return isObject(value) ? STRUCTURE_FOUND : "Expected list or null";
  }
  if (!isObject(value)) return Array.isArray(value) ? LIST_FOUND : "Expected null";
  return "map" in shape
    ? first(Object.values(value), (one) => mismatchOf(shape.map, one))
    : first(Object.entries(shape.members), ([name, member]) => mismatchOf(member, value[name]));
}

function scalarMismatch(shape: keyof typeof NAMES, value: unknown): string | undefined {
  if (Array.isArray(value)) return LIST_FOUND;
  if (isObject(value)) return STRUCTURE_FOUND;
  if (typeof value !== (shape === "integer" ? "number" : "string")) {
    const token = typeof value === "boolean" ? String(value) : typeof value;
    return `${token.toUpperCase()}_VALUE can not be converted to ${NAMES[shape]}`;
  }
  return shape === "integer" && !Number.isInteger(value)
    ? "A number with a fraction is no Integer"
    : undefined;
}

function first<T>(values: readonly T[], mismatch: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = mismatch(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
