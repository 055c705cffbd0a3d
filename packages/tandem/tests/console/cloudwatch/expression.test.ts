import assert from "node:assert/strict";
import { drawn } from "../../../console/cloudwatch/math.ts";
import { Computed, type Query } from "../../../console/cloudwatch/query.ts";
import { MINUTE, measured, NOON } from "./support.ts";

const store = measured(
  ["Shop Errors", { Function: "one" }, [1, undefined, 3, 0]],
  ["Shop Calls", { Function: "one" }, [10, 20, 30, 0]],
  ["Shop Calls", { Function: "two" }, [5, 5, undefined, 5]],
);
const stat = (name: string, of: string, statistic = "Sum") => ({
  metric: { namespace: "Shop", name, dimensions: { Function: of }, stat: statistic },
});
const metrics: Query[] = [
  { id: "errors", label: "Errors", of: stat("Errors", "one") },
  { id: "calls", label: "Calls one", of: stat("Calls", "one") },
  { id: "others", label: "Calls two", of: stat("Calls", "two") },
];

const linesOf = (expression: string) => {
  const query: Query = { id: "it", label: "it", of: { expression } };
  const windows = { start: NOON - 4 * MINUTE, periodMs: MINUTE, count: 4 };
  return new Computed(store, windows, [...metrics, query]).lines(query);
};
const valuesOf = (expression: string) => linesOf(expression)[0]?.values;
const none = undefined;

describe("metric math", () => {
  const results: [expression: string, values: (number | undefined)[]][] = [
    ["errors", [1, none, 3, 0]],
    ["1 + 2 * 3 ^ 2 - -4", [23, 23, 23, 23]],
    ["(1 + 2) * 3", [9, 9, 9, 9]],
    ["errors / calls", [0.1, none, 0.1, none]],
    ["100 * errors / MAX([errors, calls])", [10, none, 10, none]],
    ["SUM([calls, others])", [15, 25, 30, 5]],
    ["SUM(METRICS('Calls'))", [15, 25, 30, 5]],
    ["AVG([calls, others])", [7.5, 12.5, 30, 2.5]],
    ["SUM(calls) - MIN(calls) + MAX(calls)", [90, 90, 90, 90]],
    ["FILL(errors, 7)", [1, 7, 3, 0]],
    ["FILL(errors, REPEAT)", [1, 1, 3, 0]],
    ["FILL(errors, LINEAR)", [1, 2, 3, 0]],
    ["IF(calls > 15, calls, 0)", [0, 20, 30, 0]],
    ["IF(calls >= 30 OR calls == 10, 1, 0)", [1, 0, 1, 0]],
    ["IF(calls > 5 AND others < 6, 1)", [1, 1, none, none]],
    ["!errors", [0, none, 0, 1]],
    ["DIFF(calls)", [none, 10, 10, -30]],
    ["RATE(calls) * PERIOD(calls)", [none, 10, 10, -30]],
    ["DIFF_TIME(errors)", [none, none, 120, 60]],
    ["RUNNING_SUM(errors)", [1, none, 4, 4]],
    ["CEIL(errors / 2) + FLOOR(errors / 2) + ABS(0 - 1)", [2, none, 4, 1]],
    ["DATAPOINT_COUNT(errors)", [3, 3, 3, 3]],
    ["TIME_SERIES(5)", [5, 5, 5, 5]],
    ["FIRST(SORT([calls, others], SUM, ASC, 1))", [5, 5, none, 5]],
    ["MINUTE(calls)", [56, 57, 58, 59]],
    ["LOG10(calls * 10)", [2, Math.log10(200), Math.log10(300), Number.NEGATIVE_INFINITY]],
  ];
  for (const [expression, values] of results)
    it(`computes ${expression}`, () => assert.deepEqual(valuesOf(expression), values));

  it("draws a line for each of several", () => {
    assert.deepEqual(
      linesOf("SLICE([calls, others], 1)").map(({ label, values }) => [label, ...values]),
      [["others", 5, 5, none, 5]],
    );
    assert.equal(linesOf("METRICS()").length, 3);
    assert.equal(linesOf("REMOVE_EMPTY([calls, calls / 0])").length, 1);
  });

  it("searches what was measured", () => {
    const found = (search: string) => linesOf(`SEARCH('${search}', 'Sum', 60)`).map(({ label }) => label);
    assert.deepEqual(found('{Shop,Function} MetricName="Calls"'), ["one Calls", "two Calls"]);
    assert.deepEqual(found("{Shop,Function} Calls NOT two"), ["one Calls"]);
    assert.deepEqual(found('{Shop,Function} Function=("one" OR "two") Errors'), ["one Errors"]);
    assert.deepEqual(found("Namespace=Shop (two OR errors)"), ["one Errors", "two Calls"]);
    assert.deepEqual(found("{Shop,Other} Calls"), []);
  });

  it("refuses by name what it does not know", () => {
    const refused: [expression: string, expected: RegExp][] = [
      ["ANOMALY_DETECTION_BAND(calls)", /ANOMALY_DETECTION_BAND\(\) is not computed here/],
      ["unknown + 1", /no metric with the id "unknown"/],
      ["it + 1", /"it" needs itself/],
      ["calls +", /is not understood at its end/],
      ["calls % 2", /is not understood at "% 2"/],
      ["SEARCH('(', 'Sum')", /is not closed/],
      ["calls + 'text'", /a text is no number/],
    ];
    for (const [expression, expected] of refused)
      assert.throws(() => linesOf(expression), expected, expression);
    assert.throws(() => drawn({ kind: "text", value: "a" }, "", 1), /no value to draw/);
  });
});
