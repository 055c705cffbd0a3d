import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import type { Recording } from "../../../program/recording.ts";
import { type AlwaysOn, compareWithServers } from "../../../review/cost/always-on.ts";
import { type Assumed, assumed } from "../../../review/cost/assumptions.ts";
import { type Bill, listTotal } from "../../../review/cost/bill.ts";
import { compareBills } from "../../../review/cost/change.ts";
import { estimate, estimateWherePriced } from "../../../review/cost/estimate.ts";
import { freeTier, noFreeTier } from "../../../review/cost/prices/prices.ts";
import { renderEstimate } from "../../../review/cost/render.ts";
import { recording, resource } from "../support/recordings.ts";
import { recordShop } from "./shop.ts";

/** Cost of each line to the cent; what is less is left out. */
function cents({ lines }: Bill): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap(({ service, item, cost }) =>
      cost < 0.005 ? [] : [[`${service}, ${item}`, cost.toFixed(2)]],
    ),
  );
}

/** The line of one item, wherever it is. */
function line(bill: Bill, item: string): { quantity: number; cost: string } {
  const found = bill.lines.filter((one) => one.item === item);
  assert.equal(found.length, 1, `${item} among ${bill.lines.map((one) => one.item).join(", ")}`);
  return { quantity: found[0]?.quantity ?? 0, cost: (found[0]?.cost ?? 0).toFixed(2) };
}

function billOf(recorded: Recording, given: Partial<Assumed> = {}): Bill {
  return estimate(recorded, assumed(given), freeTier);
}

