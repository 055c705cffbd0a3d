import assert from "node:assert/strict";
import { metricsIn } from "../../../console/cloudwatch/emf.ts";
import { Measured } from "../../../console/cloudwatch/measured.ts";
import { MetricStore, percentile } from "../../../console/cloudwatch/metric-store.ts";
import { type MetricStat, valuesOf } from "../../../console/cloudwatch/statistics.ts";
import { invocation, request } from "../happened.ts";
import { MINUTE, measured, NOON } from "./support.ts";

const windows = (minutes: number, count = 1) => ({
  start: NOON - minutes * count * MINUTE,
  periodMs: minutes * MINUTE,
  count,
});

describe("metrics of a run", () => {
  it("have CloudWatch's statistics over any period", () => {
    const store = measured(["Shop Size", {}, [4, 1, undefined, 7, 8, 10]]);
    const of = (stat: string, minutes: number, count: number) =>
      valuesOf(store, { namespace: "Shop", name: "Size", dimensions: {}, stat }, windows(minutes, count));
    assert.deepEqual(of("Sum", 3, 2), [5, 25]);
    assert.deepEqual(of("Average", 3, 2), [2.5, 25 / 3]);
    assert.deepEqual(
      [...of("Minimum", 6, 1), ...of("Maximum", 6, 1), ...of("SampleCount", 6, 1)],
      [1, 10, 5],
    );
    assert.deepEqual(of("Sum", 1, 4), [undefined, 7, 8, 10]);
    assert.throws(() => of("PR(1:2)", 1, 1), /the statistic PR\(1:2\) is not computed here/);
  });

  it("know percentiles to a tenth, of what is negative too", () => {
    const store = new MetricStore(() => NOON);
    const series = store.series({ namespace: "Shop", name: "Size", dimensions: {} });
    for (let value = -50; value <= 50; value++) series?.add(NOON, value);
    const point = series?.points[0];
    assert.ok(point);
    const within = (part: number, value: number) => {
      const found = percentile(point, part) ?? Number.NaN;
      assert.ok(
        Math.abs(found - value) <= Math.abs(value) * 0.1 + 1,
        `p${part * 100} is ${found}, not ${value}`,
      );
    };
    for (const [part, value] of [
      [0.01, -49],
      [0.25, -25],
      [0.5, 0],
      [0.75, 25],
      [0.99, 49],
      [1, 50],
    ] as const)
      within(part, value);
  });

  it("hold three hours, a thousand metrics and so many points, and count what is beyond", () => {
    let now = NOON;
    const store = new MetricStore(() => now);
    const one = store.series({ namespace: "Shop", name: "Size", dimensions: {} });
    for (let minute = 0; minute < 600; minute++) {
      now = NOON + minute * MINUTE;
      one?.add(now, 1);
    }
    assert.ok((one?.points.length ?? 0) <= 182, String(one?.points.length));
    for (let id = 0; id < 2_000; id++)
      store.series({ namespace: "Shop", name: "Size", dimensions: { id: String(id) } })?.add(now, 1);
    assert.equal(store.size.series, 1_000);
    assert.equal(store.leftOut, 1_001);
    for (let minute = 0; minute < 200; minute++) {
      now += MINUTE;
      for (const series of store.all()) series.add(now, 1);
    }
    assert.ok(store.size.points <= 60_000, String(store.size.points));
  });

  it("are those of functions and APIs, by their dimensions and summed up over them", () => {
    const store = new MetricStore();
    const counted = new Measured(store);
    counted.invocation(invocation({ reported: { duration: 12.5, isColdStart: true }, started: 10 }));
    counted.invocation(
      invocation({ functionName: "two", requestId: "b", result: { requestId: "b", status: "error" } }),
    );
    counted.invocation(invocation({ functionName: "two", result: { requestId: "c", status: "throttled" } }));
    counted.request(request({ invocationId: "id", started: 0, milliseconds: 410 }));
    counted.request(request({ status: 404 }));
    counted.request(request({ status: 500, apiId: "r1", protocol: "REST", stage: "live" }));
    for (const [method, status] of [
      ["CONNECT", 200],
      ["MESSAGE", 200],
      ["MESSAGE", 403],
      ["MESSAGE", 502],
    ] as const)
      counted.request(request({ apiId: "w1", protocol: "WEBSOCKET", stage: "live", method, status }));
    counted.undelivered({ time: Date.now(), functionName: "two", to: "destination" });
    const all = { start: Date.now() - MINUTE, periodMs: 10 * MINUTE, count: 1 };
    const of = (namespace: string, name: string, dimensions: Record<string, string>, stat = "Sum") =>
      valuesOf(store, { namespace, name, dimensions, stat } satisfies MetricStat, all)[0];
    assert.equal(of("AWS/Lambda", "Invocations", {}), 2);
    assert.equal(of("AWS/Lambda", "Invocations", { FunctionName: "two" }), 1);
    assert.equal(of("AWS/Lambda", "Errors", { FunctionName: "two", Resource: "two" }), 1);
    assert.equal(of("AWS/Lambda", "Throttles", { FunctionName: "two" }), 1);
    assert.equal(of("AWS/Lambda", "Duration", { FunctionName: "one" }, "Maximum"), 12.5);
    assert.equal(of("AWS/Lambda", "DestinationDeliveryFailures", { FunctionName: "two" }), 1);
    counted.invocation(invocation({ functionName: "three", caller: "stream", iteratorAge: 1500 }));
    assert.equal(of("AWS/Lambda", "IteratorAge", { FunctionName: "three" }, "Maximum"), 1500);
    assert.equal(of("AWS/Lambda", "IteratorAge", { FunctionName: "two" }, "Maximum"), undefined);
    assert.equal(of("AWS/ApiGateway", "Count", { ApiId: "a1" }), 2);
    assert.equal(of("AWS/ApiGateway", "4xx", { ApiId: "a1", Stage: "$default" }), 1);
    assert.equal(of("AWS/ApiGateway", "5xx", { ApiId: "a1" }), 0);
    assert.equal(of("AWS/ApiGateway", "5XXError", { ApiId: "r1", Stage: "live" }), 1);
    assert.equal(of("AWS/ApiGateway", "IntegrationLatency", { ApiId: "a1" }, "Maximum"), 400);
    const ofSockets = ["ConnectCount", "MessageCount", "ClientError", "ExecutionError", "Count"].map((name) =>
      of("AWS/ApiGateway", name, { ApiId: "w1", Stage: "live" }),
    );
    assert.deepEqual(ofSockets, [1, 3, 1, 1, undefined]);
  });

  it("are of the minute in which it began, also where a later one has begun and been read", () => {
    const store = new MetricStore(() => NOON + 5 * MINUTE);
    const counted = new Measured(store);
    const sent = (minute: number, milliseconds: number, status = 200) =>
      counted.request(request({ time: NOON + minute * MINUTE, milliseconds, status, route: "GET /" }));
    const all = { start: NOON, periodMs: MINUTE, count: 3 };
    const of = (name: string, stat: string, dimensions: Record<string, string> = { ApiId: "a1" }) => {
      const namespace = "Route" in dimensions ? "Tandem" : "AWS/ApiGateway";
      return valuesOf(store, { namespace, name, dimensions, stat }, all);
    };
    sent(0, 10);
    sent(0, 20, 404);
    sent(1, 30, 500);
    assert.deepEqual(of("Latency", "Sum"), [30, 30, undefined]);
    sent(0, 5);
    sent(2, 7);
    sent(1, 9);
    assert.deepEqual(of("Count", "Sum"), [3, 2, 1]);
    assert.deepEqual(of("Latency", "Minimum"), [5, 9, 7]);
    assert.deepEqual(of("Latency", "Maximum"), [20, 30, 7]);
    assert.deepEqual(of("4xx", "Average"), [1 / 3, 0, 0]);
    assert.deepEqual(of("5xx", "Maximum"), [0, 1, 0]);
    const route = { ApiId: "a1", Route: "GET /" };
    assert.deepEqual(of("RouteRequests", "Sum", route), [3, 2, 1]);
    assert.deepEqual(of("RouteFailures", "Sum", route), [undefined, 1, undefined]);
  });

  it("tell stages and APIs with the same route apart", () => {
    const store = new MetricStore();
    const counted = new Measured(store);
    for (const [apiId, stage] of [
      ["a1", "live"],
      ["a1", "test"],
      ["a2", "live"],
      ["a1", "live"],
    ])
      counted.request(request({ apiId: apiId as string, stage, route: "GET /" }));
    const all = { start: Date.now() - MINUTE, periodMs: 10 * MINUTE, count: 1 };
    const of = (dimensions: Record<string, string>) =>
      valuesOf(store, { namespace: "AWS/ApiGateway", name: "Count", dimensions, stat: "Sum" }, all)[0];
    assert.equal(of({ ApiId: "a1", Stage: "live" }), 2);
    assert.equal(of({ ApiId: "a1", Stage: "test" }), 1);
    assert.equal(of({ ApiId: "a2", Stage: "live" }), 1);
  });

  it("have the latency of a function behind an API, of as many as may be open, and of none that was given up", () => {
    const store = new MetricStore();
    const counted = new Measured(store);
    for (let open = 0; open < 100; open++)
      counted.invocation(invocation({ requestId: `i${open}`, started: 5 }));
    for (let open = 0; open < 100; open++)
      counted.request(request({ invocationId: `i${open}`, started: 0, milliseconds: 8 }));
    const all = { start: Date.now() - MINUTE, periodMs: 10 * MINUTE, count: 1 };
    const of = (name: string, stat: string) =>
      valuesOf(store, { namespace: "AWS/ApiGateway", name, dimensions: { ApiId: "a1" }, stat }, all)[0];
    assert.equal(of("IntegrationLatency", "SampleCount"), 64);
    assert.equal(of("IntegrationLatency", "Maximum"), 3);
    assert.equal(of("Count", "Sum"), 100);
  });

  it("are those of queues and tables, exact however many calls there are", () => {
    const store = new MetricStore();
    const counted = new Measured(store);
    const call = { time: Date.now(), isError: false, milliseconds: { sum: 6, least: 1, most: 3 } };
    const queue = "arn:aws:sqs:eu-west-1:1:jobs";
    const table = "arn:aws:dynamodb:eu-west-1:1:table/items/index/by";
    counted.calls([
      { ...call, operation: "SendMessageBatch", resource: queue, count: 3, items: 30 },
      { ...call, operation: "ReceiveMessage", resource: queue, count: 3, items: 1 },
      { ...call, operation: "Query", resource: table, count: 3, items: 12 },
      { ...call, operation: "Query", resource: table, count: 3, items: 99, isError: true },
    ]);
    counted.queue("jobs", { waiting: 4, inFlight: 1, delayed: 0, oldest: 17 });
    const all = { start: Date.now() - MINUTE, periodMs: 10 * MINUTE, count: 1 };
    const ofQueue = (name: string, stat = "Sum") =>
      valuesOf(store, { namespace: "AWS/SQS", name, dimensions: { QueueName: "jobs" }, stat }, all)[0];
    assert.equal(ofQueue("NumberOfMessagesSent"), 30);
    assert.equal(ofQueue("NumberOfEmptyReceives"), 2);
    assert.equal(ofQueue("ApproximateNumberOfMessagesVisible", "Maximum"), 4);
    assert.equal(ofQueue("ApproximateAgeOfOldestMessage", "Maximum"), 17);
    const dimensions = { TableName: "items", Operation: "Query" };
    const ofTable = (name: string, stat: string) =>
      valuesOf(store, { namespace: "AWS/DynamoDB", name, dimensions, stat }, all)[0];
    assert.equal(ofTable("SuccessfulRequestLatency", "Average"), 2);
    assert.equal(ofTable("SuccessfulRequestLatency", "SampleCount"), 3);
    assert.equal(ofTable("ReturnedItemCount", "Sum"), 12);
  });
});

