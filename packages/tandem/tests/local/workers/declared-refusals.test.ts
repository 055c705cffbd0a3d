import assert from "node:assert/strict";
import { declaredRefusals } from "../../../local/workers/declared-refusals.ts";
import type { Values } from "../../../program/recording.ts";
import { lambda, queueArn, recording, resource } from "../iam/recordings.ts";

const declared = (inputs: Values = {}) => {
  const made = lambda("f", "r");
  return { ...made, inputs: { ...made.inputs, ...inputs } };
};
const alias = (functionVersion: string) =>
  resource("aws:lambda/alias:Alias", "live", { name: "live", functionName: "f", functionVersion });
const lines = (...program: Parameters<typeof recording>) =>
  declaredRefusals(recording(...program)).map(({ name, line }) => `${name} | ${line}`);

describe("what Lambda refuses of what is declared about a function", () => {
  it("is a sixth layer", () => {
    const layers = (count: number) =>
      Array.from({ length: count }, (_, at) => `arn:aws:lambda:::layer:l:${at}`);
    assert.deepEqual(lines(declared({ layers: layers(5) })), []);
    assert.deepEqual(lines(declared({ layers: layers(6) })), [
      "f | Function f: it has 6 layers; 5 are allowed.",
    ]);
  });

  it("is a /tmp of 511 MB or 10,241 MB", () => {
    for (const size of [512, 10_240]) assert.deepEqual(lines(declared({ ephemeralStorage: { size } })), []);
    for (const size of [511, 10_241])
      assert.deepEqual(lines(declared({ ephemeralStorage: { size } })), [
        `f | Function f: its ephemeral storage of ${size} MB must be from 512 to 10240.`,
      ]);
  });

  it("is a FIFO queue for its dead letters", () => {
    assert.deepEqual(lines(declared({ deadLetterConfig: { targetArn: queueArn("lost") } })), []);
    assert.deepEqual(lines(declared({ deadLetterConfig: { targetArn: queueArn("lost.fifo") } })), [
      "f | Function f: its dead letters cannot go to lost.fifo, which is FIFO.",
    ]);
  });

  it("is an alias of a version that is not there", () => {
    assert.deepEqual(lines(declared(), alias("7")), [
      "f | Alias live: there is no version 7 of function f, which publishes none: set its `publish`.",
    ]);
    assert.deepEqual(lines(declared(), alias("$LATEST")), []);
    assert.deepEqual(lines(declared({ publish: true }), alias("7")), []);
    assert.deepEqual(lines(alias("7")), [], "of a function that is declared elsewhere");
  });

  const config = (inputs: Values) =>
    resource("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "c", {
      functionName: "f",
      ...inputs,
    });

  it("is a bucket that is to be told of successes", () => {
    const bucket = { destination: "arn:aws:s3:::told" };
    assert.deepEqual(lines(config({ destinationConfig: { onFailure: bucket } })), []);
    assert.deepEqual(lines(config({ destinationConfig: { onSuccess: bucket } })), [
      "f | Event configuration c: its onSuccess cannot be bucket told: a bucket takes failures alone.",
    ]);
  });

  it("is a third retry, and an age of 59 s or 21,601 s", () => {
    assert.deepEqual(lines(config({ maximumRetryAttempts: 2, maximumEventAgeInSeconds: 60 })), []);
    assert.deepEqual(lines(config({ maximumRetryAttempts: 3, maximumEventAgeInSeconds: 59 })), [
      "f | Event configuration c: its maximumRetryAttempts of 3 must be from 0 to 2.",
      "f | Event configuration c: its maximumEventAgeInSeconds of 59 must be from 60 to 21600.",
    ]);
    assert.equal(lines(config({ maximumEventAgeInSeconds: 21_601 })).length, 1);
  });
});
