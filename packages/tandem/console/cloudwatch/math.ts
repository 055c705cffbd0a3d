/** Metric math at work: values of an expression over the same spans of time as its metrics. */
import { type Expression, ExpressionError, type Operator } from "./expression.ts";
import type { Values } from "./statistics.ts";

/** A number, one series, or several with what each is called. */
export type Result =
  | { kind: "number"; value: number }
  | { kind: "text"; value: string }
  | { kind: "series"; values: Values }
  | { kind: "several"; series: readonly Named[] };

export interface Named {
  label: string;
  values: Values;
}

export interface MathContext {
  count: number;
  periodMs: number;
  /** Beginning of each span, milliseconds since 1970. */
  times: readonly number[];
  /** Of a metric or another expression, by its id. */
  named(id: string): Result;
  /** All metrics, not expressions, whose id or label has the text. */
  metrics(having: string): readonly Named[];
  search(expression: string, stat: string, periodSeconds: number | undefined): readonly Named[];
}

type Number = number | undefined;

export function compute(expression: Expression, around: MathContext): Result {
  switch (expression.kind) {
    case "number":
    case "text":
      return expression as Result;
    case "name":
      return around.named(expression.name);
    case "list":
      return { kind: "several", series: expression.items.flatMap((item) => listed(item, around)) };
    case "unary": {
      const of = compute(expression.of, around);
      return each(of, (value) => (expression.operator === "-" ? -value : value === 0 ? 1 : 0));
    }
    case "binary":
      return both(
        compute(expression.left, around),
        compute(expression.right, around),
        OPERATORS[expression.operator],
      );
    case "call":
      return call(expression.name, expression.arguments, around);
  }
}

/** As a graph shows it: a number is a line. */
export function drawn(result: Result, label: string, count: number): readonly Named[] {
  if (result.kind === "several") return result.series;
  if (result.kind === "series") return [{ label, values: result.values }];
  if (result.kind === "number") return [{ label, values: Array.from({ length: count }, () => result.value) }];
  throw new ExpressionError(`a text (${JSON.stringify(result.value)}) is no value to draw`);
}

function listed(item: Expression, around: MathContext): readonly Named[] {
  const label = item.kind === "name" ? item.name : "";
  return drawn(compute(item, around), label, around.count);
}

const OPERATORS: Record<Operator, (left: number, right: number) => Number> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  // CloudWatch has no point where it would divide by zero.
  "/": (left, right) => (right === 0 ? undefined : left / right),
  "^": (left, right) => left ** right,
  "<": (left, right) => (left < right ? 1 : 0),
  "<=": (left, right) => (left <= right ? 1 : 0),
  ">": (left, right) => (left > right ? 1 : 0),
  ">=": (left, right) => (left >= right ? 1 : 0),
  "==": (left, right) => (left === right ? 1 : 0),
  "!=": (left, right) => (left !== right ? 1 : 0),
  AND: (left, right) => (left !== 0 && right !== 0 ? 1 : 0),
  OR: (left, right) => (left !== 0 || right !== 0 ? 1 : 0),
};

function each(of: Result, change: (value: number, index: number) => Number): Result {
  const over = (values: Values): Values =>
    values.map((value, index) => (value === undefined ? undefined : change(value, index)));
  if (of.kind === "series") return { kind: "series", values: over(of.values) };
  if (of.kind === "several")
    return { kind: "several", series: of.series.map((one) => ({ ...one, values: over(one.values) })) };
  if (of.kind === "text") throw new ExpressionError(`${JSON.stringify(of.value)} is no number`);
  return { kind: "number", value: change(of.value, 0) ?? Number.NaN };
}

function both(left: Result, right: Result, join: (left: number, right: number) => Number): Result {
  if (left.kind === "text" || right.kind === "text") throw new ExpressionError("a text is no number");
  if (left.kind === "number") return each(right, (value) => join(left.value, value));
  if (right.kind === "number") return each(left, (value) => join(value, right.value));
  const joined = (one: Values, other: Values): Values =>
    one.map((value, index) => {
      const second = other[index];
      return value === undefined || second === undefined ? undefined : join(value, second);
    });
  if (left.kind === "series" && right.kind === "series")
    return { kind: "series", values: joined(left.values, right.values) };
  const many = left.kind === "several" ? left.series : right.kind === "several" ? right.series : [];
  return {
    kind: "several",
    series: many.map((one, index) => {
      const first = left.kind === "series" ? left.values : (left.series[index]?.values ?? []);
      const second = right.kind === "series" ? right.values : (right.series[index]?.values ?? []);
      return { ...one, values: joined(first, second) };
    }),
  };
}

