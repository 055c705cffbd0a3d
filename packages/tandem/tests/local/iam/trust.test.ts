import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { IamService } from "../../../local/iam/service.ts";
import { deniedAssumptions, trustRefusal } from "../../../local/iam/trust.ts";
import { LocalRun } from "../../../local/run.ts";
import type { RecordedResource, Value, Values } from "../../../program/recording.ts";
import { lambda as runnable, startRun } from "../workers/support.ts";
import { lambda, recording, resource, role, roleArn, testContext } from "./recordings.ts";

const SERVICE = "lambda.amazonaws.com";
const trusting = (Principal: unknown, more: object = {}, Effect = "Allow") => ({
  Effect,
  Action: "sts:AssumeRole",
  Principal,
  ...more,
});

function roleWith(...statements: object[]) {
  const trusted = role("r");
  trusted.inputs.assumeRolePolicy = JSON.stringify({ Statement: statements });
  return trusted;
}

describe("the trust policy of a role", () => {
  const kind = (statements: object[], assumption: object = {}) =>
    trustRefusal(recording(roleWith(...statements)), {
      roleArn: roleArn("r"),
      service: SERVICE,
      ...assumption,
    })?.kind;

  it("lets those services assume the role that it names, and no other", () => {
    assert.equal(kind([trusting({ Service: SERVICE })]), undefined);
    assert.equal(kind([trusting({ Service: ["edgelambda.amazonaws.com", SERVICE] })]), undefined);
    assert.equal(kind([trusting({ Service: "ec2.amazonaws.com" })]), "refused");
    assert.equal(kind([trusting({ AWS: "arn:aws:iam::123456789012:root" })]), "refused");
    assert.equal(kind([trusting({ Service: SERVICE }, { Action: "sts:TagSession" })]), "refused");
    assert.equal(kind([]), "refused");
  });

  it("denies in the end", () => {
    const denied = trusting({ Service: SERVICE }, {}, "Deny");
    assert.equal(kind([trusting({ Service: SERVICE }), denied]), "refused");
  });

  it("is judged with the account and the ARN of what the service acts for", () => {
    const scheduler = {
      service: "scheduler.amazonaws.com",
      sourceArns: ["arn:aws:scheduler:r:123456789012:schedule-group/a"],
    };
    const from = (account: string) => [
      trusting(
        { Service: "scheduler.amazonaws.com" },
        { Condition: { StringEquals: { "aws:SourceAccount": account } } },
      ),
    ];
    assert.equal(kind(from("123456789012"), scheduler), undefined);
    assert.equal(kind(from("999999999999"), scheduler), "refused");
  });

  it("is said not to be judged where something in it is not known here", () => {
    const condition = { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } };
    assert.equal(kind([trusting({ Service: SERVICE }, condition)]), "not judged");
    const unknown = role("r");
    unknown.inputs.assumeRolePolicy = { $: "unknown" } satisfies Value;
    assert.equal(
      trustRefusal(recording(unknown), { roleArn: roleArn("r"), service: SERVICE })?.kind,
      "not judged",
    );
  });

  it("is told to be malformed, where AWS would not take it", () => {
    const broken = role("r");
    broken.inputs.assumeRolePolicy = "{ not json";
    const refusal = trustRefusal(recording(broken), { roleArn: roleArn("r"), service: SERVICE });
    assert.equal(refusal?.kind, "refused");
    assert.match(refusal.reason, /^the trust policy of its role r is malformed: /);
  });

  it("knows a service that is named by its region", () => {
    const states = { service: "states.amazonaws.com" };
    assert.equal(kind([trusting({ Service: "states.eu-central-1.amazonaws.com" })], states), undefined);
    assert.equal(kind([trusting({ Service: "states.eu-central-1.example.com" })], states), "refused");
  });
});