describe("embedded metric format", () => {
  const line = JSON.stringify({
    _aws: {
      Timestamp: NOON,
      CloudWatchMetrics: [
        {
          Namespace: "Shop",
          Dimensions: [["service"], ["service", "kind"], ["absent"]],
          Metrics: [{ Name: "Orders", Unit: "Count" }, { Name: "Sizes" }, { Name: "Absent" }],
        },
      ],
    },
    service: "shop",
    kind: "item",
    Orders: 3,
    Sizes: [1, 2, "x"],
  });

  it("is read with all its sets of dimensions, as JSON and after Lambda's own columns", () => {
    for (const written of [line, `2026-11-26T12:00:00.000Z\tid\tINFO\t${line}`]) {
      const found = metricsIn(written, NOON).map(({ name, dimensions, values }) => [
        name,
        Object.keys(dimensions).join(),
        values,
      ]);
      assert.deepEqual(found, [
        ["Orders", "service", [3]],
        ["Orders", "service,kind", [3]],
        ["Sizes", "service", [1, 2]],
        ["Sizes", "service,kind", [1, 2]],
      ]);
    }
  });

  it("is counted from a function's log, and nothing else is", () => {
    const store = new MetricStore(() => NOON);
    new Measured(store).invocation(
      invocation({
        lines: ["plain", '{"CloudWatchMetrics": 1}', '{"_aws": {"CloudWatchMetrics": [1, {}]}}', line],
      }),
    );
    const metric = { namespace: "Shop", name: "Orders", dimensions: { service: "shop" } };
    assert.deepEqual([...store.all()].filter((one) => one.metric.namespace === "Shop").length, 4);
    assert.equal(store.series(metric)?.points[0]?.sum, 3);
  });
});
