/** SEARCH of metric math: `{AWS/Lambda,FunctionName} MetricName="Errors" shop`, found among what was measured. */

import { ExpressionError } from "./expression.ts";
import type { MetricName } from "./metric-store.ts";

type Test = (metric: MetricName) => boolean;

const PART =
  /\s*(?:(?:([\w:./-]+)\s*=\s*)?([()])|(AND|OR|NOT)\b|(?:([\w:./-]+)\s*=\s*)?(?:"([^"]*)"|([^\s()="]+)))/y;

interface Part {
  sign?: string;
  word?: string;
  property?: string;
  text?: string;
  isExact?: boolean;
}

export function searched(expression: string): Test {
  const [, schema, rest = expression] = /^\s*\{([^}]*)\}(.*)$/s.exec(expression) ?? [];
  const parts = partsOf(rest);
  const wanted = schema === undefined ? undefined : schemaOf(schema);
  let at = 0;
  /** Of `Name=(one OR other)`. */
  let property: string | undefined;
  const either = (): Test => {
    const tests = [all()];
    while (parts[at]?.word === "OR") {
      at++;
      tests.push(all());
    }
    return (metric) => tests.some((test) => test(metric));
  };
  const all = (): Test => {
    const tests: Test[] = [];
    for (;;) {
      const part = parts[at];
      if (part?.word === "AND") at++;
      else if (!part || part.sign === ")" || part.word === "OR")
        return (metric) => tests.every((test) => test(metric));
      else tests.push(one());
    }
  };
  const one = (): Test => {
    const part = parts[at++];
    if (part?.word === "NOT") {
      const of = one();
      return (metric) => !of(metric);
    }
    if (part?.sign === "(") {
      const outer = property;
      property = part.property ?? outer;
      const inner = either();
      property = outer;
      if (parts[at++]?.sign !== ")") throw new ExpressionError(`${JSON.stringify(expression)} is not closed`);
      return inner;
    }
    return part ? term({ ...(property === undefined ? {} : { property }), ...part }) : () => true;
  };
  const test = either();
  if (at < parts.length) throw new ExpressionError(`${JSON.stringify(expression)} has a bracket too many`);
  return (metric) => (wanted?.(metric) ?? true) && test(metric);
}

function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  PART.lastIndex = 0;
  while (text.slice(PART.lastIndex).trim() !== "") {
    const from = PART.lastIndex;
    const [all, of, sign, word, property, exact, loose] = PART.exec(text) ?? [];
    if (all === undefined)
      throw new ExpressionError(
        `the search is not understood at ${JSON.stringify(text.slice(from).trim().slice(0, 20))}`,
      );
    if (sign !== undefined) parts.push({ sign, ...(of === undefined ? {} : { property: of }) });
    else if (word !== undefined) parts.push({ word });
    else
      parts.push({
        ...(property === undefined ? {} : { property }),
        text: exact ?? loose ?? "",
        isExact: exact !== undefined,
      });
  }
  return parts;
}

/** `Namespace,Dimension,Dimension`: exactly these dimensions. */
function schemaOf(text: string): Test {
  const [namespace, ...keys] = text.split(",").map((part) => part.trim().replace(/^"(.*)"$/, "$1"));
  const sorted = keys.sort().join(",");
  return (metric) =>
    metric.namespace === namespace &&
    (keys.length === 0 || Object.keys(metric.dimensions).sort().join(",") === sorted);
}

function term({ property, text = "", isExact = false }: Part): Test {
  return (metric) => {
    const { namespace, name, dimensions } = metric;
    const known: Record<string, string> = { ...dimensions, Namespace: namespace, MetricName: name };
    const searchedIn =
      property === undefined
        ? [namespace, name, ...Object.entries(dimensions).flat()]
        : [known[property] ?? ""];
    return searchedIn.some((value) =>
      isExact
        ? value === text
        : tokens(value).some((token) => token === text.toLowerCase()) ||
          (property === undefined && value.toLowerCase() === text.toLowerCase()),
    );
  };
}

/** As CloudWatch splits names: at what is neither letter nor digit, and where a word begins with a capital. */
function tokens(value: string): string[] {
  return value
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}
