import assert from "node:assert/strict";
import { Bucket } from "../../../infra/bucket.ts";
import { BucketEventSource } from "../../../infra/event-source-bucket.ts";
import { QueueEventSource } from "../../../infra/event-source-queue.ts";
import { LambdaFunction } from "../../../infra/lambda-function.ts";
import { Monitoring } from "../../../infra/monitoring/monitoring.ts";
import { Queue } from "../../../infra/queue.ts";
import { Schedule } from "../../../infra/schedule.ts";
import { Tracing } from "../../../infra/tracing.ts";
import { declare } from "../support/declare.ts";

/** One of every component of the batch side and of what watches it, with all that is optional. */
function everything(lambda: LambdaFunction, suffix: string): void {
  const bucket = new Bucket(`imports${suffix}`, { accessLog: true });
  const queue = new Queue(`changes${suffix}`, { visibilityTimeout: 600 });
  const args = { function: lambda };
  const incoming = new BucketEventSource(`incoming${suffix}`, { ...args, bucket, prefix: "", suffix: "" });
  new QueueEventSource(`changes${suffix}`, { ...args, queue });
  const nightly = new Schedule(`nightly${suffix}`, { ...args, expression: "rate(1 day)" });
  new Monitoring(`monitoring${suffix}`, {
    region: "eu-central-1",
    alarmEmail: "ops@example.com",
    dashboard: true,
    functions: [lambda],
    asynchronousCalls: [incoming.calls, nightly.calls],
    buckets: [bucket],
    queues: [queue],
  });
  new Tracing(`tracing${suffix}`, { functions: [lambda] });
}

/** Inputs in which a resource's physical name stands. */
const nameInputs = ["name", "bucket", "dashboardName", "groupName", "ruleName"];

describe("two instances of every component of the batch side, on one function", () => {
  it("collide in no URN and no physical name", async () => {
    const declared = await declare(() => {
      const lambda = new LambdaFunction("work", {
        entry: "functions/hello/hello.ts",
        reservedConcurrency: 5,
      });
      everything(lambda, "");
      everything(lambda, "-two");
    });
    const resources = declared.recording.resources.filter(({ custom }) => custom);
    assert.equal(new Set(resources.map(({ urn }) => urn)).size, resources.length);
    const names = resources.flatMap(({ type, inputs }) =>
      nameInputs
        .filter((input) => typeof inputs[input] === "string")
        .map((input) => `${type} ${inputs[input]}`),
    );
    assert.deepEqual(names, [...new Set(names)]);
    assert.ok(names.length > 60, `${names.length} names were compared`);
  });
});
