/** Operators of templates. */
import type { TemplateExpression } from "./nodes.ts";
import { areEqual, isNumber, isTrue, NotJudged, textOf, type Value } from "./values.ts";

const onNumbers: Record<string, (one: number, other: number) => Value> = {
  "+": (one, other) => one + other,
  "-": (one, other) => one - other,
  "*": (one, other) => one * other,
  // Whole numbers stay whole.
  "/": (one, other) =>
    Number.isInteger(one) && Number.isInteger(other) ? Math.trunc(one / other) : one / other,
  "%": (one, other) => one % other,
  ">": (one, other) => one > other,
  ">=": (one, other) => one >= other,
  "<": (one, other) => one < other,
  "<=": (one, other) => one <= other,
};

export function calculated(
  operator: string,
  [left, right]: TemplateExpression[],
  evaluate: (one: TemplateExpression) => Value,
): Value {
  const one = left ? evaluate(left) : null;
  if (operator === "parenthesis") return one;
  if (operator === "not") return !isTrue(one);
  if (operator === "minus") return isNumber(one) ? -one : null;
  if (operator === "&&") return isTrue(one) && right !== undefined && isTrue(evaluate(right));
  if (operator === "||") return isTrue(one) || (right !== undefined && isTrue(evaluate(right)));
  const other = right ? evaluate(right) : null;
  if (operator === "==") return areEqual(one, other);
  if (operator === "!=") return !areEqual(one, other);
  const calculate = onNumbers[operator];
  if (!calculate) throw new NotJudged(`a template uses ${operator}, which is not worked out here`);
  if (isNumber(one) && isNumber(other)) return calculate(one, other);
  // Texts are put together, and nothing else is done with them.
  return operator === "+" && (typeof one === "string" || typeof other === "string")
    ? textOf(one) + textOf(other)
    : null;
}