describe("estimate", () => {
  let shop: Recording;

  before(async () => {
    shop = await recordShop();
  });

  // Worked out by hand from the price list of eu-central-1 of 2026-11-23, half of the requests on each function.

  it("agrees with a hand-computed bill at 100,000 requests, nearly all of it free", () => {
    // API 0.1 × $1.20; writes 0.05 × $0.7625; reads 0.05 × $0.1525; 1 GB of recovery × $0.2448.
    const bill = billOf(shop, { requests: 100_000 });
    assert.deepEqual(cents(bill), {
      "Amazon API Gateway, requests of HTTP APIs": "0.12",
      "Amazon DynamoDB, writes on demand": "0.04",
      "Amazon DynamoDB, reads on demand": "0.01",
      "Amazon DynamoDB, point-in-time recovery": "0.24",
    });
    assert.equal(bill.total.toFixed(2), "0.41");
  });

  it("agrees with a hand-computed bill at 5 million requests", () => {
    // Calls (5 − 1) × $0.20; 187,500 GB-s are free; logs 5,000,000 × 2 KB = 9.5367 GB, 5 GB free, × $0.63;
    // kept 9.5367 × 30/30.4167 × 0.15 × $0.0324; traces 2,628,000 + 5 % of 2,372,000 − 100,000 free, × $5.
    const bill = billOf(shop, { requests: 5_000_000 });
    assert.deepEqual(cents(bill), {
      "AWS Lambda, calls": "0.80",
      "Amazon API Gateway, requests of HTTP APIs": "6.00",
      "Amazon DynamoDB, writes on demand": "1.91",
      "Amazon DynamoDB, reads on demand": "0.38",
      "Amazon DynamoDB, point-in-time recovery": "0.24",
      "Amazon CloudWatch, logs written": "2.86",
      "Amazon CloudWatch, logs kept": "0.05",
      "AWS X-Ray, traces": "13.23",
    });
    assert.equal(bill.total.toFixed(2), "25.47");
  });

  it("agrees with a hand-computed bill at 100 million requests", () => {
    // Duration 50 M × 0.05 s × (0.5 + 1) GB = 3,750,000 GB-s, 400,000 free, × $0.0000133334;
    // responses 190.73 GB, 100 free, × $0.09.
    const bill = billOf(shop, { requests: 100_000_000 });
    assert.deepEqual(cents(bill), {
      "AWS Lambda, calls": "19.80",
      "AWS Lambda, duration arm64": "44.67",
      "Amazon API Gateway, requests of HTTP APIs": "120.00",
      "Data transfer, responses to the internet": "8.17",
      "Amazon DynamoDB, writes on demand": "38.13",
      "Amazon DynamoDB, reads on demand": "7.63",
      "Amazon DynamoDB, point-in-time recovery": "0.24",
      "Amazon CloudWatch, logs written": "117.01",
      "Amazon CloudWatch, logs kept": "0.91",
      "AWS X-Ray, traces": "36.98",
    });
    assert.equal(bill.total.toFixed(2), "393.54");
  });

  it("shows what the free tier takes off, and the list price without it", () => {
    const bill = billOf(shop, { requests: 5_000_000 });
    const without = estimate(shop, assumed({ requests: 5_000_000 }), noFreeTier);
    assert.equal(without.freeTier, 0);
    assert.equal((without.total - bill.total).toFixed(6), bill.freeTier.toFixed(6));
    assert.equal(line(without, "duration arm64").cost, (187_500 * 0.0000133334).toFixed(2));
  });

  it("takes the duration of single functions and the size of items into account", () => {
    const bill = billOf(shop, { requests: 2_000_000, durations: { write: 1_000 }, "item-size": 5 });
    assert.equal(line(bill, "duration arm64").quantity, 1_000_000 * 0.05 * 0.5 + 1_000_000 * 1 * 1);
    assert.equal(line(bill, "writes on demand").quantity, 5);
    assert.equal(line(bill, "reads on demand").quantity, 2);
  });

  it("bills messages of WebSocket APIs where the list has them, and says that nobody knows how long they last", () => {
    const api = resource("aws:apigatewayv2/api:Api", "chat", { protocolType: "WEBSOCKET" }, { id: "c1" });
    const route = resource("aws:apigatewayv2/route:Route", "say", { apiId: "c1", routeKey: "say" });
    const program = (region: string) => recording([api, route], { config: { "aws:region": region } });
    const virginia = billOf(program("us-east-1"), { requests: 3_000_000 });
    assert.deepEqual(line(virginia, "messages of WebSocket APIs"), { quantity: 3, cost: "3.00" });
    assert.ok(!virginia.lines.some(({ item }) => item === "requests of HTTP APIs"));
    const reasons = ({ unpriced }: Bill) =>
      unpriced.map(({ names, reason, missing }) => [names, reason, missing]);
    const open = [["chat"], "nobody knows how long its connections stay open", "use"];
    assert.deepEqual(reasons(virginia), [open]);
    const frankfurt = billOf(program("eu-central-1"));
    assert.deepEqual(reasons(frankfurt), [
      [["chat"], "the price list has no messages of WebSocket APIs", "price"],
      open,
    ]);
  });

  it("bills workers kept warm, and gives their functions no free tier", async () => {
    const warm = await recordShop(() => {
      new aws.lambda.ProvisionedConcurrencyConfig("warm", {
        functionName: "shop-read",
        qualifier: "live",
        provisionedConcurrentExecutions: 2,
      });
    });
    const bill = billOf(warm, { requests: 2_000_000 });
    // 2 × 0.5 GB × 2,628,000 s × $0.0000033334; 1 M × 0.05 s × 0.5 GB × $0.0000077778.
    assert.equal(line(bill, "workers kept warm arm64").cost, "8.76");
    assert.equal(line(bill, "duration on warm workers arm64").cost, "0.19");
    assert.equal(line(bill, "duration arm64").quantity, 1_000_000 * 0.05 * 1);
  });

  it("bills provisioned tables by the hour, beyond the free 25 units", () => {
    const table = resource("aws:dynamodb/table:Table", "t", {
      billingMode: "PROVISIONED",
      readCapacity: 125,
      writeCapacity: 45,
    });
    const bill = billOf(recording([table]));
    // 100 × 730 h × $0.0001586; 20 × 730 h × $0.000793.
    assert.deepEqual(
      [line(bill, "read capacity").cost, line(bill, "write capacity").cost],
      ["11.58", "11.58"],
    );
  });

  it("bills endpoints by zone, keys, alarms by metric, dashboards beyond three", () => {
    const alarm = (name: string, metrics: number) =>
      resource("aws:cloudwatch/metricAlarm:MetricAlarm", name, {
        metricQueries: Array.from({ length: metrics }, (_, index) => ({
          id: `m${index}`,
          metric: { metricName: "Errors" },
        })),
      });
    const many = (type: string, count: number) =>
      Array.from({ length: count }, (_, index) => resource(type, `${type}-${index}`));
    const bill = billOf(
      recording([
        resource("aws:ec2/vpcEndpoint:VpcEndpoint", "e", {
          vpcEndpointType: "Interface",
          subnetIds: ["a", "b", "c"],
        }),
        resource("aws:ec2/vpcEndpoint:VpcEndpoint", "g", { vpcEndpointType: "Gateway" }),
        ...many("aws:kms/key:Key", 2),
        ...many("aws:cloudwatch/dashboard:Dashboard", 5),
        alarm("plain", 0),
        alarm("ratio", 19),
      ]),
    );
    // 3 zones × 730 h × $0.012; 2 keys × $1; 2 dashboards × $3; (1 + 19 − 10 free) × $0.10.
    assert.deepEqual(
      ["interface endpoints", "keys", "dashboards", "alarms"].map((item) => line(bill, item).cost),
      ["26.28", "2.00", "6.00", "1.00"],
    );
  });

  it("bills Atlas by tier and nodes, its backups by size, and M0 with nothing", () => {
    const cluster = (inputs: object, electableSpecs: object, providerName = "AWS") =>
      resource("mongodbatlas:index/advancedCluster:AdvancedCluster", "db", {
        ...inputs,
        replicationSpecs: [{ regionConfigs: [{ providerName, electableSpecs: { ...electableSpecs } }] }],
      });
    const dedicated = billOf(
      recording([cluster({ backupEnabled: true, pitEnabled: true }, { instanceSize: "M30", nodeCount: 3 })]),
      { "database-size": 20 },
    );
    // 730 h × $0.60; (20 + 2 − 5) GB × $1, snapshots and oplog together.
    assert.deepEqual(
      ["db, M30", "continuous backup from 5 GB on"].map((item) => line(dedicated, item).cost),
      ["438.00", "17.00"],
    );
    assert.ok(!dedicated.lines.some(({ item }) => item === "snapshots"));
    const snapshots = billOf(recording([cluster({ backupEnabled: true }, { instanceSize: "M30" })]));
    // 10 GB × $0.15.
    assert.equal(line(snapshots, "snapshots").cost, "1.50");
    assert.equal(
      line(billOf(recording([cluster({}, { instanceSize: "M10", nodeCount: 5 })])), "db, M10").cost,
      "109.50",
    );
    assert.equal(line(billOf(recording([cluster({}, {}, "FLEX")])), "db, Flex").cost, "8.00");
    assert.equal(billOf(recording([cluster({}, { instanceSize: "M0" }, "TENANT")])).total, 0);
  });

  it("lists what it has no price for, and never takes it for nothing", () => {
    const bill = billOf(
      recording([
        resource("aws:rds/cluster:Cluster", "main"),
        resource("aws:rds/cluster:Cluster", "copy"),
        resource("aws:iam/role:Role", "free"),
        resource("aws:lambda/function:Function", "orphan"),
        resource("mongodbatlas:index/advancedCluster:AdvancedCluster", "db", {
          replicationSpecs: [
            { regionConfigs: [{ providerName: "AWS", electableSpecs: { instanceSize: "M700" } }] },
          ],
        }),
        resource("aws:ec2/vpcEndpoint:VpcEndpoint", "e", {
          vpcEndpointType: "Interface",
          subnetIds: { $: "unknown" },
        }),
      ]),
    );
    assert.deepEqual(
      bill.unpriced.map(({ type, names, missing }) => [type, names, missing]),
      [
        ["aws:ec2/vpcEndpoint:VpcEndpoint", ["e"], "use"],
        ["aws:lambda/function:Function", ["orphan"], "use"],
        ["aws:rds/cluster:Cluster", ["main", "copy"], "price"],
        ["mongodbatlas:index/advancedCluster:AdvancedCluster", ["db"], "price"],
      ],
    );
  });

  it("bills NAT gateways by hour, traffic and address, as the network makes them", () => {
    const network = (inputs: object) => resource("awsx:ec2:Vpc", "net", { ...inputs }, { remote: true });
    const gateways = (inputs: object) =>
      billOf(recording([network(inputs)])).lines.find(({ item }) => item === "NAT gateways")?.quantity ?? 0;
    assert.equal(gateways({}), 3 * 730);
    assert.equal(gateways({ numberOfAvailabilityZones: 2 }), 2 * 730);
    assert.equal(gateways({ natGateways: { strategy: "Single" } }), 730);
    assert.equal(gateways({ natGateways: { strategy: "None" } }), 0);
    assert.equal(gateways({ subnetSpecs: [{ type: "Isolated" }] }), 0);
    assert.equal(gateways({ subnetSpecs: [{ type: "Public" }, { type: "Private" }] }), 3 * 730);
    const own = billOf(
      recording([resource("aws:ec2/natGateway:NatGateway", "n"), resource("aws:ec2/eip:Eip", "e")]),
      { "nat-data": 100 },
    );
    // 730 h × $0.052; 100 GB × $0.052; 730 h × $0.005.
    assert.deepEqual(
      ["NAT gateways", "data through NAT gateways", "public addresses"].map((item) => line(own, item).cost),
      ["37.96", "5.20", "3.65"],
    );
  });

  it("bills Atlas's private endpoints, and continuous backup by steps of size", () => {
    const bill = billOf(
      recording([
        resource("mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint", "offer"),
        resource("mongodbatlas:index/advancedCluster:AdvancedCluster", "db", { pitEnabled: true }),
      ]),
      { "database-size": 600, oplog: 20, "endpoint-data": 50 },
    );
    // 730 h × $0.054; 50 units × $0.012.
    assert.equal(line(bill, "private endpoint").cost, "39.42");
    assert.equal(line(bill, "traffic of the private endpoint").cost, "0.60");
    // 95 GB × $1; 150 GB × $0.75; 250 GB × $0.50; (620 − 500) GB × $0.25.
    assert.deepEqual(
      bill.lines.filter(({ item }) => item.startsWith("continuous")).map(({ cost }) => cost.toFixed(2)),
      ["0.00", "95.00", "112.50", "125.00", "30.00"],
    );
  });

  it("bills the metrics of single routes, the most that they can be", () => {
    const apiArn = "arn:aws:apigateway:eu-central-1::/apis/a";
    const program = (stage: object) =>
      recording([
        resource("aws:apigatewayv2/api:Api", "api", {}, { id: "a", outputs: { arn: apiArn } }),
        resource("aws:apigatewayv2/stage:Stage", "stage", { apiId: "a", ...stage }),
        ...["GET /a", "GET /b", "$default"].map((routeKey) =>
          resource("aws:apigatewayv2/route:Route", routeKey, { apiId: "a", routeKey }),
        ),
      ]);
    const metrics = (stage: object) =>
      billOf(program(stage)).lines.find(({ item }) => item === "metrics of routes, at most");
    assert.equal(metrics({}), undefined);
    assert.equal(metrics({ defaultRouteSettings: { detailedMetricsEnabled: false } }), undefined);
    const all = metrics({ defaultRouteSettings: { detailedMetricsEnabled: true } });
    // 3 routes × 6 metrics × $0.30, of which the free tier takes 10.
    assert.deepEqual([all?.quantity, all?.list.toFixed(2), all?.cost.toFixed(2)], [18, "5.40", "2.40"]);
    const one = metrics({ routeSettings: [{ routeKey: "GET /b", detailedMetricsEnabled: true }] });
    assert.equal(one?.quantity, 6);
    const idle = billOf(program({ defaultRouteSettings: { detailedMetricsEnabled: true } }), { requests: 0 });
    assert.ok(!idle.lines.some(({ item }) => item.startsWith("metrics")));
  });

  it("bills the metrics that functions publish through their log, counted in their code", () => {
    const code = (name: string, text: string) =>
      resource("aws:lambda/function:Function", name, {
        code: { $: "archive", assets: { "index.js": { $: "asset", text } } },
      });
    const writer =
      "const count=(c,f)=>{process.stdout.write(JSON.stringify({_aws:{CloudWatchMetrics:[{Metrics:Object.keys(c).map(Name=>({Name}))}]},...c}))};";
    const bill = billOf(
      recording([
        code(
          "powertools",
          'const m=new Metrics();m.addMetric("Sold","Count",1);m.addMetric("Sold","Count",2);m.addMetric("Lost","Count",1)',
        ),
        code("own", `${writer}count({Read:1,Kept:2},"own");count({Read:1},"own")`),
        code(
          "literal",
          'console.log(JSON.stringify({_aws:{CloudWatchMetrics:[{Metrics:[{Name:"Fixed",Unit:"Count"}]}]},Fixed:1}))',
        ),
        code("none", "exports.handler=async()=>count({Read:1})"),
        code("unclear", "m.addMetric(name,'Count',1)"),
        code("given", `${writer}count(counts,"given")`),
      ]),
    );
    assert.equal(line(bill, "metrics of functions' logs, at most").quantity, 5);
    assert.deepEqual(
      bill.unpriced.filter(({ type }) => type === "CloudWatch metrics").flatMap(({ names }) => names),
      ["unclear", "given"],
    );
  });

  it("bills a dashboard of more than fifty metrics, each counted once and expressions not at all", () => {
    const dashboard = (metrics: number) =>
      resource("aws:cloudwatch/dashboard:Dashboard", `d${metrics}`, {
        dashboardBody: JSON.stringify({
          widgets: [1, 2].map(() => ({
            properties: {
              metrics: [
                [{ expression: "m0 / m1" }],
                ...Array.from({ length: metrics }, (_, index) => ["NS", `m${index}`, "F", "f", { id: "x" }]),
              ],
            },
          })),
        }),
      });
    const small = billOf(recording([dashboard(50)]));
    assert.equal(line(small, "dashboards").cost, "0.00");
    const large = billOf(recording([dashboard(51)]));
    assert.equal(line(large, "large dashboards").cost, "3.00");
  });

  it("counts the calls by queues, topics, rules and schedules of either kind, also by alias", () => {
    const arn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;
    const lambda = (name: string) =>
      resource("aws:lambda/function:Function", name, {}, { outputs: { name, arn: arn(name) } });
    const rule = (name: string, inputs: object, called: string) => [
      resource("aws:cloudwatch/eventRule:EventRule", name, { ...inputs }, { outputs: { name } }),
      resource("aws:cloudwatch/eventTarget:EventTarget", name, { rule: name, arn: arn(called) }),
    ];
    const bill = billOf(
      recording([
        ...["polling", "subscribed", "matched", "timed"].map(lambda),
        resource("aws:lambda/eventSourceMapping:EventSourceMapping", "m", {
          eventSourceArn: "arn:aws:sqs:eu-central-1:123456789012:jobs",
          functionName: "123456789012:function:polling",
        }),
        resource("aws:sns/topicSubscription:TopicSubscription", "s", {
          protocol: "lambda",
          endpoint: `${arn("subscribed")}:live`,
        }),
        ...rule("pattern", { eventPattern: '{"source":["shop"]}' }, "matched"),
        ...rule("times", { scheduleExpression: "rate(1 hour)" }, "timed"),
      ]),
      { messages: 5_000_000 },
    );
    assert.deepEqual(
      bill.unpriced.filter(({ missing }) => missing === "use"),
      [],
    );
    const calls = bill.lines.find(({ service, item }) => service === "AWS Lambda" && item === "calls");
    // 730 of the hourly rule, and 5 million of each of the others.
    assert.equal(calls?.quantity, 15.00073);
  });

  it("bills temporary storage beyond 512 MB and the rarely read table class, where the region has prices", async () => {
    const program = (region: string) =>
      recording(
        [
          resource(
            "aws:lambda/function:Function",
            "f",
            { ephemeralStorage: { size: 1536 } },
            {
              outputs: { arn: "arn:aws:lambda:x:123456789012:function:f" },
            },
          ),
          resource("aws:scheduler/schedule:Schedule", "s", {
            scheduleExpression: "rate(1 minute)",
            target: { arn: "arn:aws:lambda:x:123456789012:function:f" },
          }),
          resource("aws:dynamodb/table:Table", "t", {
            billingMode: "PAY_PER_REQUEST",
            tableClass: "STANDARD_INFREQUENT_ACCESS",
          }),
        ],
        { config: { "aws:region": region } },
      );
    const virginia = billOf(program("us-east-1"), { duration: 10_000, "table-storage": 100 });
    // 43,800 × 10 s × 1 GB × $0.0000000309; 100 GB × $0.10, of which nothing is free.
    assert.equal(line(virginia, "ephemeral storage of f").cost, "0.01");
    assert.equal(line(virginia, "storage of infrequent access").cost, "10.00");
    const frankfurt = billOf(program("eu-central-1"));
    assert.deepEqual(
      frankfurt.unpriced.map(({ names, reason }) => [names, reason]),
      [
        [["t"], "the price list has no table class STANDARD_INFREQUENT_ACCESS"],
        [["f"], "the price list has no price of ephemeral storage"],
      ],
    );
  });

  it("names the regions it knows where it knows no prices", () => {
    assert.throws(() => billOf(recording([], { config: { "aws:region": "ap-south-2" } })), {
      name: "UserError",
      message: /no prices of region "ap-south-2"; there are: eu-central-1, us-east-1/,
    });
  });
});

