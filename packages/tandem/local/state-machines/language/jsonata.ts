/** JSONata as Step Functions has it: `{% … %}` in any text, `$states` and variables, and a few functions beside JSONata's own. */
import { createHash, randomUUID } from "node:crypto";
import { isObject } from "../../../shared/json.ts";
import { LimitedExpression } from "../../time-limit.ts";
import { partitioned, range } from "./lists.ts";
import { StateError } from "./state-error.ts";

const EXPRESSION = /^\{%([\s\S]*)%\}$/;

const FUNCTIONS = {
  partition: partitioned,
  range,
  hash: (text: string, algorithm = "SHA-256") =>
    createHash(algorithm.toLowerCase().replace("-", "")).update(text).digest("hex"),
  uuid: () => randomUUID(),
  parse: (text: string) => JSON.parse(text) as unknown,
};

/** Calls within each other, and milliseconds: what runs away ends here, not with the run. */
const GUARDS = {
  stack: 5_000,
  timeout: 5_000,
  RegexEngine: LimitedExpression as unknown as RegExpConstructor,
};

/** @param bindings `states`, and variables by their names */
export async function evaluateJsonata(
  value: unknown,
  bindings: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((item) => evaluateJsonata(item, bindings)));
  if (isObject(value)) {
    const entries = Object.entries(value).map(
      async ([name, inner]): Promise<[string, unknown]> => [name, await evaluateJsonata(inner, bindings)],
    );
    return Object.fromEntries(await Promise.all(entries));
  }
  const [, expression] = typeof value === "string" ? (EXPRESSION.exec(value) ?? []) : [];
  return expression === undefined ? value : evaluateExpression(expression, bindings);
}

async function evaluateExpression(
  expression: string,
  bindings: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { default: jsonata } = await import("jsonata");
  let result: unknown;
  try {
    result = await jsonata(expression, GUARDS).evaluate(undefined, { ...FUNCTIONS, ...bindings });
  } catch (error) {
    const { message } = error as { message?: string };
    throw new StateError(
      "States.QueryEvaluationError",
      `The JSONata expression '${expression.trim()}': ${message}`,
    );
  }
  if (result === undefined)
    throw new StateError(
      "States.QueryEvaluationError",
      `The JSONata expression '${expression.trim()}' returned nothing (undefined).`,
    );
  // Lists of JSONata carry marks of its own, which are no data.
  return JSON.parse(JSON.stringify(result));
}
