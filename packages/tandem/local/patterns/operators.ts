/** What may stand in the list of a field: each operator of a pattern, read once into a function of one value. */
import { BlockList, isIP } from "node:net";
import { isObject } from "../../shared/json.ts";
import { inOrder } from "./in-order.ts";

/** Text, number, true, false or null: what stands at the end of a path of an event. */
export type Leaf = string | number | boolean | null;

export type MatchesLeaf = (value: Leaf) => boolean;

/** Says, as AWS does, what is wrong with a pattern. */
export class PatternError extends Error {
  override name = "PatternError";
}

/** Services know different operators under the same syntax. */
export interface Dialect {
  /** e.g. `prefix`. */
  operators: ReadonlySet<string>;
  /** Those that may stand within `anything-but`. */
  inAnythingBut: ReadonlySet<string>;
  /** `{"prefix": {"equals-ignore-case": "x"}}` */
  ignoresCaseOfAffix: boolean;
}

/** `exists: false` looks at the whole event, so it is no function of a value. */
export const ABSENT = Symbol("absent");

/** Whether the name is an operator in any dialect: a field of that name within `$or` makes it an ordinary field. */
export const OPERATORS: ReadonlySet<string> = new Set([
  "anything-but",
  "cidr",
  "equals-ignore-case",
  "exists",
  "numeric",
  "prefix",
  "suffix",
  "wildcard",
]);

/** One element of a field's list. */
export function readCondition(condition: unknown, dialect: Dialect): MatchesLeaf | typeof ABSENT {
  if (Array.isArray(condition))
    throw new PatternError("Match value must be String, number, true, false, or null");
  if (!isObject(condition)) return (value) => value === condition;
  const names = Object.keys(condition);
  const [name = ""] = names;
  if (names.length !== 1) throw new PatternError("Only one key allowed in match expression");
  if (!dialect.operators.has(name)) throw new PatternError(`Unrecognized match type ${name}`);
  const { [name]: operand } = condition;
  if (name === "exists" && operand === false) return ABSENT;
  return readOperator(name, operand, dialect);
}

function readOperator(name: string, operand: unknown, dialect: Dialect): MatchesLeaf {
  switch (name) {
    case "exists":
      if (operand !== true) throw new PatternError("exists match pattern must be either true or false.");
      return () => true;
    case "prefix":
    case "suffix":
      return affix(name, operand, dialect);
    case "equals-ignore-case":
      return ofText(sameLetters(textOperand(name, operand)));
    case "wildcard":
      return ofText(wildcard(textOperand(name, operand)));
    case "cidr":
      return ofText(network(textOperand("prefix", operand)));
    case "numeric":
      return numeric(operand);
    default:
      return anythingBut(operand, dialect);
  }
}

function affix(name: "prefix" | "suffix", operand: unknown, { ignoresCaseOfAffix }: Dialect): MatchesLeaf {
  const begins = name === "prefix";
  const within = (text: string, part: string) => (begins ? text.startsWith(part) : text.endsWith(part));
  if (ignoresCaseOfAffix && isObject(operand)) {
    const [key, value] = Object.entries(operand)[0] ?? [];
    if (key !== "equals-ignore-case" || Object.keys(operand).length !== 1)
      throw new PatternError(`Unsupported ${name} pattern: ${key ?? "{}"}`);
    const part = textOperand("equals-ignore-case", value).toLowerCase();
    return ofText((text) => within(text.toLowerCase(), part));
  }
  const part = textOperand(name, operand);
  return ofText((text) => within(text, part));
}

/** Every value but these; one of another kind is another value. */
function anythingBut(operand: unknown, dialect: Dialect): MatchesLeaf {
  if (isObject(operand)) return not(readExcluded(operand, dialect));
  const values = Array.isArray(operand) ? operand : [operand];
  if (Array.isArray(operand)) {
    if (values.length === 0) throw new PatternError("Empty arrays are not allowed");
    if (values.some((value) => typeof value !== "string" && typeof value !== "number"))
      throw new PatternError("Inside anything but list, start|null|boolean is not supported.");
    if (new Set(values.map((value) => typeof value)).size > 1)
      throw new PatternError(
        "Inside anything but list, either all values are number or string, mixed type is not supported",
      );
  } else if (typeof operand !== "string" && typeof operand !== "number")
    throw new PatternError("Value of anything-but must be an array or single string/number value.");
  return (value) => !values.includes(value);
}

