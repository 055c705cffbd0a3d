import assert from "node:assert/strict";
import { Monitoring } from "../../infra/monitoring/monitoring.ts";
import { Bucket } from "../../packages/components/bucket.ts";
import { BucketEventSource } from "../../packages/components/event-source-bucket.ts";
import { QueueEventSource } from "../../packages/components/event-source-queue.ts";
import { LambdaFunction } from "../../packages/components/lambda-function.ts";
import { Queue } from "../../packages/components/queue.ts";
import { Schedule } from "../../packages/components/schedule.ts";
import { declare } from "../../packages/components/tests/support/declare.ts";
import { Tracing } from "../../packages/components/tracing.ts";

/** One of every component of the batch side, with all that is optional. */
function everything(suffix: string): void {
  const work = (name: string) =>
    new LambdaFunction(name + suffix, {
      entry: "packages/components/tests/fixtures/hello.ts",
      reservedConcurrency: 5,
    });
  const importing = work("import");
  const changing = work("change");
  const reporting = work("report");

  const bucket = new Bucket(`imports${suffix}`, { accessLog: true });
  const queue = new Queue(`changes${suffix}`, { visibilityTimeout: 600 });
  new BucketEventSource(`incoming${suffix}`, {
    function: importing,
    bucket,
    prefix: "",
    suffix: "",
  });
  new QueueEventSource(`changes${suffix}`, { function: changing, queue });
  new Schedule(`nightly${suffix}`, { function: reporting, expression: "rate(1 day)" });
}

/** Of all that stands before. */
function watching(suffix: string): void {
  new Monitoring(`monitoring${suffix}`, {
    region: "eu-central-1",
    alarmEmail: "ops@example.com",
    dashboard: true,
  });
  new Tracing(`tracing${suffix}`);
}

/** Inputs in which a resource's physical name stands. */
const nameInputs = ["name", "bucket", "dashboardName", "groupName", "ruleName"];

describe("two instances of every component of the batch side", () => {
  it("collide in no URN and no physical name", async () => {
    const declared = await declare(() => {
      everything("");
      everything("-two");
      watching("");
      watching("-two");
    });
    const resources = declared.recording.resources.filter(({ custom }) => custom);
    assert.equal(new Set(resources.map(({ urn }) => urn)).size, resources.length);
    const names = resources.flatMap(({ type, inputs }) =>
      nameInputs
        .filter((input) => typeof inputs[input] === "string")
        // A name need only be its own within what it belongs to.
        .map((input) => `${type} ${inputs.role ?? inputs.functionName ?? ""} ${inputs[input]}`),
    );
    assert.deepEqual(names, [...new Set(names)]);
    assert.ok(names.length > 60, `${names.length} names were compared`);
  });

  it("are watched when all of them are declared: what comes after the monitoring is refused", async () => {
    const late = () => {
      watching("");
      everything("");
    };
    await assert.rejects(declare(late), {
      message: `"import" is declared after monitoring, which is about all functions and would not see it; declare it before`,
    });
  });

  it("watch the same functions from two dashboards and two sets of alarms", async () => {
    const declared = await declare(() => {
      new LambdaFunction("work", { entry: "packages/components/tests/fixtures/hello.ts" });
      for (const name of ["monitoring", "second-look"]) {
        const region = "eu-central-1";
        new Monitoring(name, { region, alarmEmail: "ops@example.com", dashboard: true });
      }
    });
    const alarms = declared.all("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs.name);
    assert.equal(new Set(alarms).size, 6);
    assert.equal(declared.all("aws:cloudwatch/dashboard:Dashboard").length, 2);
  });
});
