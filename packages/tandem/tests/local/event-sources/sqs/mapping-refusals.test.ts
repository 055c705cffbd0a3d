import assert from "node:assert/strict";
import { mappingRefusals } from "../../../../local/event-sources/sqs/mapping-refusals.ts";
import type { RecordedResource, Values } from "../../../../program/recording.ts";
import { lambda, queue, queueArn, recording, resource, role } from "../../iam/recordings.ts";

const receives = role("consumer", { Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: "*" });

function mapping(inputs: Values = {}, name = "source"): RecordedResource {
  return resource("aws:lambda/eventSourceMapping:EventSourceMapping", name, {
    eventSourceArn: queueArn("jobs"),
    functionName: "work",
    ...inputs,
  });
}

function work(timeout: number): RecordedResource {
  const made = lambda("work", "consumer");
  return { ...made, inputs: { ...made.inputs, timeout } };
}

const fifo = { eventSourceArn: queueArn("jobs.fifo") };
const lines = (...program: RecordedResource[]) =>
  mappingRefusals(recording(...program)).map(({ line, isLeftOut }) =>
    isLeftOut ? `left out: ${line}` : line,
  );
const of = (inputs: Values) => lines(queue("jobs"), work(3), receives, mapping(inputs));

describe("what Lambda refuses when the mapping of a queue is created", () => {
  it("is nothing of a mapping within its limits", () => {
    assert.deepEqual(of({}), []);
    assert.deepEqual(of({ batchSize: 10_000, maximumBatchingWindowInSeconds: 300 }), []);
    assert.deepEqual(of({ scalingConfig: { maximumConcurrency: 2 } }), []);
    assert.deepEqual(of({ ...fifo, batchSize: 10 }), []);
  });

  it("is a batch of more than ten messages without a window", () => {
    assert.deepEqual(of({ batchSize: 11 }), [
      "Event source mapping source: its batch size of 11 is over 10 and needs a maximumBatchingWindowInSeconds of at least 1.",
    ]);
  });

  it("is a batch or a window out of range", () => {
    assert.deepEqual(of({ batchSize: 10_001, maximumBatchingWindowInSeconds: 301 }), [
      "Event source mapping source: its batch size of 10001 must be from 1 to 10000.",
      "Event source mapping source: its batching window of 301 s must be from 0 to 300.",
    ]);
  });

  it("is a batch of eleven messages of a FIFO queue, and any window of one", () => {
    assert.deepEqual(of({ ...fifo, batchSize: 11, maximumBatchingWindowInSeconds: 1 }), [
      "Event source mapping source: its batch size of 11 must be from 1 to 10 of a FIFO queue.",
      "Event source mapping source: a FIFO queue takes no batching window.",
    ]);
  });

  it("is a concurrency of 1, and a sixth filter", () => {
    const filters = Array.from({ length: 6 }, () => ({ pattern: "{}" }));
    const refused = of({ scalingConfig: { maximumConcurrency: 1 }, filterCriteria: { filters } });
    assert.deepEqual(refused.slice(-2), [
      "Event source mapping source: its maximumConcurrency of 1 must be from 2 to 1000.",
      "Event source mapping source: it has 6 filters; 5 are allowed.",
    ]);
  });

  it("is a queue that hides its messages for less than the function's time-out", () => {
    const hidden = queue("jobs", { visibilityTimeoutSeconds: 60 });
    assert.deepEqual(lines(hidden, work(60), receives, mapping()), []);
    assert.deepEqual(lines(hidden, work(61), receives, mapping()), [
      "Event source mapping source: Queue visibility timeout: 60 seconds is less than Function timeout: 61 seconds.",
    ]);
    assert.deepEqual(lines(queue("jobs"), work(31), receives, mapping()), [
      "Event source mapping source: Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds.",
    ]);
  });

  it("is a role that may not receive messages, where that is known", () => {
    const nobody = role("consumer", { Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" });
    const [line = "", ...more] = lines(queue("jobs"), work(3), nobody, mapping());
    assert.deepEqual(more, []);
    assert.match(
      line,
      /^Event source mapping source: its function's role may not call ReceiveMessage on the queue\. Add to/,
    );
    const unknown = resource("aws:iam/role:Role", "consumer", {
      name: "consumer",
      managedPolicyArns: ["arn:aws:iam::aws:policy/NotKnownHere"],
    });
    unknown.outputs.arn = "arn:aws:iam::123456789012:role/consumer";
    assert.deepEqual(lines(queue("jobs"), work(3), unknown, mapping()), []);
    assert.deepEqual(lines(queue("jobs"), work(3), mapping()), []);
  });

  it("is the same queue for the same function once more, by which nothing is read", () => {
    assert.deepEqual(lines(queue("jobs"), work(3), receives, mapping(), mapping({}, "again")), [
      "left out: Event source mapping again: this queue is mapped to this function already.",
    ]);
  });
});
