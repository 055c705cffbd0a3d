import assert from "node:assert/strict";
import { type DeliverTo, type Delivery, deliverTo, textOf } from "../../../local/deliveries/destinations.ts";
import { DeploymentRefusals } from "../../../local/deployment-refusals.ts";
import { EventBusService } from "../../../local/event-buses/service.ts";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import { JsonClient } from "../../../local/json-client.ts";
import { OtherAwsService } from "../../../local/other-services/service.ts";
import type { RecordedResource, Values } from "../../../program/recording.ts";
import { eventually } from "../../support/patience.ts";
import {
  lambda,
  queue,
  queueArn,
  queueUrl,
  REGION,
  recording,
  resource,
  role,
  roleArn,
  testContext,
} from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const arnOf = (rest: string) => `arn:aws:events:${REGION}:123456789012:${rest}`;
const DEFAULT_BUS = arnOf("event-bus/default");
const OWN_BUS = arnOf("event-bus/garden");
const functionArn = `arn:aws:lambda:${REGION}:123456789012:function:water`;

const bus = resource(
  "aws:cloudwatch/eventBus:EventBus",
  "garden",
  { name: "garden" },
  { arn: OWN_BUS, name: "garden" },
);

function rule(name: string, inputs: Values): RecordedResource {
  const path = inputs.eventBusName === undefined ? name : `${String(inputs.eventBusName)}/${name}`;
  return resource("aws:cloudwatch/eventRule:EventRule", name, inputs, { name, arn: arnOf(`rule/${path}`) });
}

function target(name: string, inputs: Values): RecordedResource {
  return resource("aws:cloudwatch/eventTarget:EventTarget", name, inputs, { targetId: name });
}

const pattern = (of: unknown) => JSON.stringify(of);
const grown = rule("grown", {
  eventPattern: pattern({ source: ["garden"], detail: { height: [{ numeric: [">", 2] }] } }),
});
const toWater = target("toWater", { rule: "grown", arn: functionArn });
const permission = resource("aws:lambda/permission:Permission", "water", {
  action: "lambda:InvokeFunction",
  function: "water",
  principal: "events.amazonaws.com",
  sourceArn: arnOf("rule/grown"),
});
const queuePolicy = (name: string, sourceArn: string) =>
  resource("aws:sqs/queuePolicy:QueuePolicy", name, {
    queueUrl: queueUrl(name),
    policy: JSON.stringify({
      Statement: {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn(name),
        Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
      },
    }),
  });
const entry = (height: number, more: object = {}) => ({
  Source: "garden",
  DetailType: "grown",
  Detail: JSON.stringify({ height }),
  ...more,
});

interface Put {
  FailedEntryCount: number;
  Entries: { EventId?: string; ErrorCode?: string; ErrorMessage?: string }[];
}

