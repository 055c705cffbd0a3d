import assert from "node:assert/strict";
import type { Value } from "../../../program/recording.ts";
import { compare } from "../../../review/diff/compare.ts";
import { dashboardLines } from "../../../review/report/dashboard-lines.ts";
import { plainLine } from "../../../review/report/line.ts";
import { recording, resource } from "../support/recordings.ts";

const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";

/** A dashboard with two graphs of all functions, one of failures in percent, and a heading below them. */
function dashboard(functions: string[]) {
  const graph = (metric: string, y: number): Value => ({
    type: "metric",
    ...{ x: 0, y, width: 12, height: 6 },
    properties: {
      title: metric,
      metrics: functions.map((name) => [
        "AWS/Lambda",
        metric,
        "FunctionName",
        `shop-${name}`,
        { label: name },
      ]),
    },
  });
  const failures: Value = {
    type: "metric",
    ...{ x: 0, y: 12, width: 12, height: 6 },
    properties: {
      title: "Failures",
      metrics: functions.flatMap((name, index) => [
        [{ expression: `100 * e${index} / i${index}`, label: name, id: `p${index}` }],
        ["AWS/Lambda", "Errors", "FunctionName", `shop-${name}`, { id: `e${index}`, visible: false }],
        ["AWS/Lambda", "Invocations", "FunctionName", `shop-${name}`, { id: `i${index}`, visible: false }],
      ]),
    },
  };
  const heading: Value = {
    type: "text",
    ...{ x: 0, y: functions.length, width: 24, height: 1 },
    properties: { markdown: "# Tables" },
  };
  const widgets = [graph("Errors", 0), graph("Duration", 6), failures, heading];
  return recording([resource(DASHBOARD, "all", { dashboardBody: JSON.stringify({ widgets }) })]);
}

function lines(before: string[], after: string[]): string[] {
  const { resources } = compare({ recording: dashboard(before) }, { recording: dashboard(after) });
  return (dashboardLines(resources[0]?.properties ?? []) ?? ["other"]).map((line) =>
    typeof line === "string" ? line : plainLine(line),
  );
}

describe("dashboardLines", () => {
  it("tell which graphs lose or win a function, not which rows are numbered anew", () => {
    assert.deepEqual(lines(["a", "b", "c"], ["b", "c"]), ["3 graphs lose a", "1 moves"]);
    assert.deepEqual(lines(["b", "c"], ["b", "c", "a"]), ["3 graphs win a", "1 moves"]);
  });

  it("leave a dashboard alone that changes besides its widgets", () => {
    const named = recording([resource(DASHBOARD, "all", { dashboardName: "one" })]);
    const { resources } = compare(
      { recording: named },
      { recording: recording([resource(DASHBOARD, "all", { dashboardName: "two" })]) },
    );
    assert.equal(dashboardLines(resources[0]?.properties ?? []), undefined);
  });
});