describe("compareWithServers", () => {
  function servedBy(recorded: Recording, given: Partial<Assumed> = {}): AlwaysOn {
    const found = compareWithServers(recorded, assumed(given), freeTier);
    assert.ok(found);
    return found;
  }

  it("finds the load from which on servers are cheaper, and not one request earlier", async () => {
    const shop = await recordShop();
    const { servers, month, requests = 0 } = servedBy(shop);
    assert.equal(servers, 2);
    // 2 × (730 h × $0.0192 + 20 GB × $0.0952) + 730 h × ($0.027 + 2 × $0.005).
    assert.equal(month.toFixed(2), "58.85");
    const functions = (load: number) =>
      billOf(shop, { requests: load })
        .lines.filter(({ service }) => service === "AWS Lambda" || service === "Amazon API Gateway")
        .reduce((sum, { cost }) => sum + cost, 0);
    assert.ok(functions(requests) > month);
    assert.ok(functions(requests - 1) <= month);
  });

  it("takes more servers where two could not answer that many", async () => {
    // A server answers 2 × 60 % / 0.15 s / 3 requests a second; only from eight on they cost less than the functions.
    const { servers, requests = 0 } = servedBy(await recordShop(), { duration: 150 });
    assert.equal(servers, 8);
    assert.ok(requests <= 8 * (1.2 / 0.15 / 3) * 730 * 3600);
  });

  it("says so where servers are cheaper at no load", async () => {
    assert.equal(servedBy(recording([])).requests, undefined);
    assert.equal(servedBy(await recordShop(), { duration: 400 }).requests, undefined);
  });

  it("draws no comparison with a program of which something has no price", async () => {
    const shop = await recordShop(() => void new aws.rds.Cluster("main", { engine: "aurora-postgresql" }));
    assert.equal(compareWithServers(shop, assumed(), freeTier), undefined);
  });
});