describe("event buses", () => {
  const run = serviceRun();
  let service: EventBusService;
  let delivered: [arn: string, delivery: Delivery][];
  /** Of a destination, as long as it is there. */
  let failure: string | undefined;

  const deliver: DeliverTo = async (arn, delivery) => {
    if (arn.includes(":event-bus/")) return deliverToBus(arn, delivery);
    if (failure !== undefined) throw new Error(failure);
    delivered.push([arn, delivery]);
  };
  const notAsked = async () => assert.fail("nothing but a bus is asked for");
  const deliverToBus = deliverTo({
    invoker: { invoke: notAsked },
    queueUrl: () => undefined,
    publish: notAsked,
    putEvent: (arn, event, isForwarded) => service.put(arn, event, isForwarded),
    startExecution: notAsked,
    putObject: notAsked,
  });

  async function start(...program: RecordedResource[]) {
    const iam = await run.begin(testContext(recording(...program)));
    const otherServices = new OtherAwsService(iam);
    service = new EventBusService({ otherServices, iam, deliver, refusals: new DeploymentRefusals() });
    await run.start(otherServices, service);
  }

  beforeEach(() => {
    delivered = [];
    failure = undefined;
  });

  function client(credentials: Credentials = operatorCredentials): JsonClient {
    const endpoint = new URL(run.context.addresses.variables().AWS_ENDPOINT_URL ?? "");
    return new JsonClient({ endpoint, service: "events", target: "AWSEvents", region: REGION, credentials });
  }

  const put = (entries: object[], credentials?: Credentials) =>
    client(credentials).call<Put>("PutEvents", { Entries: entries });

  it("hand what a pattern takes to a function, with AWS's event", async () => {
    await start(grown, toWater, lambda("water", "r"), role("r"), permission);
    const { FailedEntryCount, Entries } = await put([
      entry(1),
      entry(3, { Resources: ["bed"], Time: 1764150000 }),
    ]);
    assert.equal(FailedEntryCount, 0);
    assert.deepEqual(delivered, [
      [
        functionArn,
        {
          caller: "rule",
          payload: {
            version: "0",
            id: Entries[1]?.EventId,
            "detail-type": "grown",
            source: "garden",
            account: "123456789012",
            time: "2025-11-26T09:40:00Z",
            region: REGION,
            resources: ["bed"],
            detail: { height: 3 },
          },
          event: delivered[0]?.[1].payload,
        },
      ],
    ]);
  });

  it("say of each entry what is wrong with it, in AWS's words, and take the others", async () => {
    await start(grown, toWater, lambda("water", "r"), role("r"), permission);
    const { FailedEntryCount, Entries } = await put([
      { ...entry(3), Source: undefined },
      { ...entry(3), DetailType: undefined },
      { ...entry(3), Detail: undefined },
      { ...entry(3), Detail: '["no object"]' },
      { ...entry(3), Source: "aws.s3" },
      entry(3),
    ]);
    assert.equal(FailedEntryCount, 5);
    assert.deepEqual(
      Entries.map(({ ErrorCode, ErrorMessage }) => [ErrorCode, ErrorMessage]),
      [
        ["InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument."],
        ["InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument."],
        ["InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument."],
        ["MalformedDetail", "Detail is malformed."],
        ["NotAuthorizedForSourceException", "Not authorized for the source."],
        [undefined, undefined],
      ],
    );
    assert.equal(delivered.length, 1);
  });

  it("take ten entries and 1 MB in a call", async () => {
    await start();
    await assert.rejects(put(Array.from({ length: 11 }, () => entry(1))), { code: "ValidationException" });
    await assert.rejects(put([entry(1, { Detail: JSON.stringify({ text: "x".repeat(1_048_576) }) })]), {
      code: "ValidationException",
      detail: "Total size of the entries in the request is over the limit.",
    });
    assert.equal((await put(Array.from({ length: 10 }, () => entry(1)))).FailedEntryCount, 0);
  });

  it("let a role put only what and where its policies allow", async () => {
    const putter = role("putter", {
      Effect: "Allow",
      Action: "events:PutEvents",
      Resource: OWN_BUS,
      Condition: { StringEquals: { "events:source": "garden" } },
    });
    await start(bus, putter, lambda("put", "putter"));
    const credentials = credentialsOf(roleArn("putter"));
    const onOwn = { EventBusName: "garden" };
    assert.equal(
      (await put([entry(1, onOwn), entry(1, { EventBusName: OWN_BUS })], credentials)).FailedEntryCount,
      0,
    );
    await assert.rejects(put([entry(1)], credentials), {
      code: "AccessDeniedException",
      detail:
        /is not authorized to perform: events:PutEvents on resource: arn:aws:events:eu-central-1:123456789012:event-bus\/default because no identity-based policy allows/,
    });
    await assert.rejects(put([entry(1, { ...onOwn, Source: "shed" })], credentials), {
      code: "AccessDeniedException",
    });
    assert.match(run.context.lines.join("\n"), /IAM: User: .*events:PutEvents/);
  });

  it("keep the rules of each bus to itself", async () => {
    const own = rule("grown", { ...grown.inputs, eventBusName: "garden" });
    const ownTarget = target("toQueue", { rule: "grown", eventBusName: "garden", arn: queueArn("beds") });
    await start(
      bus,
      own,
      ownTarget,
      grown,
      toWater,
      permission,
      queue("beds"),
      queuePolicy("beds", arnOf("rule/garden/grown")),
    );
    await put([entry(3, { EventBusName: "garden" })]);
    assert.deepEqual(
      delivered.map(([arn]) => arn),
      [queueArn("beds")],
    );
    await put([entry(3)]);
    assert.deepEqual(
      delivered.map(([arn]) => arn),
      [queueArn("beds"), functionArn],
    );
  });

  it("take what is put on a bus that is not there, as AWS does, and say so", async () => {
    await start(grown, toWater, permission);
    const { FailedEntryCount } = await put([entry(3, { EventBusName: "other" })]);
    assert.equal(FailedEntryCount, 0);
    assert.deepEqual(delivered, []);
    assert.match(run.context.lines.join("\n"), /Event bus .*event-bus\/other is none of this program/);
  });

  it("hand an event on to another bus, in the name of a role, and from there to no third", async () => {
    const forwarder = role("forwarder", { Effect: "Allow", Action: "events:PutEvents", Resource: "*" });
    const onward = target("onward", { rule: "grown", arn: OWN_BUS, roleArn: roleArn("forwarder") });
    const own = rule("passed", { eventPattern: pattern({ source: ["garden"] }), eventBusName: "garden" });
    const ownTarget = target("toQueue", { rule: "passed", eventBusName: "garden", arn: queueArn("beds") });
    const back = target("back", { ...ownTarget.inputs, arn: DEFAULT_BUS, roleArn: roleArn("forwarder") });
    await start(
      bus,
      grown,
      onward,
      own,
      ownTarget,
      back,
      forwarder,
      queuePolicy("beds", arnOf("rule/garden/passed")),
    );
    const { Entries } = await put([entry(3)]);
    assert.deepEqual(
      delivered.map(([arn, { payload }]) => [arn, (JSON.parse(textOf(payload)) as { id: string }).id]),
      [[queueArn("beds"), Entries[0]?.EventId]],
    );
    assert.match(
      run.context.lines.join("\n"),
      /an event that came from another bus is not handed on to a third/,
    );
  });

  it("give a target the part of the event that it asks for", async () => {
    const part = target("part", { rule: "grown", arn: queueArn("beds"), inputPath: "$.detail" });
    const inputTransformer = { inputPaths: { h: "$.detail.height" }, inputTemplate: '{"h": <h>}' };
    const made = target("made", { rule: "grown", arn: functionArn, inputTransformer });
    await start(grown, part, made, permission, queuePolicy("beds", arnOf("rule/grown")));
    await put([entry(3)]);
    assert.deepEqual(
      delivered.map(([arn, { payload }]) => [arn, payload]),
      [
        [queueArn("beds"), '{"height":3}'],
        [functionArn, { h: 3 }],
      ],
    );
  });

  it("call nobody whose policy does not name the rule, say what to add, and bury the event", async () => {
    const toBeds = target("toBeds", {
      rule: "grown",
      arn: queueArn("beds"),
      deadLetterConfig: { arn: queueArn("dead") },
    });
    await start(grown, toBeds, toWater, queue("beds"), queuePolicy("beds", arnOf("rule/other")));
    const detail = run.context.lines.join("\n");
    assert.match(
      detail,
      /Rule grown: events\.amazonaws\.com may not sqs:SendMessage on .*:beds: add to its policy \{"Effect":"Allow"/,
    );
    assert.match(
      detail,
      /Rule grown: events\.amazonaws\.com may not call water: declare an aws:lambda\/permission:Permission/,
    );
    await put([entry(3)]);
    assert.equal(delivered.length, 1);
    const [arn, { payload, beside }] = delivered[0] ?? assert.fail();
    assert.equal(arn, queueArn("dead"));
    assert.deepEqual((payload as { detail: unknown }).detail, { height: 3 });
    assert.equal(beside?.MessageAttributes?.ERROR_CODE?.StringValue, "NO_PERMISSIONS");
    assert.equal(beside?.MessageAttributes?.RULE_ARN?.StringValue, arnOf("rule/grown"));
    assert.equal(beside?.MessageAttributes?.TARGET_ARN?.StringValue, queueArn("beds"));
  });

  it("try again what failed", async () => {
    await start(grown, toWater, permission);
    failure = "the queue is being started again";
    await put([entry(3)]);
    assert.deepEqual(delivered, []);
    failure = undefined;
    await eventually(() => delivered.length === 1);
  });

  it("give up after the target's tries", async () => {
    const once = target("once", { ...toWater.inputs, retryPolicy: { maximumRetryAttempts: 0 } });
    await start(grown, once, permission);
    failure = "broken";
    await put([entry(3)]);
    await eventually(() => run.context.lines.some((line) => /Rule grown → .*:water: broken/.test(line)));
  });

  const mistakes: [what: string, program: RecordedResource[], why: RegExp][] = [
    [
      "a pattern",
      [rule("odd", { eventPattern: '{"source": "garden"}' })],
      /Rule odd: Event pattern is not valid\. Reason: "source" must be an object or an array/,
    ],
    [
      "a schedule on an own bus",
      [bus, rule("odd", { scheduleExpression: "rate(1 hour)", eventBusName: "garden" })],
      /Rule odd: ScheduleExpression is supported only on the default event bus\./,
    ],
    [
      "a bus as target without a role",
      [bus, grown, target("onward", { rule: "grown", arn: OWN_BUS })],
      /Rule grown: RoleArn is required for target onward/,
    ],
    [
      "a placeholder that nobody fills",
      [grown, target("t", { rule: "grown", arn: functionArn, inputTransformer: { inputTemplate: "<x>" } })],
      /Rule grown: InputTemplate for target t contains invalid placeholder x\./,
    ],
    [
      "six targets",
      [
        grown,
        ...["a", "b", "c", "d", "e", "f"].map((name) => target(name, { rule: "grown", arn: functionArn })),
      ],
      /Rule grown: it has 6 targets; AWS takes 5/,
    ],
  ];
  for (const [what, program, why] of mistakes) {
    it(`are not started with what AWS refuses: ${what}`, async () => {
      await assert.rejects(start(...program), why);
    });
  }

  it("refuse by name what EventBridge does besides", async () => {
    await start();
    await assert.rejects(client().call("ListRules", {}), {
      code: "NotImplemented",
      detail: /ListRules: the local EventBridge/,
    });
  });

  it("say of every resource what becomes of it", async () => {
    const archive = resource("aws:cloudwatch/eventArchive:EventArchive", "kept", {});
    const elsewhere = target("elsewhere", {
      rule: "grown",
      arn: `arn:aws:logs:${REGION}:123456789012:log-group:x`,
    });
    const program = [bus, grown, toWater, archive, elsewhere];
    await start(...program);
    assert.deepEqual(
      program.map((one) => service.parity(one, run.context.recording)?.state),
      ["realised", "realised", "realised", "unsupported", "unsupported"],
    );
  });
});