/** Of a list a value for each span; of one series a number for all of it. */
const SUMMARIES: Record<string, (values: readonly number[]) => number> = {
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
  STDDEV: (values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  },
};

const OF_EACH: Record<string, (value: number) => number> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  LOG: Math.log,
  LOG10: Math.log10,
};

const OF_TIME: Record<string, (time: Date) => number> = {
  EPOCH: (time) => time.getTime() / 1000,
  MINUTE: (time) => time.getUTCMinutes(),
  HOUR: (time) => time.getUTCHours(),
  DAY: (time) => time.getUTCDay() || 7,
  DATE: (time) => time.getUTCDate(),
  MONTH: (time) => time.getUTCMonth() + 1,
  YEAR: (time) => time.getUTCFullYear(),
};

function call(name: string, given: readonly Expression[], around: MathContext): Result {
  const summary = SUMMARIES[name];
  const ofEach = OF_EACH[name];
  const ofTime = OF_TIME[name];
  const first = given[0];
  if (name === "METRICS")
    return { kind: "several", series: around.metrics(first === undefined ? "" : textOf(first, around)) };
  if (name === "SEARCH") return search(given, around);
  if (!first) throw new ExpressionError(`${name}() needs a metric`);
  if (summary) return summed(compute(first, around), summary);
  if (ofEach) return each(compute(first, around), ofEach);
  if (ofTime)
    return {
      kind: "series",
      values: around.times.map((time) => ofTime(new Date(time))),
    };
  switch (name) {
    case "FILL":
      return filled(compute(first, around), given[1], around);
    case "IF":
      return chosen(given, around);
    case "PERIOD":
      return { kind: "number", value: around.periodMs / 1000 };
    case "RATE":
      return fromBefore(
        compute(first, around),
        (value, before, spans) => (value - before) / ((spans * around.periodMs) / 1000),
      );
    case "DIFF":
      return fromBefore(compute(first, around), (value, before) => value - before);
    case "DIFF_TIME":
      return fromBefore(compute(first, around), (_, __, spans) => (spans * around.periodMs) / 1000);
    case "RUNNING_SUM": {
      let sum = 0;
      return each(compute(first, around), (value) => {
        sum += value;
        return sum;
      });
    }
    case "TIME_SERIES": {
      const of = compute(first, around);
      const [line] = drawn(of, "", around.count);
      return of.kind === "number" && line ? { kind: "series", values: line.values } : of;
    }
    case "DATAPOINT_COUNT":
      return summed(compute(first, around), (values) => values.length, true);
    case "FIRST":
    case "LAST": {
      const of = compute(first, around);
      const one = of.kind === "several" ? of.series.at(name === "FIRST" ? 0 : -1) : undefined;
      if (!one) throw new ExpressionError(`${name}() takes several metrics`);
      return { kind: "series", values: one.values };
    }
    case "REMOVE_EMPTY": {
      const of = compute(first, around);
      return of.kind === "several"
        ? {
            kind: "several",
            series: of.series.filter(({ values }) => values.some((value) => value !== undefined)),
          }
        : of;
    }
    case "SORT":
    case "SLICE":
      return part(name, given, around);
    default:
      throw new ExpressionError(`${name}() is not computed here`);
  }
}

function summed(of: Result, summary: (values: readonly number[]) => number, ofNothing = false): Result {
  const over = (values: Values): Number => {
    const there = values.filter((value) => value !== undefined);
    return there.length > 0 || ofNothing ? summary(there) : undefined;
  };
  if (of.kind === "several") {
    const spans = Math.max(0, ...of.series.map(({ values }) => values.length));
    return {
      kind: "series",
      values: Array.from({ length: spans }, (_, index) => over(of.series.map(({ values }) => values[index]))),
    };
  }
  if (of.kind === "series") return { kind: "number", value: over(of.values) ?? Number.NaN };
  if (of.kind === "number") return of;
  throw new ExpressionError(`${JSON.stringify(of.value)} is no metric`);
}

