import assert from "node:assert/strict";
import { Bucket } from "../../bucket.ts";
import { BucketEventSource } from "../../event-source-bucket.ts";
import { QueueEventSource } from "../../event-source-queue.ts";
import { LambdaFunction } from "../../lambda-function.ts";
import { Queue } from "../../queue.ts";
import { Schedule } from "../../schedule.ts";
import { declare, statements } from "../support/declare.ts";

const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";
const PERMISSION = "aws:lambda/permission:Permission";
const NOTIFICATION = "aws:s3/bucketNotification:BucketNotification";
const INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const SCHEDULE = "aws:scheduler/schedule:Schedule";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const ROLE = "aws:iam/role:Role";

const FUNCTION_ARN = "arn:aws:lambda:eu-central-1:123456789012:function:tandem-dev-work:live";
const deadLettersArn = (name: string) =>
  `arn:aws:sqs:eu-central-1:123456789012:tandem-dev-${name}-dead-letters`;

const work = (timeout = 30) =>
  new LambdaFunction("work", { entry: "packages/components/tests/fixtures/hello.ts", timeout });

describe("QueueEventSource", () => {
  const consumed = (visibilityTimeout: number, args = {}) =>
    declare(() => {
      const queue = new Queue("changes", { visibilityTimeout });
      new QueueEventSource("changes", { queue, function: work(), ...args });
    });

  it("hands batches to the function's alias, and takes back only what failed", async () => {
    const declared = await consumed(200);
    assert.deepEqual(declared.inputs(MAPPING), {
      eventSourceArn: "arn:aws:sqs:eu-central-1:123456789012:tandem-dev-changes",
      functionName: FUNCTION_ARN,
      batchSize: 10,
      maximumBatchingWindowInSeconds: 5,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 2 },
    });
    assert.equal(declared.all(PERMISSION).length, 0);
  });

  it("takes batch size, window and concurrency as told", async () => {
    const declared = await consumed(200, { batchSize: 100, batchingWindow: 20, maximumConcurrency: 8 });
    assert.partialDeepStrictEqual(declared.inputs(MAPPING), {
      batchSize: 100,
      maximumBatchingWindowInSeconds: 20,
      scalingConfig: { maximumConcurrency: 8 },
    });
  });

  it("refuses a queue that shows a message again before the function may be done", async () => {
    await assert.rejects(
      consumed(184),
      /Queue "changes": visibilityTimeout is 184 s; function "work" needs at least 185 s \(6 × its timeout of 30 s \+ 5 s of batching\)/,
    );
    await consumed(185);
  });
});

describe("BucketEventSource", () => {
  const watched = () =>
    declare(() => {
      const bucket = new Bucket("imports");
      new BucketEventSource("incoming", { bucket, function: work(), prefix: "incoming/", suffix: ".json" });
    });

  it("calls the function's alias for each object put under the prefix, and for no other", async () => {
    const declared = await watched();
    assert.deepEqual(declared.inputs(NOTIFICATION), {
      bucket: "tandem-dev-imports-123456789012",
      lambdaFunctions: [
        {
          id: "incoming",
          lambdaFunctionArn: FUNCTION_ARN,
          events: ["s3:ObjectCreated:*"],
          filterPrefix: "incoming/",
          filterSuffix: ".json",
        },
      ],
    });
  });

  it("may do so from this bucket of this account only, before the notification is set", async () => {
    const declared = await watched();
    assert.deepEqual(declared.inputs(PERMISSION), {
      statementId: "incoming-permission-77cfdae0",
      action: "lambda:InvokeFunction",
      function: "tandem-dev-work",
      qualifier: "live",
      principal: "s3.amazonaws.com",
      sourceArn: "arn:aws:s3:::tandem-dev-imports-123456789012",
      sourceAccount: "123456789012",
    });
    assert.ok(declared.one(NOTIFICATION).dependencies.includes(declared.one(PERMISSION).urn));
  });

  it("tries a call three times within an hour, then keeps it as a dead letter", async () => {
    const declared = await watched();
    assert.deepEqual(declared.inputs(INVOKE_CONFIG), {
      functionName: "tandem-dev-work",
      qualifier: "live",
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 3600,
      destinationConfig: { onFailure: { destination: deadLettersArn("incoming") } },
    });
  });

  it("lets the function send its dead letters there, and nothing more, before they are set", async () => {
    const declared = await watched();
    const sending = declared.one(ROLE_POLICY, "incoming-dead-letters");
    assert.equal(sending.inputs.role, "tandem-dev-work");
    assert.deepEqual(statements(sending.inputs.policy), [
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: deadLettersArn("incoming") },
    ]);
    assert.ok(declared.one(INVOKE_CONFIG).dependencies.includes(sending.urn));
  });

  it("refuses a second one of the same bucket, which would replace the first", async () => {
    await assert.rejects(
      declare(() => {
        const bucket = new Bucket("imports");
        const args = { bucket, function: work(), prefix: "", suffix: "" };
        new BucketEventSource("first", args);
        new BucketEventSource("second", args);
      }),
      /Bucket "imports" already has the event source "first", which "second" would replace/,
    );
  });
});

describe("Schedule", () => {
  const nightly = (args = {}) =>
    declare(
      () => void new Schedule("nightly", { function: work(), expression: "cron(0 2 * * ? *)", ...args }),
    );

  it("calls the function's alias at its time, a little later where that helps, in UTC", async () => {
    const declared = await nightly();
    assert.deepEqual(declared.inputs(SCHEDULE), {
      name: "tandem-dev-nightly",
      scheduleExpression: "cron(0 2 * * ? *)",
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 15 },
      target: {
        arn: FUNCTION_ARN,
        roleArn: "arn:aws:iam::123456789012:role/tandem-dev-nightly-schedule",
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 3600 },
        deadLetterConfig: { arn: deadLettersArn("nightly") },
      },
    });
  });

  it("takes time zone and window as told", async () => {
    const declared = await nightly({ timeZone: "Europe/Berlin", flexibleMinutes: 60 });
    assert.partialDeepStrictEqual(declared.inputs(SCHEDULE), {
      scheduleExpressionTimezone: "Europe/Berlin",
      flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 60 },
    });
  });

  it("has a role of its own, for the scheduler of this account, that may call and leave dead letters only", async () => {
    const declared = await nightly();
    assert.deepEqual(statements(declared.inputs(ROLE, "nightly-role").assumeRolePolicy), [
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ]);
    assert.deepEqual(statements(declared.inputs(ROLE_POLICY, "nightly-policy").policy), [
      { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: FUNCTION_ARN },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: deadLettersArn("nightly") },
    ]);
  });

  it("keeps a call that the function failed as a dead letter as well", async () => {
    const declared = await nightly();
    assert.partialDeepStrictEqual(declared.inputs(INVOKE_CONFIG), {
      functionName: "tandem-dev-work",
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: deadLettersArn("nightly") } },
    });
  });
});