describe("whoever assumes a role", () => {
  const events = "arn:aws:events:eu-central-1:123456789012:rule/hourly";
  const hourly = resource(
    "aws:cloudwatch/eventRule:EventRule",
    "hourly",
    {},
    { arn: events, name: "hourly" },
  );
  const group = (name: string) => `arn:aws:scheduler:eu-central-1:123456789012:schedule-group/${name}`;
  const scheduled = (inputs: Values = {}) =>
    resource(
      "aws:scheduler/schedule:Schedule",
      "s",
      { target: { arn: "x", roleArn: roleArn("r") }, ...inputs },
      { arn: "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/s" },
    );
  const given = { roleArn: roleArn("r") };
  const assuming: [principal: string, RecordedResource][] = [
    ["lambda.amazonaws.com", lambda("f", "r")],
    ["scheduler.amazonaws.com", scheduled()],
    [
      "events.amazonaws.com",
      resource("aws:cloudwatch/eventTarget:EventTarget", "t", { rule: "hourly", ...given }),
    ],
    ["pipes.amazonaws.com", resource("aws:pipes/pipe:Pipe", "p", given, { arn: "arn:aws:pipes:r:1:pipe/p" })],
    [
      "apigateway.amazonaws.com",
      resource("aws:apigatewayv2/integration:Integration", "i", { credentialsArn: roleArn("r") }),
    ],
    [
      "apigateway.amazonaws.com",
      resource("aws:apigateway/integration:Integration", "i", { credentials: roleArn("r") }),
    ],
    ["states.amazonaws.com", resource("aws:sfn/stateMachine:StateMachine", "m", given)],
    [
      "ecs-tasks.amazonaws.com",
      resource("aws:ecs/taskDefinition:TaskDefinition", "d", { taskRoleArn: roleArn("r") }),
    ],
    [
      "firehose.amazonaws.com",
      resource("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "d", {
        extendedS3Configuration: given,
      }),
    ],
  ];
  const kinds = (program: RecordedResource[]) =>
    deniedAssumptions(recording(...program)).map(({ service: by, refusal }) => [by, refusal.kind]);

  for (const [principal, assumer] of assuming) {
    it(`must be trusted by it: ${principal} for ${assumer.type}`, () => {
      assert.deepEqual(kinds([roleWith(trusting({ Service: principal })), hourly, assumer]), []);
      const other = trusting({ Service: "ec2.amazonaws.com" });
      assert.deepEqual(kinds([roleWith(other), hourly, assumer]), [[principal, "refused"]]);
    });
  }

  it("is known by the ARN of what it acts for: a rule, a pipe, the group of a schedule", () => {
    const from = (Service: string, arn: string) =>
      roleWith(trusting({ Service }, { Condition: { ArnLike: { "aws:SourceArn": arn } } }));
    const target = assuming[2]?.[1] as RecordedResource;
    const pipe = assuming[3]?.[1] as RecordedResource;
    const refused = (principal: string) => [[principal, "refused"]];
    assert.deepEqual(kinds([from("events.amazonaws.com", events), hourly, target]), []);
    assert.deepEqual(
      kinds([from("events.amazonaws.com", `${events}x`), hourly, target]),
      refused("events.amazonaws.com"),
    );
    assert.deepEqual(kinds([from("pipes.amazonaws.com", "arn:aws:pipes:*:*:pipe/p"), pipe]), []);
    assert.deepEqual(
      kinds([from("pipes.amazonaws.com", "arn:aws:pipes:*:*:pipe/q"), pipe]),
      refused("pipes.amazonaws.com"),
    );
    const scheduler = "scheduler.amazonaws.com";
    assert.deepEqual(kinds([from(scheduler, group("default")), scheduled()]), []);
    assert.deepEqual(kinds([from(scheduler, group("night")), scheduled({ groupName: "night" })]), []);
    assert.deepEqual(kinds([from(scheduler, group("night")), scheduled()]), refused(scheduler));
  });

  it("is not judged where what it acts for is not known here", () => {
    const condition = { Condition: { ArnLike: { "aws:SourceArn": "arn:aws:execute-api:*:*:x/*" } } };
    const program = [
      roleWith(trusting({ Service: "apigateway.amazonaws.com" }, condition)),
      assuming[4]?.[1],
    ];
    assert.deepEqual(kinds(program as RecordedResource[]), [["apigateway.amazonaws.com", "not judged"]]);
  });

  it("is said at the start, with what to add", async () => {
    const pipe = assuming[3]?.[1] as RecordedResource;
    const context = testContext(recording(roleWith(trusting({ Service: "ec2.amazonaws.com" })), pipe));
    try {
      await new IamService().start(context);
      assert.match(
        context.lines.join("\n"),
        /^Pipe p: its role r cannot be assumed by pipes\.amazonaws\.com: add \{.*"pipes\.amazonaws\.com"/,
      );
    } finally {
      context.remove();
    }
  });
});

describe("a role that does not trust who assumes it, with --strict", () => {
  it("stops the run, whether that service runs here or not", async () => {
    const cwd = mkdtempSync(path.join(tmpdir(), "tandem-strict-"));
    writeFileSync(path.join(cwd, "Pulumi.yaml"), "name: test\nruntime: nodejs\n");
    const pipe = resource("aws:pipes/pipe:Pipe", "p", { roleArn: roleArn("r") });
    const recorded = Promise.resolve(recording(roleWith(trusting({ Service: "ec2.amazonaws.com" })), pipe));
    try {
      await assert.rejects(LocalRun.open({ cwd, stack: "dev", recorded, strict: true, log: () => {} }), {
        name: "UserError",
        message:
          /^--strict: 1 roles do not trust .*\n {2}aws:pipes\/pipe:Pipe p: its role r cannot be assumed by pipes/,
      });
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});

describe("a function that AWS would not create, for its role does not trust Lambda", () => {
  const trust = (Service: string) => {
    const trusted = resource("aws:iam/role:Role", "test", {}, { arn: roleArn("test"), name: "test" });
    trusted.inputs.assumeRolePolicy = JSON.stringify({ Statement: trusting({ Service }) });
    return trusted;
  };
  const code = "exports.handler = async () => 1;";

  it("stops the run of one's own program, with what to add", async () => {
    await assert.rejects(
      startRun([trust("ec2.amazonaws.com"), runnable("f", code)]),
      /Function f: AWS would not create it: its role test cannot be assumed by lambda\.amazonaws\.com: add \{/,
    );
  });

  it("is left out of somebody else's program, and refuses a reload that would lose it", async () => {
    const other = { ...runnable("g", code), inputs: { ...runnable("g", code).inputs, role: roleArn("x") } };
    const run = await startRun([trust("ec2.amazonaws.com"), runnable("f", code), other], { keepGoing: true });
    try {
      assert.equal((await run.workers.invoke("g", {})).payload, "1");
      await assert.rejects(run.workers.invoke("f", {}), { name: "FunctionNotLoaded" });
      assert.match(
        run.reported.join("\n"),
        /^Function f: AWS would not create it: .*It is not loaded and answers 502/,
      );
      const trusted = run.recording([trust("lambda.amazonaws.com"), runnable("f", code), other]);
      await run.workers.update({ ...run.context, recording: trusted });
      assert.equal((await run.workers.invoke("f", {})).payload, "1");
      const lost = run.recording([trust("ec2.amazonaws.com"), runnable("f", code), other]);
      await assert.rejects(run.workers.checkLoading(lost), /Function f: AWS would not create it/);
      assert.equal((await run.workers.invoke("f", {})).payload, "1");
    } finally {
      await run.close();
    }
  });
});