function filled(of: Result, by: Expression | undefined, around: MathContext): Result {
  if (!by) throw new ExpressionError("FILL() needs what to fill with");
  const fill = by.kind === "name" && /^(REPEAT|LINEAR)$/.test(by.name) ? by.name : undefined;
  const value = fill === undefined ? compute(by, around) : undefined;
  if (value !== undefined && value.kind !== "number")
    throw new ExpressionError("FILL() fills with a number, REPEAT or LINEAR");
  const over = (values: Values): Values =>
    values.map((known, index) => {
      if (known !== undefined) return known;
      if (value) return value.value;
      const before = values.findLastIndex((one, at) => at < index && one !== undefined);
      const after = values.findIndex((one, at) => at > index && one !== undefined);
      const from = values[before];
      const to = values[after];
      if (fill === "REPEAT" || from === undefined || to === undefined)
        return fill === "REPEAT" ? from : undefined;
      return from + ((to - from) * (index - before)) / (after - before);
    });
  if (of.kind === "series") return { kind: "series", values: over(of.values) };
  if (of.kind === "several")
    return { kind: "several", series: of.series.map((one) => ({ ...one, values: over(one.values) })) };
  return of;
}

function chosen([condition, then, otherwise]: readonly Expression[], around: MathContext): Result {
  if (!condition || !then) throw new ExpressionError("IF() needs a condition and a value");
  const asked = compute(condition, around);
  const yes = compute(then, around);
  const no = otherwise && compute(otherwise, around);
  const at = (of: Result | undefined, index: number): Number => {
    if (of === undefined) return undefined;
    if (of.kind === "number") return of.value;
    if (of.kind === "series") return of.values[index];
    throw new ExpressionError("IF() takes numbers and single metrics here");
  };
  if (asked.kind === "number") {
    const picked = asked.value !== 0 ? yes : no;
    return picked ?? { kind: "series", values: around.times.map(() => undefined) };
  }
  return {
    kind: "series",
    values: around.times.map((_, index) => {
      const value = at(asked, index);
      return value === undefined ? undefined : at(value !== 0 ? yes : no, index);
    }),
  };
}

function fromBefore(of: Result, join: (value: number, before: number, spans: number) => number): Result {
  const over = (values: Values): Values => {
    let last: number | undefined;
    return values.map((value, index) => {
      if (value === undefined) return undefined;
      const before = last === undefined ? undefined : values[last];
      const result =
        before === undefined || last === undefined ? undefined : join(value, before, index - last);
      last = index;
      return result;
    });
  };
  if (of.kind === "series") return { kind: "series", values: over(of.values) };
  if (of.kind === "several")
    return { kind: "several", series: of.series.map((one) => ({ ...one, values: over(one.values) })) };
  throw new ExpressionError("what changes has to be a metric");
}

function part(name: string, [first, ...rest]: readonly Expression[], around: MathContext): Result {
  const of = first && compute(first, around);
  if (of?.kind !== "several") throw new ExpressionError(`${name}() takes several metrics`);
  if (name === "SLICE") {
    const [from = 0, to] = rest.map((one) => numberOf(one, around));
    return { kind: "several", series: of.series.slice(from, to) };
  }
  const [by = "AVG", order = "ASC"] = rest.map((one) =>
    one.kind === "name" ? one.name.toUpperCase() : undefined,
  );
  const most = rest[2] && numberOf(rest[2], around);
  const summary = SUMMARIES[by];
  if (!summary || !/^(ASC|DESC)$/.test(order))
    throw new ExpressionError("SORT() takes AVG, MIN, MAX or SUM, then ASC or DESC");
  const worth = ({ values }: Named) => summary(values.filter((value) => value !== undefined));
  const sorted = [...of.series].sort((a, b) => (order === "ASC" ? worth(a) - worth(b) : worth(b) - worth(a)));
  return { kind: "several", series: sorted.slice(0, most) };
}

function search([what, stat, period]: readonly Expression[], around: MathContext): Result {
  if (!what || !stat) throw new ExpressionError("SEARCH() needs what to search for and a statistic");
  const seconds = period && numberOf(period, around);
  return { kind: "several", series: around.search(textOf(what, around), textOf(stat, around), seconds) };
}

function textOf(expression: Expression, around: MathContext): string {
  const of = compute(expression, around);
  if (of.kind === "text") return of.value;
  throw new ExpressionError("a text is wanted, in quotes");
}

function numberOf(expression: Expression, around: MathContext): number {
  const of = compute(expression, around);
  if (of.kind === "number") return of.value;
  throw new ExpressionError("a number is wanted");
}
