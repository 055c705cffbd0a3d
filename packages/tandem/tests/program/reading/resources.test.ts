import assert from "node:assert/strict";
import { oncePerRecording } from "../../../program/reading/once.ts";
import { addressed, declared, ofType } from "../../../program/reading/resources.ts";
import { recording, resource } from "../../local/support/recordings.ts";

const QUEUE = "aws:sqs/queue:Queue";
const TOPIC = "aws:sns/topic:Topic";

describe("resources of a recording", () => {
  const outputs = { arn: "arn:aws:sqs:r:1:jobs", name: "jobs", url: { $: "secret", value: "https://jobs" } };
  const read = resource(QUEUE, "read", { read: true, outputs, id: "read-id" });
  const own = resource(QUEUE, "own", { outputs, id: "own-id" });
  const other = resource(QUEUE, "other", { outputs: { name: "others" } });
  const topic = resource(TOPIC, "topic", { outputs: { name: "jobs", arn: { $: "unknown" } } });
  const program = recording([read, own, topic, other]);

  it("are given by type in their order, with and without those that are only read", () => {
    assert.deepEqual(ofType(program, QUEUE), [read, own, other]);
    assert.deepEqual(declared(program, QUEUE), [own, other]);
    assert.deepEqual(ofType(program, "aws:s3/bucket:Bucket"), []);
  });

  it("are found by ARN, name, id and URL, those of the program before those it reads", () => {
    for (const address of ["arn:aws:sqs:r:1:jobs", "jobs", "own-id", "https://jobs"])
      assert.equal(addressed(program, QUEUE, address), own, address);
    assert.equal(addressed(program, QUEUE, "read-id"), read);
    assert.equal(addressed(program, TOPIC, "jobs"), topic);
  });

  it("are not found by another type's address, by none, or by what is not known", () => {
    for (const address of ["others", undefined, "", "unknown"])
      assert.equal(addressed(program, TOPIC, address), undefined, address);
  });
});

describe("oncePerRecording", () => {
  it("reads a recording once, also where the reading is nothing, and another one anew", () => {
    const reads: string[] = [];
    const read = oncePerRecording(({ project }) => void reads.push(project));
    const [first, second] = [recording([], { project: "a" }), recording([], { project: "b" })];
    for (const one of [first, first, second, first]) assert.equal(read(one), undefined);
    assert.deepEqual(reads, ["a", "b"]);
  });
});
