import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { type DeliverTo, textOf } from "../../../../local/deliveries/destinations.ts";
import { ScheduledCalls } from "../../../../local/event-sources/scheduler/scheduled-calls.ts";
import { schedules } from "../../../../local/event-sources/scheduler/schedules.ts";
import { ScheduleService } from "../../../../local/event-sources/scheduler/service.ts";
import { IamService } from "../../../../local/iam/service.ts";
import type { InvokeOptions, InvokeResult, Invoker } from "../../../../local/invocation.ts";
import type { RecordedResource, Recording, Values } from "../../../../program/recording.ts";
import {
  lambda,
  queueArn,
  REGION,
  recording,
  resource,
  role,
  roleArn,
  testContext,
  trusting,
} from "../../iam/recordings.ts";
import { serviceRun } from "../../support/service-run.ts";

const functionArn = `arn:aws:lambda:${REGION}:123456789012:function:reportMotors`;
const scheduleArn = `arn:aws:scheduler:${REGION}:123456789012:schedule/default/nightly`;
const ruleArn = `arn:aws:events:${REGION}:123456789012:rule/hourly`;

function schedule(inputs: Values = {}, target: Values = {}): RecordedResource {
  return resource(
    "aws:scheduler/schedule:Schedule",
    "nightly",
    {
      scheduleExpression: "cron(0 2 * * ? *)",
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: functionArn, roleArn: roleArn("nightly"), ...target },
      ...inputs,
    },
    { name: "nightly", arn: scheduleArn },
  );
}

const caller = role("nightly", { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: functionArn });
const rule = resource(
  "aws:cloudwatch/eventRule:EventRule",
  "hourly",
  { scheduleExpression: "rate(1 hour)" },
  { name: "hourly", arn: ruleArn },
);
const target = resource("aws:cloudwatch/eventTarget:EventTarget", "hourly", {
  rule: "hourly",
  arn: functionArn,
});
const permission = resource("aws:lambda/permission:Permission", "hourly", {
  action: "lambda:InvokeFunction",
  function: "reportMotors",
  principal: "events.amazonaws.com",
  sourceArn: ruleArn,
});

