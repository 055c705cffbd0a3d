/** An event that a pattern would take, for whoever tries a function by hand. */
import { isObject } from "../../shared/json.ts";

/** Undefined for a pattern that says only what must not be, or what nobody can guess. */
export function exampleOf(pattern: unknown): Record<string, unknown> | undefined {
  if (!isObject(pattern)) return undefined;
  const example: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(pattern)) {
    if (name === "$or" && Array.isArray(value) && value.every(isObject)) {
      Object.assign(example, exampleOf(value[0]));
      continue;
    }
    const found = Array.isArray(value) ? valueFor(value) : exampleOf(value);
    if (found !== undefined) example[name] = found;
  }
  return example;
}

/** The first of the conditions that names a value. */
function valueFor(conditions: readonly unknown[]): unknown {
  for (const condition of conditions) {
    const found = isObject(condition) ? valueOfOperator(condition) : condition;
    if (found !== undefined) return found;
  }
  return undefined;
}

function valueOfOperator(operator: Record<string, unknown>): unknown {
  const [name, operand] = Object.entries(operator)[0] ?? [];
  const text = isObject(operand) ? operand["equals-ignore-case"] : operand;
  switch (name) {
    case "prefix":
      return `${String(text)}sample`;
    case "suffix":
      return `sample${String(text)}`;
    case "equals-ignore-case":
      return text;
    case "wildcard":
      return String(text).replaceAll("*", "sample");
    case "cidr":
      return String(text).split("/")[0];
    case "numeric":
      return Array.isArray(operand) ? numberWithin(operand) : undefined;
    case "exists":
      return operand === true ? "sample" : undefined;
    default:
      return "sample";
  }
}

function numberWithin([operator, limit, , top]: readonly unknown[]): number {
  const bound = Number(limit);
  if (top !== undefined) return (bound + Number(top)) / 2;
  if (operator === ">") return bound + 1;
  return operator === "<" ? bound - 1 : bound;
}
