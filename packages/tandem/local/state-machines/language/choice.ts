/** The rules of a Choice that is written with JSONPath. */
import { isObject, type JsonObject } from "../../../shared/json.ts";
import { inOrder } from "../../patterns/in-order.ts";
import { leadsTo, type Scope, select } from "./paths.ts";
import { runtimeError } from "./state-error.ts";

type Kind = "String" | "Numeric" | "Boolean" | "Timestamp";
type Order = (comparison: number) => boolean;

const ORDERS: Record<string, Order> = {
  Equals: (comparison) => comparison === 0,
  LessThan: (comparison) => comparison < 0,
  GreaterThan: (comparison) => comparison > 0,
  LessThanEquals: (comparison) => comparison <= 0,
  GreaterThanEquals: (comparison) => comparison >= 0,
};
const COMPARISON = /^(String|Numeric|Boolean|Timestamp)(Equals|(?:Less|Greater)Than(?:Equals)?)(Path)?$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

const TYPES: Record<string, (value: unknown) => boolean> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === "string",
  IsNumeric: (value) => typeof value === "number",
  IsBoolean: (value) => typeof value === "boolean",
  IsTimestamp: (value) => typeof value === "string" && TIMESTAMP.test(value),
};

export function holds(rule: JsonObject, scope: Scope): boolean {
  if (Array.isArray(rule.And)) return rule.And.every((one) => holds(ruleOf(one), scope));
  if (Array.isArray(rule.Or)) return rule.Or.some((one) => holds(ruleOf(one), scope));
  if (rule.Not !== undefined) return !holds(ruleOf(rule.Not), scope);
  const { Variable: variable } = rule;
  if (typeof variable !== "string") throw runtimeError("A rule of a Choice has no Variable");
  if (typeof rule.IsPresent === "boolean") return leadsTo(variable, scope) === rule.IsPresent;
  const value = select(variable, scope);
  for (const [name, wanted] of Object.entries(rule)) {
    const type = TYPES[name];
    if (type) return type(value) === wanted;
    if (name === "StringMatches") return typeof value === "string" && matches(value, String(wanted));
    const [, kind, order, isPath] = COMPARISON.exec(name) ?? [];
    if (kind === undefined || order === undefined) continue;
    const other = isPath ? select(String(wanted), scope) : wanted;
    return compares(kind as Kind, ORDERS[order] as Order, value, other);
  }
  throw runtimeError(`The local run knows no comparison in ${JSON.stringify(rule)}`);
}

function ruleOf(value: unknown): JsonObject {
  if (!isObject(value)) throw runtimeError(`${JSON.stringify(value)} is no rule of a Choice`);
  return value;
}

/** What is of another kind than the comparison wants is not equal, less or greater. */
function compares(kind: Kind, order: Order, value: unknown, other: unknown): boolean {
  const [one, two] = [comparable(kind, value), comparable(kind, other)];
  if (one === undefined || two === undefined) return false;
  return order(one < two ? -1 : one > two ? 1 : 0);
}

function comparable(kind: Kind, value: unknown): string | number | boolean | undefined {
  switch (kind) {
    case "String":
      return typeof value === "string" ? value : undefined;
    case "Numeric":
      return typeof value === "number" ? value : undefined;
    case "Boolean":
      return typeof value === "boolean" ? value : undefined;
    case "Timestamp":
      return typeof value === "string" && TIMESTAMP.test(value) ? Date.parse(value) : undefined;
  }
}

/** `*` is any text, `\*` a star. */
function matches(text: string, pattern: string): boolean {
  const parts = [""];
  for (const part of pattern.split(/(\\\\|\\\*|\*)/)) {
    if (part === "*") parts.push("");
    else parts[parts.length - 1] += /^\\[\\*]$/.test(part) ? part.slice(1) : part;
  }
  return inOrder(text, parts);
}