/** One operator with a text, or with several of which none may match. */
function readExcluded(operand: Record<string, unknown>, dialect: Dialect): MatchesLeaf {
  const [name = "", value] = Object.entries(operand)[0] ?? [];
  if (Object.keys(operand).length !== 1) throw new PatternError("Only one key allowed in match expression");
  if (!dialect.inAnythingBut.has(name)) throw new PatternError(`Unsupported anything-but pattern: ${name}`);
  if (isObject(value))
    throw new PatternError("Value of anything-but must be an array or single string/number value.");
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new PatternError("Empty arrays are not allowed");
  if (values.some((one) => typeof one !== "string"))
    throw new PatternError(WRONG_EXCLUDED[name] ?? mustBeText(name));
  if ((name === "prefix" || name === "suffix") && values.includes(""))
    throw new PatternError("Null prefix/suffix not allowed");
  const matches = values.map((one) => readOperator(name, one, dialect));
  return (leaf) => matches.some((match) => match(leaf));
}

/** As recorded of AWS: its words differ from operator to operator. */
const WRONG_EXCLUDED: Record<string, string> = {
  "equals-ignore-case":
    "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
  prefix: "prefix/suffix match pattern must be a string",
  suffix: "prefix/suffix match pattern must be a string",
};

const COMPARISONS: Record<string, (value: number, limit: number) => boolean> = {
  "=": (value, limit) => value === limit,
  "<": (value, limit) => value < limit,
  "<=": (value, limit) => value <= limit,
  ">": (value, limit) => value > limit,
  ">=": (value, limit) => value >= limit,
};

/** `["=", 5]`, `["<", 5]`, `[">", 0, "<=", 5]`: a range begins with its lower end. */
function numeric(operand: unknown): MatchesLeaf {
  if (!Array.isArray(operand)) throw new PatternError("Value of numeric must be an array.");
  const [operator, limit, second, top, ...more] = operand as unknown[];
  if (typeof operator !== "string")
    throw new PatternError(
      `Invalid member in numeric match: ${operand.length === 0 ? "]" : String(operator)}`,
    );
  const compare = COMPARISONS[operator];
  if (!compare) throw new PatternError(`Unrecognized numeric range operator: ${operator}`);
  const bottom = numberOperand(operator, limit);
  if (second === undefined) return ofNumber((value) => compare(value, bottom));
  if (!operator.startsWith(">")) throw new PatternError("Too many elements in numeric expression");
  if (typeof second !== "string") throw new PatternError(`Bad value in numeric range: ${String(second)}`);
  const compareTop = second.startsWith("<") ? COMPARISONS[second] : undefined;
  if (!compareTop) throw new PatternError(`Bad numeric range operator: ${second}`);
  const upper = numberOperand(second, top);
  if (more.length > 0) throw new PatternError("Too many terms in numeric range expression");
  if (bottom >= upper) throw new PatternError("Bottom must be less than top");
  return ofNumber((value) => compare(value, bottom) && compareTop(value, upper));
}

function numberOperand(operator: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw new PatternError(`Value of ${operator === "=" ? "equals" : operator} must be numeric`);
}

/** `10.0.0.0/24` */
function network(cidr: string): (text: string) => boolean {
  const [address = "", bits = "", ...more] = cidr.split("/");
  if (!cidr.includes("/") || more.length > 0) throw new PatternError("Malformed CIDR, one '/' required");
  if (!/^\d+$/.test(bits)) throw new PatternError("Malformed CIDR, mask bits must be an integer");
  const version = isIP(address);
  if (version === 0) throw new PatternError(`Nonstandard IP address: ${address}`);
  if (Number(bits) > (version === 4 ? 32 : 128))
    throw new PatternError("Malformed CIDR, mask bits are too many");
  const family = version === 4 ? "ipv4" : "ipv6";
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family);
  return (text) => isIP(text) === version && block.check(text, family);
}

/** `*` stands for any text, `\*` and `\\` for themselves. */
function wildcard(pattern: string): (text: string) => boolean {
  const parts: string[] = [""];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? "";
    if (character === "*") {
      if (pattern[at + 1] === "*") throw new PatternError(`Consecutive wildcard characters at pos ${at}`);
      parts.push("");
      continue;
    }
    const escaped = character === "\\" ? pattern[++at] : undefined;
    if (character === "\\" && escaped !== "*" && escaped !== "\\")
      throw new PatternError(`Invalid escape character at pos ${at - 1}`);
    parts[parts.length - 1] += escaped ?? character;
  }
  return (text) => inOrder(text, parts);
}

function sameLetters(wanted: string): (text: string) => boolean {
  const letters = wanted.toLowerCase();
  return (text) => text.toLowerCase() === letters;
}

function ofText(matches: (text: string) => boolean): MatchesLeaf {
  return (value) => typeof value === "string" && matches(value);
}

function ofNumber(matches: (value: number) => boolean): MatchesLeaf {
  return (value) => typeof value === "number" && matches(value);
}

function not(matches: MatchesLeaf): MatchesLeaf {
  return (value) => !matches(value);
}

function textOperand(name: string, operand: unknown): string {
  if (typeof operand === "string") return operand;
  throw new PatternError(mustBeText(name));
}

function mustBeText(name: string): string {
  return `${name} match pattern must be a string`;
}
