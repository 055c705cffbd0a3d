import assert from "node:assert/strict";
import { LambdaFunction } from "../lambda-function.ts";
import { Tracing, type TracingArgs } from "../tracing.ts";
import { declare } from "./support/declare.ts";

const RULE = "aws:xray/samplingRule:SamplingRule";
const GROUP = "aws:xray/group:Group";

const traced = (args: Partial<TracingArgs> = {}, stack = "dev") =>
  declare(
    () => {
      for (const name of ["hello", "goodbye"])
        new LambdaFunction(name, { entry: "packages/components/tests/fixtures/hello.ts" });
      new Tracing("tracing", args);
    },
    { stack },
  );

describe("Tracing", () => {
  it("follows one request a second and 5 % of the others, of this stage's functions only", async () => {
    assert.deepEqual((await traced()).inputs(RULE), {
      ruleName: "tandem-dev-tracing",
      version: 1,
      priority: 1000,
      reservoirSize: 1,
      fixedRate: 0.05,
      serviceName: "tandem-dev-*",
      serviceType: "AWS::Lambda::Function",
      resourceArn: "*",
      host: "*",
      httpMethod: "*",
      urlPath: "*",
    });
  });

  it("follows as many as it is told", async () => {
    assert.partialDeepStrictEqual((await traced({ reservoir: 10, rate: 1 })).inputs(RULE), {
      reservoirSize: 10,
      fixedRate: 1,
    });
  });

  it("groups the traces in which a function failed, with insights and without mails of their own", async () => {
    assert.deepEqual((await traced()).inputs(GROUP), {
      groupName: "tandem-dev-tracing",
      filterExpression:
        'service("tandem-dev-hello") { fault = true } OR service("tandem-dev-goodbye") { fault = true }',
      insightsConfiguration: { insightsEnabled: true, notificationsEnabled: false },
    });
  });

  it("declares a rule and a group, and nothing else", async () => {
    const declared = await traced();
    assert.equal(declared.all("tandem:aws:Tracing").length, 1);
    assert.equal(declared.all(RULE).length, 1);
    assert.equal(declared.all(GROUP).length, 1);
  });

  it("refuses a stack whose name makes a name that X-Ray does not take", async () => {
    const name = "tandem-a-very-long-name-of-a-stack-tracing";
    await assert.rejects(traced({}, "a-very-long-name-of-a-stack"), {
      message:
        `The name "${name}" of a sampling rule has 42 characters; X-Ray takes 32. ` +
        'Make "tracing", the stack "a-very-long-name-of-a-stack" or the project "tandem" shorter by 10.',
    });
  });
});
