import assert from "node:assert/strict";
import { type MetricWidget, readBody, type Widget } from "../../../console/cloudwatch/dashboard-body.ts";
import { graphOf, windowsUntil } from "../../../console/cloudwatch/graph.ts";
import { asMeasured } from "../../../console/cloudwatch/named.ts";
import { MINUTE, measured, NOON, recording } from "./support.ts";

const metricWidget = (properties: object): MetricWidget => {
  const [widget] = readBody({ widgets: [{ type: "metric", properties }] }).widgets;
  assert.equal(widget?.type, "metric");
  return widget as MetricWidget;
};
const store = measured(
  ["AWS/Lambda Errors", { FunctionName: "one" }, [1, 2]],
  ["AWS/Lambda Errors", { FunctionName: "two" }, [3, 4]],
);
const graph = (properties: object) => graphOf(metricWidget(properties), store, windowsUntil(NOON - 1, 2, 60));

describe("a dashboard's body", () => {
  it("is read with the short forms of its rows", () => {
    const { queries } = metricWidget({
      metrics: [
        ["AWS/Lambda", "Errors", "FunctionName", "one", { stat: "Sum" }],
        [".", "Duration", ".", "."],
        ["...", "two"],
        ["...", { stat: "p99" }],
      ],
    });
    const read = queries.map(({ of }) => ("metric" in of ? of.metric : of));
    const duration = { namespace: "AWS/Lambda", name: "Duration", stat: "Average" };
    assert.deepEqual(read, [
      { namespace: "AWS/Lambda", name: "Errors", dimensions: { FunctionName: "one" }, stat: "Sum" },
      { ...duration, dimensions: { FunctionName: "one" } },
      { ...duration, dimensions: { FunctionName: "two" } },
      { ...duration, dimensions: { FunctionName: "two" }, stat: "p99" },
    ]);
  });

  it("is drawn over the spans that are asked for, with a label that tells lines apart", () => {
    const { lines, times, thresholds } = graph({
      stat: "Sum",
      metrics: [
        ["AWS/Lambda", "Errors", "FunctionName", "one"],
        ["...", "two", { label: `second: \${LAST} of \${PROP('Dim.FunctionName')}` }],
        [{ expression: "SUM(METRICS())", label: "both", id: "both", yAxis: "right" }],
      ],
      annotations: { horizontal: [{ value: 7, label: "limit" }, [{ value: 1 }, { value: 2 }]] },
    });
    assert.deepEqual(times, [(NOON - 2 * MINUTE) / 1000, (NOON - MINUTE) / 1000]);
    assert.deepEqual(lines, [
      { axis: "left", label: "one", values: [1, 2] },
      { axis: "left", label: "second: 4 of two", values: [3, 4] },
      { axis: "right", label: "both", values: [4, 6] },
    ]);
    assert.deepEqual(
      thresholds.map(({ value }) => value),
      [7, 1, 2],
    );
  });

  it("names all of it that cannot be drawn", () => {
    const { notes, lines } = graph({
      view: "pie",
      metrics: [
        ["AWS/EC2", "CPUUtilization"],
        ["AWS/Lambda", "Errors", { stat: "wm(10%:90%)" }],
        ["AWS/Lambda"],
        [{ expression: "ANOMALY_DETECTION_BAND(row0)", id: "band" }],
      ],
      annotations: { vertical: [{ value: "2026-01-01" }] },
    });
    assert.deepEqual(lines, []);
    assert.deepEqual(notes, [
      'a row that names no metric is left out: ["AWS/Lambda"]',
      "vertical annotations are not drawn",
      "AWS/EC2 CPUUtilization is not measured here",
      "the statistic wm(10%:90%) is not computed here",
      "ANOMALY_DETECTION_BAND() is not computed here",
      "the view pie is shown as numbers",
    ]);
    const others = readBody({
      widgets: ["log", "explorer", "custom", "trace", "new"].map((type) => ({ type })),
    }).widgets;
    const why = (widget: Widget) => (widget.type === "other" ? widget.why : "");
    assert.equal(new Set(others.map(why)).size, 5);
    assert.ok(!others.map(why).includes(""));
  });

  it("knows alarms by their ARN, and REST APIs by their name", () => {
    const arn = "arn:aws:cloudwatch:eu-west-1:1:alarm:fails";
    const [widget] = readBody({ widgets: [{ type: "alarm", properties: { alarms: [arn] } }] }).widgets;
    assert.deepEqual(widget?.type === "alarm" && widget.names, ["fails"]);
    const program = recording(["aws:apigateway/restApi:RestApi", "rest", { name: "shop", id: "r1" }]);
    const metric = {
      namespace: "AWS/ApiGateway",
      name: "Count",
      dimensions: { ApiName: "shop", Stage: "live" },
    };
    assert.deepEqual(asMeasured(metric, program).dimensions, { Stage: "live", ApiId: "r1" });
  });

  it("of a kind that nobody wrote is empty, and breaks nothing", () => {
    assert.deepEqual(readBody({}).widgets, []);
    assert.deepEqual(
      readBody({ widgets: [1, null, { type: "metric", properties: { metrics: [1, [], [2]] } }] }).widgets
        .length,
      1,
    );
  });
});
