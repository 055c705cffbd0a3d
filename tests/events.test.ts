// #region movies
/** The batch side of the whole program, and what watches it, as each stack declares them. */
import assert from "node:assert/strict";
import { Declared } from "../packages/components/tests/support/declare.ts";
import { recordedOnce } from "../packages/tandem/tests/support/recordings.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const QUEUE = "aws:sqs/queue:Queue";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const LAMBDA = "aws:lambda/function:Function";
const INVOKE_CONFIG = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";

const stages = ["dev", "prod"] as const;

describe("the batch side of the program", () => {
  const stacks = {} as Record<(typeof stages)[number], Declared>;

  before(async () => {
    for (const stack of stages) {
      stacks[stack] = new Declared(await recordedOnce({ cwd: process.cwd(), stack }));
    }
  });

  for (const stage of stages) {
    describe(`in ${stage}`, () => {
      const aliasArn = (name: string) =>
        `arn:aws:lambda:${stacks[stage].region}:123456789012:function:tandem-${stage}-${name}:live`;

      it("imports what is put under incoming/ with .json, and nothing else", () => {
        const { lambdaFunctions } = stacks[stage].inputs("aws:s3/bucketNotification:BucketNotification");
        assert.deepEqual(lambdaFunctions, [
          {
            id: "incoming",
            lambdaFunctionArn: aliasArn("importMovies"),
            events: ["s3:ObjectCreated:*"],
            filterPrefix: "incoming/",
            filterSuffix: ".json",
          },
        ]);
      });

      it("applies the changes of one queue, which hides them for six timeouts and more", () => {
        const { functionName, functionResponseTypes } = stacks[stage].inputs(
          "aws:lambda/eventSourceMapping:EventSourceMapping",
          "changes",
        );
        assert.equal(functionName, aliasArn("changeMovies"));
        assert.deepEqual(functionResponseTypes, ["ReportBatchItemFailures"]);
        const timeout = Number(stacks[stage].inputs(LAMBDA, "changeMovies").timeout);
        assert.ok(Number(stacks[stage].inputs(QUEUE, "changes").visibilityTimeoutSeconds) >= 6 * timeout);
      });

      it("reports every night", () => {
        const { scheduleExpression, target } = stacks[stage].inputs(
          "aws:scheduler/schedule:Schedule",
          "nightly",
        );
        assert.equal(scheduleExpression, stacks[stage].setting("reportSchedule"));
        assert.equal((target as { arn: string }).arn, aliasArn("reportMovies"));
      });

      it("has a dead-letter queue for the queue and for each asynchronous call, and no other queue", () => {
        const queues = stacks[stage].names("tandem:aws:Queue");
        const asynchronous = stacks[stage].names(INVOKE_CONFIG);
        assert.deepEqual(
          stacks[stage].names(QUEUE).sort(),
          [...queues, ...[...queues, ...asynchronous].map((name) => `${name}-dead-letters`)].sort(),
        );
        for (const name of ["incoming", "nightly"]) assert.ok(asynchronous.includes(name), name);
        assert.ok(queues.includes("changes"));
      });

      it("names a source on every permission to call a function", () => {
        for (const { name, inputs } of stacks[stage].all("aws:lambda/permission:Permission")) {
          assert.match(String(inputs.sourceArn), /^arn:aws:(execute-api|s3):/, name);
        }
      });

      it("traces one request a second and 5 % of the others, of its own functions", () => {
        assert.partialDeepStrictEqual(stacks[stage].inputs("aws:xray/samplingRule:SamplingRule"), {
          reservoirSize: 1,
          fixedRate: 0.05,
          serviceName: `tandem-${stage}-*`,
        });
        const { filterExpression } = stacks[stage].inputs("aws:xray/group:Group");
        assert.equal(
          String(filterExpression).split(" OR ").length,
          stacks[stage].all(LAMBDA).length,
          "every function's faults are in the group",
        );
      });

      it("says where files are put and where changes are sent", () => {
        assert.deepEqual(stacks[stage].recording.outputs.buckets, {
          imports: `tandem-${stage}-imports-123456789012`,
        });
        assert.partialDeepStrictEqual(stacks[stage].recording.outputs.queues, {
          changes: `https://sqs.${stacks[stage].region}.amazonaws.com/123456789012/tandem-${stage}-changes`,
        });
      });
    });
  }

  it("costs nothing in dev: neither dashboard nor alarms nor key nor log of accesses", () => {
    const { dev } = stacks;
    for (const type of [
      "aws:cloudwatch/dashboard:Dashboard",
      ALARM,
      "aws:sns/topic:Topic",
      "aws:kms/key:Key",
      "aws:s3/bucketLogging:BucketLogging",
    ]) {
      assert.equal(dev.all(type).length, 0, type);
    }
    assert.deepEqual(dev.names(BUCKET), ["imports"]);
    assert.equal(dev.inputs(BUCKET).forceDestroy, true);
    assert.equal(dev.one(BUCKET).protect, false);
    assert.equal(dev.recording.outputs.dashboardUrl, null);
  });

  it("is kept and watched in prod: protected buckets, a log of accesses, a dashboard, a topic", () => {
    const { prod } = stacks;
    assert.deepEqual(prod.names(BUCKET), ["imports", "imports-access-log"]);
    for (const { name, protect, inputs } of prod.all(BUCKET)) {
      assert.deepEqual(
        { protect, forceDestroy: inputs.forceDestroy },
        { protect: true, forceDestroy: false },
        name,
      );
    }
    assert.equal(prod.all("aws:s3/bucketLogging:BucketLogging").length, 1);
    assert.equal(prod.all("aws:cloudwatch/dashboard:Dashboard").length, 1);
    assert.equal(
      prod.inputs("aws:sns/topicSubscription:TopicSubscription").endpoint,
      prod.setting("alarmEmail"),
    );
  });

  it("has four alarms a function in prod, one more for each asynchronous call, dead-letter queue and API", () => {
    const { prod } = stacks;
    const functions = prod.all(LAMBDA).length;
    const deadLetterQueues = prod.all("tandem:aws:DeadLetterQueue").length;
    const asynchronous = prod.all(INVOKE_CONFIG).length;
    assert.equal(prod.all(ALARM).length, 4 * functions + asynchronous + deadLetterQueues + 1);
    for (const { name, inputs } of prod.all(ALARM)) {
      assert.equal(inputs.actionsEnabled, true, name);
      assert.deepEqual(inputs.alarmActions, [
        `arn:aws:sns:${prod.region}:123456789012:tandem-prod-monitoring-alarms`,
      ]);
    }
  });

  it("shows every function on the dashboard of prod", () => {
    const { prod } = stacks;
    const body = String(prod.inputs("aws:cloudwatch/dashboard:Dashboard").dashboardBody);
    for (const { inputs } of prod.all(LAMBDA))
      assert.ok(body.includes(`"${inputs.name}"`), String(inputs.name));
  });
});
