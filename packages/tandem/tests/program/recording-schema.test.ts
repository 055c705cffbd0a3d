import assert from "node:assert/strict";
import { recordProgram } from "../../program/record-program.ts";
import { readRecording, recordingSchema } from "../../program/recording-schema.ts";
import { fixture, removePrograms, writeProgram } from "./fixtures.ts";

const NETWORK = "network";
const MARKED = "marked values";
const PROGRAMS = ["nested-components", NETWORK, MARKED];
/** Secrets, assets, archives, references and unknown values. */
const MARKS = `
  import * as aws from "@pulumi/aws";
  import * as pulumi from "@pulumi/pulumi";
  const note = new pulumi.asset.StringAsset("hello");
  const bucket = new aws.s3.Bucket("bucket", { tags: { key: pulumi.secret("12345") } });
  new aws.s3.BucketObject("note", { bucket, source: note });
  const code = new pulumi.asset.AssetArchive({ "index.js": note, more: new pulumi.asset.FileArchive(".") });
  new aws.lambda.Function("work", { role: "r", runtime: "nodejs24.x", handler: "index.handler", code: pulumi.secret(code) });
  export const { arn } = bucket;`;

describe("a recording that was kept", () => {
  const recordings = new Map<string, string>();

  after(removePrograms);
  before(async () => {
    for (const program of PROGRAMS) {
      const cwd = program === MARKED ? writeProgram({ "index.ts": MARKS }) : fixture(program);
      recordings.set(program, JSON.stringify(await recordProgram({ cwd, stack: "dev", preview: true })));
    }
  });

  const kept = (program: string): Record<string, unknown> => JSON.parse(recordings.get(program) ?? "");

  for (const program of PROGRAMS)
    it(`is read back as it was: ${program}`, () => {
      const json = kept(program);
      assert.equal(json.version, 1);
      assert.deepEqual(readRecording(json), json);
    });

  it("has every mark", () => {
    const found = JSON.stringify(kept(MARKED)).match(/"\$":"\w+"/g);
    assert.equal(new Set(found).size, 5);
  });

  it("is refused by its version, before its shape", async () => {
    const message = (version: string) =>
      `The recording has ${version}; version 1 is read here. Record the program anew.`;
    assert.throws(() => readRecording({ version: 2, resources: 1 }), {
      name: "UserError",
      message: message("version 2"),
    });
    for (const none of [{ resources: [] }, null, "text", []])
      assert.throws(() => readRecording(none), { message: message("no version") });
  });

  it("is refused with each place that is wrong", () => {
    const json = kept(NETWORK);
    const [first] = json.resources as Record<string, unknown>[];
    assert.throws(
      () => readRecording({ ...json, stack: 1, resources: [{ ...first, inputs: { a: { $: "secret" } } }] }),
      {
        name: "UserError",
        message: /^This is no recording of version 1:\n {2}stack: .*\n {2}resources\.0\.inputs\.a: /,
      },
    );
  });

  it("has a JSON Schema that says its version and what a resource must have", () => {
    const { properties } = recordingSchema() as {
      properties: { version: object; resources: { items: { required: string[] } } };
    };
    assert.deepEqual(properties.version, { type: "number", const: 1 });
    assert.ok(properties.resources.items.required.includes("urn"));
    assert.ok(!properties.resources.items.required.includes("hooks"));
  });
});
