/** What each service makes of a pattern. */
import { isObject } from "../../shared/json.ts";
import { type Dialect, OPERATORS, PatternError } from "./operators.ts";
import { type Alternative, type Matches, matcher, readPattern } from "./pattern.ts";

const events: Dialect = {
  operators: OPERATORS,
  inAnythingBut: new Set(["equals-ignore-case", "prefix", "suffix", "wildcard"]),
  ignoresCaseOfAffix: true,
};

const notifications: Dialect = {
  operators: new Set([...OPERATORS].filter((name) => name !== "wildcard")),
  inAnythingBut: new Set(["prefix"]),
  ignoresCaseOfAffix: false,
};

/** `eventPattern` of a rule, as its JSON text. */
export function eventPattern(text: string): Matches {
  return matcher(readPattern(parsed(text), events));
}

export type FilterScope = "MessageAttributes" | "MessageBody";

/** SNS's own limits. */
const MOST_KEYS = 5;
const MOST_COMBINATIONS = 150;

/** `filterPolicy` of a subscription, as its JSON text. */
export function filterPolicy(text: string, scope: FilterScope): Matches {
  const policy = parsed(text);
  if (isObject(policy) && Object.keys(policy).length === 0) return () => true;
  const alternatives = readPattern(policy, notifications);
  if (scope === "MessageAttributes" && alternatives.some((one) => one.some(({ depth }) => depth > 1)))
    throw new PatternError("Filter policy scope MessageAttributes does not support nested filter policy");
  const keys = new Set(alternatives.flatMap((one) => one.map(({ path }) => path)));
  if (keys.size > MOST_KEYS) throw new PatternError(`Filter policy can not have more than ${MOST_KEYS} keys`);
  if (combinations(alternatives) > MOST_COMBINATIONS) throw new PatternError("Filter policy is too complex");
  return matcher(alternatives);
}

function combinations(alternatives: readonly Alternative[]): number {
  const of = (one: Alternative) => one.reduce((product, { conditions }) => product * conditions.length, 1);
  return alternatives.reduce((sum, one) => sum + of(one), 0);
}

/** Of a service → the field of its record that is JSON in a text, which a pattern looks into. */
const INNER: Record<string, { name: string; textOf(record: Record<string, unknown>): unknown }> = {
  sqs: { name: "body", textOf: ({ body }) => body },
  kinesis: {
    name: "data",
    textOf: ({ kinesis }) => {
      const { data } = (isObject(kinesis) ? kinesis : {}) as { data?: unknown };
      return typeof data === "string" ? Buffer.from(data, "base64").toString() : undefined;
    },
  },
};

/**
 * `pattern` of one filter of an event source mapping, matched against a record as the function would get it. A pattern about the
 * inside of a body lets no body pass that is no JSON object; one about the body as a text no body that is one.
 */
export function sourceFilter(text: string, service: string): Matches {
  const pattern = parsed(text);
  if (isObject(pattern) && Object.keys(pattern).length === 0) return () => true;
  const alternatives = readPattern(pattern, events);
  const matches = matcher(alternatives);
  const inner = INNER[service];
  if (!inner) return matches;
  const { name, textOf } = inner;
  // Not even that something is absent is true of the inside of what has none.
  const ofTexts = alternatives.filter((one) => !one.some(({ path }) => path.startsWith(`${name}.`)));
  const matchesText = matcher(ofTexts);
  return (record) => {
    const text = isObject(record) ? textOf(record) : undefined;
    if (!isObject(record) || typeof text !== "string") return matches(record);
    const value = opened(text);
    return (isObject(value) ? matches : matchesText)({ ...record, [name]: value });
  };
}

/** The object in a text, or the text. */
function opened(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : text;
  } catch {
    return text;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PatternError(`it is no JSON: ${(error as Error).message}`);
  }
}