function scalingCluster(computeMaxInstanceSize: string) {
  return resource("mongodbatlas:index/advancedCluster:AdvancedCluster", "db", {
    replicationSpecs: [
      {
        regionConfigs: [
          {
            providerName: "AWS",
            autoScaling: { computeEnabled: true, computeMaxInstanceSize },
            electableSpecs: { instanceSize: "M30", nodeCount: 3 },
          },
        ],
      },
    ],
  });
}

describe("compareBills", () => {
  it("tells each line that differs by a cent or more, and the difference of the whole", async () => {
    const shop = await recordShop();
    const change = compareBills(billOf(shop, { requests: 5_000_000 }), billOf(shop, { requests: 5_000_001 }));
    assert.equal(change, undefined);
    const more = compareBills(billOf(shop), billOf(await recordShop(() => void new aws.kms.Key("key", {}))));
    assert.deepEqual(more?.lines, [{ service: "AWS KMS", item: "keys", after: 1, difference: 1 }]);
    assert.equal(more?.difference?.toFixed(2), "1.00");
  });

  it("compares list prices and says what the free tier takes off, so that six times the memory shows", () => {
    const program = (memorySize: number, architecture: string) =>
      recording([
        resource(
          "aws:lambda/function:Function",
          "f",
          { memorySize, architectures: [architecture] },
          {
            outputs: { arn: "arn:aws:lambda:eu-central-1:123456789012:function:f" },
          },
        ),
        resource("aws:scheduler/schedule:Schedule", "s", {
          scheduleExpression: "rate(1 minute)",
          target: { arn: "arn:aws:lambda:eu-central-1:123456789012:function:f" },
        }),
      ]);
    const [small, large, intel] = [program(512, "arm64"), program(3072, "arm64"), program(512, "x86_64")].map(
      (recorded) => billOf(recorded, { duration: 1000 }),
    );
    assert.equal(small?.total.toFixed(2), "0.00");
    // 43,800 calls × 1 s × 0.5 GB × $0.0000133334, six times of it, and at $0.0000166667.
    const more = compareBills(small, large);
    assert.deepEqual(
      more?.lines.map(({ before, after }) => [before?.toFixed(2), after?.toFixed(2)]),
      [["0.29", "1.75"]],
    );
    assert.equal(more?.difference?.toFixed(2), "1.46");
    // The duration, $0.01 of calls, $0.05 of schedules, $0.05 of logs.
    assert.equal(more?.freeTier?.after.toFixed(2), "1.86");
    const other = compareBills(small, intel);
    assert.deepEqual(
      other?.lines.map(({ item, difference }) => [item, difference.toFixed(2)]),
      [
        ["duration arm64", "-0.29"],
        ["duration x86_64", "0.37"],
      ],
    );
  });

  it("names what came and went without a price, and never calls it nothing", async () => {
    const database = () => void new aws.rds.Cluster("main", { engine: "aurora-postgresql" });
    const [without, withIt] = [billOf(await recordShop()), billOf(await recordShop(database))];
    const unpriced = {
      type: "aws:rds/cluster:Cluster",
      names: ["main"],
      reason: "the price list does not have it",
    };
    assert.deepEqual(compareBills(without, withIt)?.unpriced, [{ change: "new", ...unpriced }]);
    assert.deepEqual(compareBills(withIt, without)?.unpriced, [{ change: "gone", ...unpriced }]);
    assert.deepEqual(compareBills(without, withIt)?.lines, []);
    assert.equal(compareBills(withIt, withIt), undefined);
  });

  it("tells a higher ceiling of a cluster that scales by itself", () => {
    const bill = (computeMaxInstanceSize: string) =>
      billOf(recording([scalingCluster(computeMaxInstanceSize)]));
    assert.deepEqual(bill("M50").ceilings, [
      { service: "MongoDB Atlas", item: "db, M30", largest: "M50", from: 438, to: 2.24 * 730 },
    ]);
    const change = compareBills(bill("M50"), bill("M60"));
    assert.deepEqual(change?.ceilings, [
      { service: "MongoDB Atlas", item: "db, M30", before: 2.24 * 730, after: 4.42 * 730 },
    ]);
    assert.equal(change?.difference, 0);
  });

  it("knows no difference to a region without prices", async () => {
    const shop = billOf(await recordShop());
    const elsewhere = estimateWherePriced(
      recording([], { config: { "aws:region": "ap-south-2" } }),
      assumed(),
      freeTier,
    );
    const change = compareBills(shop, elsewhere);
    assert.equal(change?.difference, undefined);
    assert.equal(change?.before, listTotal(shop));
    assert.equal(change?.after, undefined);
    assert.match(change?.unknown ?? "", /no prices of region ap-south-2/);
    assert.equal(compareBills(elsewhere, elsewhere), undefined);
  });
});

