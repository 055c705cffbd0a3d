/** A schema's complaints in plain words, one for each wrong field. Never repeats the value: it may be a secret. */
import type { core } from "zod/mini";
import type { FieldError } from "./http-error.ts";

type Issue = core.$ZodIssue;

/** More wrong fields than any body of this API has; a body of nothing but unknown names is no reason for a long answer. */
export const MOST_FIELDS = 400;

export function fieldErrors(place: FieldError["in"], issues: readonly Issue[]): FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.slice(0, MOST_FIELDS).map((key) => ({
        in: place,
        field: fieldName([...issue.path, key]),
        message: "Is not known here",
      }));
    }
    return { in: place, field: fieldName(issue.path), message: describe(issue) };
  });
}

/** Longest part of a field's name that is repeated to the caller, in characters. */
const MAX_NAME = 100;

const fieldName = (path: readonly PropertyKey[]) =>
  path.map(String).join(".").slice(0, MAX_NAME).toWellFormed();

function describe(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `Is missing: must be ${a(issue.expected)}`
        : `Must be ${a(issue.expected)}`;
    case "too_small":
      return `Must ${bound(issue.origin, `at least ${issue.minimum}`)}`;
    case "too_big":
      return `Must ${bound(issue.origin, `at most ${issue.maximum}`)}`;
    case "not_multiple_of":
      return `Must be a multiple of ${issue.divisor}`;
    case "invalid_value":
      return `Must be one of ${issue.values.join(", ")}`;
    default:
      return issue.message;
  }
}

function bound(origin: string, limit: string): string {
  if (origin === "string") return `have ${limit} characters`;
  if (origin === "array") return `have ${limit} entries`;
  return `be ${limit}`;
}

function a(type: string): string {
  if (type === "int") return "a whole number";
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}