describe("schedules", () => {
  let calls: { functionName: string; payload: Record<string, unknown>; options: InvokeOptions | undefined }[];
  let letters: [arn: string, body: string][];
  let outcome: () => InvokeResult;
  let lines: string[];
  const run = serviceRun();
  let service: ScheduleService;
  let iam: IamService;

  const invoker: Invoker = {
    async invoke(functionName, payload, options) {
      calls.push({ functionName, payload: payload as Record<string, unknown>, options });
      return outcome();
    },
  };
  const deliver: DeliverTo = async (arn, { payload, caller }) => {
    if (!arn.includes(":lambda:")) return void letters.push([arn, textOf(payload)]);
    const { status } = await invoker.invoke(arn, payload, { type: "Event", caller });
    if (status !== "ok") throw new Error(status);
  };

  beforeEach(() => {
    calls = [];
    letters = [];
    lines = [];
    outcome = () => ({ requestId: "1", status: "ok" });
  });

  async function start(program: Recording) {
    iam = await run.begin(testContext(program));
    service = new ScheduleService({ iam, deliver });
    await run.start(service);
    return run.context;
  }

  /** The one schedule of the program, called for a time without waiting for it. */
  async function callNow(...program: RecordedResource[]) {
    const [only] = schedules(recording(...program));
    assert.ok(only);
    const scheduled = new ScheduledCalls(only, { deliver, log: (line) => lines.push(line) });
    await scheduled.call(new Date("2026-11-24T02:00:00.123Z"));
  }

  it("starts no schedule whose role the scheduler may not assume, and says what to add", async () => {
    const trust = (service: string) => trusting(service, caller);
    const refused = await start(recording(schedule(), trust("lambda.amazonaws.com")));
    assert.match(
      refused.lines.join("\n"),
      /^Schedule nightly: its role nightly cannot be assumed by scheduler\.amazonaws\.com: add \{/,
    );
    refused.lines.length = 0;
    await service.update(refused.with(recording(schedule(), trust("scheduler.amazonaws.com"))));
    assert.deepEqual(refused.lines, []);
  });

  it("calls no queue for a rule whose role EventBridge may not assume", async () => {
    const sends = { Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn("changes") };
    const sender = (service: string) => trusting(service, role("sender", sends));
    const soon = { ...rule, inputs: { scheduleExpression: "rate(1 minute)" } };
    const toQueue = {
      ...target,
      inputs: { ...target.inputs, arn: queueArn("changes"), roleArn: roleArn("sender") },
    };
    const refused = await start(recording(soon, toQueue, sender("scheduler.amazonaws.com")));
    assert.match(
      refused.lines.join("\n"),
      /^EventTarget hourly: its role sender cannot be assumed by events\.amazonaws\.com: add \{/,
    );
    assert.deepEqual(service.running, []);
    await service.update(refused.with(recording(soon, toQueue, sender("events.amazonaws.com"))));
    assert.deepEqual(service.running, ["hourly"]);
  });

  it("stops a schedule whose role has lost its permission, though the schedule is the same", async () => {
    const allowed = await start(recording(schedule(), caller));
    assert.deepEqual(service.running, ["nightly"]);
    const lost = allowed.with(recording(schedule(), role("nightly")));
    await iam.update(lost);
    await service.update(lost);
    assert.deepEqual(service.running, []);
    assert.match(allowed.lines.join("\n"), /is not authorized to perform: lambda:InvokeFunction/);
  });

  it("does not call with a role that the program does not declare, and says that it cannot be judged", async () => {
    const { lines: printed } = await start(recording(schedule()));
    assert.deepEqual(service.running, []);
    assert.match(
      printed.join("\n"),
      /^Schedule nightly: the program does not declare the role .*role\/nightly, so/,
    );
  });

  it("calls a function asynchronously with the event of EventBridge Scheduler", async () => {
    await callNow(schedule());
    const { functionName, payload, options } = calls[0] ?? {};
    assert.equal(functionName, functionArn);
    assert.equal(options?.type, "Event");
    const { id, ...event } = payload ?? {};
    assert.match(String(id), /^[0-9a-f-]{36}$/);
    assert.deepEqual(event, {
      version: "0",
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account: "123456789012",
      time: "2026-11-24T02:00:00Z",
      region: REGION,
      resources: [scheduleArn],
      detail: "{}",
    });
  });

  it("calls the target of a rule with the rule's event", async () => {
    await callNow(rule, target);
    assert.equal(calls[0]?.payload.source, "aws.events");
    assert.deepEqual(calls[0]?.payload.resources, [ruleArn]);
    assert.deepEqual(calls[0]?.payload.detail, {});
  });

  it("calls with the input of the program, its placeholders filled in", async () => {
    const input =
      '{"at":"<aws.scheduler.scheduled-time>","try":"<aws.scheduler.attempt-number>","year":1999}';
    await callNow(schedule({}, { input }));
    assert.deepEqual(calls[0]?.payload, { at: "2026-11-24T02:00:00Z", try: "1", year: 1999 });
  });

  it("tries again as often as the program says, then leaves a dead letter and says so", async () => {
    outcome = () => ({ requestId: "1", status: "throttled" });
    const retryPolicy = { maximumRetryAttempts: 1 };
    await callNow(
      schedule({}, { retryPolicy, deadLetterConfig: { arn: queueArn("dead") }, input: '{"a":1}' }),
    );
    assert.equal(calls.length, 2);
    assert.deepEqual(letters, [[queueArn("dead"), '{"a":1}']]);
    assert.match(lines.join("\n"), /Schedule nightly: .*reportMotors could not be called: throttled/);
  });

  it("sends to a queue", async () => {
    await callNow(schedule({}, { arn: queueArn("changes"), input: "plain text" }));
    assert.deepEqual(letters, [[queueArn("changes"), "plain text"]]);
  });

  it("runs when its time has come, and is over after its last", async () => {
    const soon = new Date(Date.now() + 1500).toISOString().slice(0, 19);
    await start(
      recording(caller, lambda("reportMotors", "x"), schedule({ scheduleExpression: `at(${soon})` })),
    );
    while (calls.length === 0) await pause(50);
    assert.equal(calls[0]?.payload.time, `${soon}Z`);
  });

  it("does not call what is switched off, over, or without a schedule", () => {
    const off = schedule({ state: "DISABLED" });
    const ruleOff = { ...rule, inputs: { ...rule.inputs, state: "DISABLED" } };
    const pattern = { ...rule, inputs: { eventPattern: "{}" } };
    assert.deepEqual(schedules(recording(off)), []);
    assert.deepEqual(schedules(recording(ruleOff, target)), []);
    assert.deepEqual(schedules(recording(pattern, target)), []);
  });

  it("says which permission the schedule's role or the function lacks", async () => {
    const { lines: ofRole } = await start(
      recording(role("nightly"), lambda("reportMotors", "x"), schedule()),
    );
    assert.match(ofRole.join("\n"), /role\/nightly.* is not authorized to perform: lambda:InvokeFunction/);
    await run.stop();
    const { lines: ofRule } = await start(recording(lambda("reportMotors", "x"), rule, target));
    assert.match(ofRule.join("\n"), /events.amazonaws.com may not call reportMotors: declare .*rule\/hourly/);
  });

  it("accepts a rule whose function permits it", async () => {
    const { lines: printed } = await start(recording(lambda("reportMotors", "x"), rule, target, permission));
    assert.deepEqual(printed, []);
  });

  it("refuses an expression that AWS would refuse, naming the schedule", async () => {
    await assert.rejects(start(recording(caller, schedule({ scheduleExpression: "cron(0 2 * * *)" }))), {
      name: "UserError",
      message: /Schedule nightly: "cron\(0 2 \* \* \*\)".*it has 5 fields/,
    });
  });

  it("says of every resource what becomes of it", async () => {
    const parity = (program: RecordedResource[], of: RecordedResource) =>
      new ScheduleService({ iam: new IamService(), deliver }).parity(of, recording(...program))?.state;
    assert.equal(parity([schedule()], schedule()), "realised");
    const stream = schedule({}, { arn: "arn:aws:kinesis:eu-central-1:123456789012:stream/x" });
    assert.equal(parity([stream], stream), "unsupported");
    assert.equal(parity([rule, target], rule), "realised");
    assert.equal(parity([rule, target], target), "realised");
    const pattern = { ...rule, inputs: { eventPattern: "{}" } };
    // Rules with a pattern are the buses' own.
    assert.equal(parity([pattern, target], pattern), undefined);
    assert.equal(parity([pattern, target], target), undefined);
    assert.equal(parity([], lambda("x", "y")), undefined);
  });
});