describe("renderEstimate", () => {
  it("shows every line, what drives the bill, what is not in it, the servers and the assumptions", async () => {
    const shop = await recordShop(() => void new aws.rds.Cluster("main", { engine: "aurora-postgresql" }));
    const load = assumed({ requests: 5_000_000, durations: { read: 20 } });
    const text = renderEstimate({
      bill: billOf(shop, load),
      assumed: load,
      servers: compareWithServers(shop, load, freeTier),
    });
    assert.match(
      text,
      /^dev: at least \$25\.47 a month\nList prices of eu-central-1 as of 2026-11-23, without taxes/,
    );
    assert.match(text, /AWS X-Ray +traces +2\.747 million +\$13\.73 +−\$0\.50 +\$13\.23/);
    assert.match(text, /what drives it\n {2}AWS X-Ray, traces +52 %/);
    assert.match(
      text,
      /not in this bill\n {2}aws:rds\/cluster:Cluster +main +the price list does not have it/,
    );
    assert.match(
      text,
      /an always-on server\n {2}not compared: what has no price may cost more than all that is in this bill/,
    );
    assert.match(text, /--requests 5000000 +requests of the API a month/);
    assert.match(text, /--durations read=20/);
  });

  it("compares with servers, and tells how far a cluster may grow", async () => {
    const shop = await recordShop();
    const grown = { ...shop, resources: [...shop.resources, scalingCluster("M50")] };
    const text = renderEstimate({
      bill: billOf(grown),
      assumed: assumed(),
      servers: compareWithServers(grown, assumed(), freeTier),
    });
    assert.match(text, /^dev: \$4/);
    assert.match(
      text,
      /what may grow by itself\n {2}MongoDB Atlas, db, M30 +\$438\.00 → \$1635\.20 a month at its largest, M50/,
    );
    assert.match(
      text,
      /2 × t4g\.small with a load balancer cost \$58\.85 a month: cheaper than functions and API from [\d,]+ requests/,
    );
  });
});
