import assert from "node:assert/strict";
import { DeploymentRefusals } from "../../../local/deployment-refusals.ts";
import { IamService } from "../../../local/iam/service.ts";
import { declaredStores } from "../../../local/queues-and-buckets/declared.ts";
import { queueRefusals } from "../../../local/queues-and-buckets/queue-refusals.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import { queue, queueArn, recording, testContext } from "../iam/recordings.ts";

const refused = (...queues: RecordedResource[]) => queueRefusals(declaredStores(recording(...queues)).queues);

describe("what SQS refuses when a queue is created", () => {
  const redrivePolicy = (name: string) =>
    JSON.stringify({ deadLetterTargetArn: queueArn(name), maxReceiveCount: 3 });

  it("is nothing of a queue within its limits", () => {
    const longest = { visibilityTimeoutSeconds: 43_200, delaySeconds: 900 };
    const fifo = queue("a.fifo", { fifoQueue: true, redrivePolicy: redrivePolicy("b.fifo") });
    assert.deepEqual(refused(queue("jobs", longest), fifo, queue("b.fifo", { fifoQueue: true })), []);
  });

  it("is a name with a space", () => {
    assert.deepEqual(refused(queue("a b")), [
      "Queue a b: its name may have up to 80 letters, digits, - and _ alone, and .fifo at the end.",
    ]);
  });

  it("is a redrive policy that is no JSON", () => {
    assert.throws(() => refused(queue("jobs", { redrivePolicy: "three times" })), {
      name: "UserError",
      message: /^The redrive policy of queue jobs is no JSON: /,
    });
  });

  it("is a FIFO queue without .fifo, and the other way round", () => {
    assert.deepEqual(refused(queue("jobs", { fifoQueue: true })), [
      "Queue jobs: the name of a FIFO queue ends with .fifo.",
    ]);
    assert.deepEqual(refused(queue("jobs.fifo")), [
      "Queue jobs.fifo: its name ends with .fifo, but it is no FIFO queue.",
    ]);
  });

  it("is a visibility of 43,201 s", () => {
    assert.deepEqual(refused(queue("jobs", { visibilityTimeoutSeconds: 43_201 })), [
      "Queue jobs: VisibilityTimeout of 43201 s must be from 0 to 43200.",
    ]);
  });

  it("is a FIFO queue with a standard dead-letter queue", () => {
    const fifo = queue("jobs.fifo", { fifoQueue: true, redrivePolicy: redrivePolicy("dead") });
    assert.deepEqual(refused(fifo, queue("dead")), [
      "Queue jobs.fifo: its dead-letter queue dead must be a FIFO queue as well.",
    ]);
  });

  it("stops the run, or is said where the rest is to go on", async () => {
    const program = recording(queue("jobs", { visibilityTimeoutSeconds: 43_201 }));
    const line = "Queue jobs: VisibilityTimeout of 43201 s must be from 0 to 43200.";
    const iam = new IamService();
    const context = testContext(program);
    await iam.start(context);
    await assert.rejects(new QueueAndBucketService(iam).start(context), {
      name: "UserError",
      message: `AWS would refuse:\n  ${line}`,
    });
    const patient = new QueueAndBucketService(iam, undefined, new DeploymentRefusals(true));
    const lines: string[] = [];
    await patient.start({ ...context, log: (line) => lines.push(line) });
    await patient.stop();
    assert.deepEqual(lines, [`AWS would refuse: ${line}`]);
  });
});
