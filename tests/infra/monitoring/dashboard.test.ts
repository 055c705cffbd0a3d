import assert from "node:assert/strict";
import type { MetricWidget, TextWidget } from "../../../infra/monitoring/widgets.ts";
import type { Declared } from "../../../packages/components/tests/support/declare.ts";
import { watched } from "./support.ts";

const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";

type Widget = MetricWidget | (Omit<TextWidget, "properties"> & { properties: { markdown: string } });
type Row = [string, string, ...string[]];

function widgetsOf(declared: Declared): Widget[] {
  return JSON.parse(String(declared.inputs(DASHBOARD).dashboardBody)).widgets;
}

function chart(declared: Declared, title: string): MetricWidget["properties"] {
  const found = widgetsOf(declared).filter(
    (widget) => widget.type === "metric" && widget.properties.title === title,
  );
  assert.equal(found.length, 1, `one chart is called ${title}`);
  return found[0]?.properties as MetricWidget["properties"];
}

/** `AWS/Lambda Errors` of each line of a chart; expressions are left out. */
function metricsIn({ metrics }: MetricWidget["properties"]): string[] {
  return metrics.filter((row) => row.length > 1).map((row) => (row as Row).slice(0, 2).join(" "));
}

describe("Dashboard", () => {
  it("is not there unless it is asked for", async () => {
    const declared = await watched();
    assert.equal(declared.all(DASHBOARD).length, 0);
    assert.equal(declared.recording.outputs.dashboardUrl, null);
  });

  it("is one, named by service and stage, and says where it is", async () => {
    const declared = await watched({ dashboard: true });
    assert.equal(declared.inputs(DASHBOARD).dashboardName, "tandem-dev-monitoring");
    assert.equal(
      declared.recording.outputs.dashboardUrl,
      "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/tandem-dev-monitoring",
    );
  });

  const ofFunctions = [
    ["Invocations", "Invocations", "Sum"],
    ["Errors", "Errors", "Sum"],
    ["Duration, average", "Duration", "Average"],
    ["Duration, minimum", "Duration", "Minimum"],
    ["Duration, maximum", "Duration", "Maximum"],
    ["Duration, p99", "Duration", "p99"],
    ["Throttles", "Throttles", "Sum"],
    ["Concurrent executions", "ConcurrentExecutions", "Maximum"],
    ["Iterator age of streams", "IteratorAge", "Maximum"],
    ["Asynchronous calls: failures not delivered", "DestinationDeliveryFailures", "Sum"],
    ["Asynchronous calls: dead letters not delivered", "DeadLetterErrors", "Sum"],
  ] as const;

  for (const [title, name, statistic] of ofFunctions) {
    it(`shows ${name} (${statistic}) with a line for each function`, async () => {
      const { metrics, stat, region } = chart(await watched({ dashboard: true }), title);
      assert.deepEqual(metrics, [
        ["AWS/Lambda", name, "FunctionName", "tandem-dev-answer", { label: "answer" }],
        ["AWS/Lambda", name, "FunctionName", "tandem-dev-batch", { label: "batch" }],
      ]);
      assert.equal(stat, statistic);
      assert.equal(region, "eu-central-1");
    });
  }

  it("shows the success rate as an expression over errors and invocations, which it hides", async () => {
    const { metrics } = chart(await watched({ dashboard: true }), "Success rate");
    assert.deepEqual(metrics.slice(3), [
      [
        "AWS/Lambda",
        "Invocations",
        "FunctionName",
        "tandem-dev-batch",
        { label: "batch", id: "invocations1", visible: false },
      ],
      [
        "AWS/Lambda",
        "Errors",
        "FunctionName",
        "tandem-dev-batch",
        { label: "batch", id: "errors1", visible: false },
      ],
      [{ expression: "100 - 100 * errors1 / MAX([errors1, invocations1])", label: "batch", id: "rate1" }],
    ]);
  });

  it("shows of the API its requests, its errors by kind and its latency", async () => {
    const declared = await watched({ dashboard: true });
    assert.deepEqual(metricsIn(chart(declared, "Requests")), ["AWS/ApiGateway Count"]);
    assert.deepEqual(metricsIn(chart(declared, "Answers 4xx and 5xx")), [
      "AWS/ApiGateway 4xx",
      "AWS/ApiGateway 5xx",
    ]);
    const latency = widgetsOf(declared)
      .filter((widget) => widget.type === "metric")
      .filter(({ properties }) => properties.title === "Latency")
      .map(({ properties }) => metricsIn(properties));
    assert.deepEqual(latency[0], [
      "AWS/ApiGateway Latency",
      "AWS/ApiGateway Latency",
      "AWS/ApiGateway IntegrationLatency",
    ]);
  });

  it("shows of the bucket its objects and its size, day by day", async () => {
    const declared = await watched({ dashboard: true });
    for (const [title, name] of [
      ["Objects", "NumberOfObjects"],
      ["Size", "BucketSizeBytes"],
    ] as const) {
      const properties = chart(declared, title);
      assert.deepEqual(metricsIn(properties), [`AWS/S3 ${name}`]);
      assert.equal(properties.period, 86_400);
    }
  });

  it("shows of the queue what waits, how old it is, what went through, and the dead letters", async () => {
    const declared = await watched({ dashboard: true });
    const dimension = ([, , , queue]: unknown[]) => queue;
    assert.deepEqual(chart(declared, "Messages").metrics.map(dimension), [
      "tandem-dev-changes",
      "tandem-dev-changes",
      "tandem-dev-changes-dead-letters",
    ]);
    assert.deepEqual(metricsIn(chart(declared, "Throughput")), [
      "AWS/SQS NumberOfMessagesSent",
      "AWS/SQS NumberOfMessagesDeleted",
    ]);
    assert.deepEqual(metricsIn(chart(declared, "Age of the oldest message")), [
      "AWS/SQS ApproximateAgeOfOldestMessage",
    ]);
  });

  it("shows of the table its capacity and what was throttled", async () => {
    const declared = await watched({ dashboard: true });
    assert.deepEqual(metricsIn(chart(declared, "Capacity used")), [
      "AWS/DynamoDB ConsumedReadCapacityUnits",
      "AWS/DynamoDB ConsumedWriteCapacityUnits",
    ]);
    assert.deepEqual(metricsIn(chart(declared, "Throttled")), [
      "AWS/DynamoDB ReadThrottleEvents",
      "AWS/DynamoDB WriteThrottleEvents",
    ]);
  });

  it("leads to Atlas, whose metrics CloudWatch does not have", async () => {
    const texts = widgetsOf(await watched({ dashboard: true })).filter((widget) => widget.type === "text");
    const [atlas] = texts
      .map(({ properties }) => properties.markdown)
      .filter((text) => text.includes("Atlas"));
    assert.match(
      String(atlas),
      /\(https:\/\/cloud\.mongodb\.com\/v2\/[0-9a-f]{24}#\/metrics\/replicaSet\/tandem-dev-customers\)/,
    );
  });

  it("lays its widgets out on a grid of 24 without one over the other", async () => {
    const widgets = widgetsOf(await watched({ dashboard: true }));
    const taken = new Set<string>();
    for (const { x, y, width, height } of widgets) {
      assert.ok(x >= 0 && x + width <= 24, `x ${x}, width ${width}`);
      for (let column = x; column < x + width; column++) {
        for (let row = y; row < y + height; row++) {
          assert.ok(!taken.has(`${column} ${row}`), `two widgets at ${column}, ${row}`);
          taken.add(`${column} ${row}`);
        }
      }
    }
  });
});
