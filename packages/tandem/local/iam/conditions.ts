/**
 * Condition blocks of policies. What a request says about itself comes as a context: a key with its values, a key
 * without values (known to be absent), or no key at all, which means that this machine cannot tell: then neither yes
 * nor no is the answer, but "unknown".
 */
import { BlockList, isIP } from "node:net";
import { arnMatches, literal, textMatches } from "../../program/reading/arn-pattern.ts";
import type { Condition } from "./statements.ts";

/** Condition keys in lower case. */
export type Context = Readonly<Record<string, readonly string[]>>;

export type Truth = boolean | "unknown";

/** `actual` is the value of the request, `wanted` the one of the policy. One that is no number, date or address of both cannot be judged. */
type Match = (actual: string, wanted: string) => Truth;

const sameText: Match = (actual, wanted) => actual === wanted;
const sameLetters: Match = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase();
const likeText: Match = (actual, wanted) => textMatches(wanted, actual);
const likeArn: Match = (actual, wanted) => arnMatches(wanted, actual);

const number = (compare: (a: number, b: number) => boolean) => comparison(amount, compare);
const date = (compare: (a: number, b: number) => boolean) => comparison(instant, compare);

const operators: Record<string, Match> = {
  stringequals: sameText,
  stringequalsignorecase: sameLetters,
  stringlike: likeText,
  arnequals: likeArn,
  arnlike: likeArn,
  bool: sameLetters,
  numericequals: number((a, b) => a === b),
  numericlessthan: number((a, b) => a < b),
  numericlessthanequals: number((a, b) => a <= b),
  numericgreaterthan: number((a, b) => a > b),
  numericgreaterthanequals: number((a, b) => a >= b),
  dateequals: date((a, b) => a === b),
  datelessthan: date((a, b) => a < b),
  datelessthanequals: date((a, b) => a <= b),
  dategreaterthan: date((a, b) => a > b),
  dategreaterthanequals: date((a, b) => a >= b),
  ipaddress: withinNetwork,
};

/** `StringNotEquals` is true when no value of the policy matches; it is also true when the key is absent. */
const negated: Record<string, Match> = {
  stringnotequals: sameText,
  stringnotequalsignorecase: sameLetters,
  stringnotlike: likeText,
  arnnotequals: likeArn,
  arnnotlike: likeArn,
  numericnotequals: number((a, b) => a === b),
  datenotequals: date((a, b) => a === b),
  notipaddress: withinNetwork,
};

/** All of them must hold. One that does not hold decides, whatever the unknown ones would say. */
export function conditionsHold(conditions: readonly Condition[], context: Context): Truth {
  const truths = conditions.map((condition) => conditionHolds(condition, context));
  if (truths.includes(false)) return false;
  return truths.includes("unknown") ? "unknown" : true;
}

export function conditionHolds(condition: Condition, context: Context): Truth {
  const { operator, key, unknown } = condition;
  const { set, name, ifExists } = parseOperator(operator);
  const actual = context[key.toLowerCase()];
  if (!actual || unknown) return "unknown";
  const match = operators[name] ?? negated[name];
  const written = match === likeText || match === likeArn ? literal : asItIs;
  const resolved = condition.values.map((value) => resolveVariables(value, context, written));
  if (resolved.includes(undefined)) return "unknown";
  // A variable that stands for nothing matches nothing.
  const values = resolved.flatMap((one) => (one === undefined || one === "absent" ? [] : [one.text]));
  if (name === "null")
    return values.some((wanted) => (wanted.toLowerCase() === "true") === (actual.length === 0));
  if (actual.length === 0 && ifExists) return true;

  const positive = operators[name];
  const opposite = negated[name];
  if (!match) return "unknown";
  const matchesOne = (value: string) => any(values.map((wanted) => match(value, wanted)));
  const holds = actual.map((value) => (positive ? matchesOne(value) : not(matchesOne(value))));
  if (set === "forallvalues") return all(holds);
  if (set === "foranyvalue") return any(holds);
  return opposite ? all(holds) : any(holds);
}

function any(truths: readonly Truth[]): Truth {
  return truths.includes(true) || (truths.includes("unknown") && "unknown");
}

const not = (truth: Truth): Truth => (truth === "unknown" ? truth : !truth);
const all = (truths: readonly Truth[]): Truth => not(any(truths.map(not)));

function parseOperator(operator: string): { set?: string; name: string; ifExists: boolean } {
  const [, set, rest = ""] = /^(?:(ForAllValues|ForAnyValue):)?(.*)$/i.exec(operator) ?? [];
  const ifExists = /IfExists$/i.test(rest);
  const name = rest.replace(/IfExists$/i, "").toLowerCase();
  return set ? { set: set.toLowerCase(), name, ifExists } : { name, ifExists };
}

/**
 * A text of a policy with `${aws:PrincipalAccount}` and the like in place of their values. "absent": the request has no
 * such value, so the text matches nothing. Undefined: what it stands for is not known here.
 */
export function resolveVariables(
  text: string,
  context: Context,
  written: (value: string) => string,
): { text: string } | "absent" | undefined {
  let outcome: "absent" | "unknown" | undefined;
  const resolved = text.replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    if (inner === "*" || inner === "?" || inner === "$") return written(inner);
    const [, key = "", fallback] = /^([^,]*?)\s*(?:,\s*'(.*)')?$/.exec(inner.trim()) ?? [];
    const values = context[key.toLowerCase()];
    const [value = fallback, second] = values ?? [];
    if (!values || second !== undefined) outcome = "unknown";
    else if (value === undefined) outcome ??= "absent";
    return written(value ?? "");
  });
  if (outcome === undefined) return { text: resolved };
  return outcome === "absent" ? outcome : undefined;
}

function asItIs(text: string): string {
  return text;
}

function comparison(read: (text: string) => number, compare: (a: number, b: number) => boolean): Match {
  return (actual, wanted) => {
    const [a, b] = [read(actual), read(wanted)];
    return Number.isNaN(a) || Number.isNaN(b) ? "unknown" : compare(a, b);
  };
}

/** Nothing is no number, though JavaScript takes it for 0. */
function amount(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

/** A function, so that the tables above can name it. */
function withinNetwork(actual: string, wanted: string): Truth {
  const [address = "", bits] = wanted.split("/");
  const [version, of] = [isIP(address), isIP(actual)];
  if (version === 0 || of === 0) return "unknown";
  if (version !== of) return false;
  const longest = version === 4 ? 32 : 128;
  const length = bits === undefined ? longest : amount(bits);
  if (!(Number.isInteger(length) && length >= 0 && length <= longest)) return "unknown";
  const family = version === 4 ? "ipv4" : "ipv6";
  const network = new BlockList();
  network.addSubnet(address, length, family);
  return network.check(actual, family);
}

/** ISO 8601 or seconds since 1970. */
function instant(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}
