import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { workersParity } from "../../../local/workers/parity.ts";
import type { Values } from "../../../program/recording.ts";
import { archive, lambda, resource, startRun, type TestRun } from "./support.ts";

const layerArn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:layer:${name}:1`;
const PUBLIC = "arn:aws:lambda:eu-central-1:580247275435:layer:LambdaInsightsExtension:52";
const layer = (name: string, files: Record<string, string>) =>
  resource(
    "aws:lambda/layerVersion:LayerVersion",
    name,
    { layerName: name, code: archive(files) },
    { arn: layerArn(name) },
  );
const packageOf = (text: string) => `module.exports = ${JSON.stringify(text)};`;

describe("layers", () => {
  let run: TestRun;
  let folder: string;

  const code = `exports.handler = async ({ names = [], file, write }) => {
    const fs = require("node:fs");
    if (write) fs.writeFileSync(write, "x");
    return { found: names.map((name) => require(name)), path: process.env.NODE_PATH,
      text: file && fs.readFileSync(file, "utf8"), there: fs.existsSync("/opt/data/a.txt") }; };`;

  before(async () => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-layers-")));
    writeFileSync(path.join(folder, "index.js"), code);
    run = await startRun([
      layer("first", {
        "nodejs/node_modules/shared/index.js": packageOf("shared of first"),
        "nodejs/node_modules/both/index.js": packageOf("both of first"),
        "data/a.txt": "a of first",
      }),
      layer("second", {
        "nodejs/node_modules/both/index.js": packageOf("both of second"),
        "nodejs/node24/node_modules/versioned/index.js": packageOf("of Node.js 24"),
        "nodejs/own.js": packageOf("by its path"),
      }),
      lambda("one", code, { layers: [layerArn("first")] }),
      lambda("two", code, { layers: [layerArn("first"), layerArn("second")] }),
      lambda("none", code),
      lambda("public", code, { layers: [PUBLIC] }),
      resource("aws:s3/bucketObjectv2:BucketObjectv2", "object", {
        bucket: "code-of-shop",
        key: "f.zip",
        source: { $: "archive", path: folder },
      }),
      lambda("bucketed", "", { code: null, s3Bucket: "code-of-shop", s3Key: "f.zip" }),
      lambda("elsewhere", "", { code: null, s3Bucket: "code-of-shop", s3Key: "other.zip" }),
    ]);
  });
  after(async () => {
    await run.close();
    rmSync(folder, { recursive: true });
  });

  async function answer(name: string, event: object): Promise<Record<string, unknown>> {
    const { status, payload, error } = await run.workers.invoke(name, event);
    assert.equal(status, "ok", JSON.stringify(error));
    return JSON.parse(payload ?? "null");
  }

  it("have packages that require finds, and files below /opt", async () => {
    const {
      found,
      text,
      path: searched,
    } = await answer("one", { names: ["shared"], file: "/opt/data/a.txt" });
    assert.deepEqual([found, text], [["shared of first"], "a of first"]);
    assert.equal(searched, "/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules");
  });

  it("go over those before them", async () => {
    const names = ["shared", "both", "versioned", "/opt/nodejs/own.js"];
    const { found, text } = await answer("two", { names, file: "/opt/data/a.txt" });
    assert.deepEqual(found, ["shared of first", "both of second", "of Node.js 24", "by its path"]);
    assert.equal(text, "a of first");
  });

  it("can be read and not written", async () => {
    const { error } = await run.workers.invoke("one", { write: "/opt/data/b.txt" });
    assert.match(error?.errorMessage ?? "", /^EROFS: read-only file system, open '\/opt\/data\/b\.txt'/);
  });

  it("are those of the function alone", async () => {
    assert.deepEqual(await answer("none", {}), { found: [], there: false });
    const { error } = await run.workers.invoke("none", { names: ["shared"] });
    assert.match(error?.errorMessage ?? "", /Cannot find module 'shared'/);
  });

  it("of others are named as missing", async () => {
    await assert.rejects(run.workers.invoke("public", {}), {
      message: `Function public cannot be run here: its layer ${PUBLIC} is missing: it is none of this program.`,
    });
  });

  it("change what a function runs with when they change", async () => {
    const changed = run.context.recording.resources.map((one) =>
      one.name === "first"
        ? layer("first", { "nodejs/node_modules/shared/index.js": packageOf("changed") })
        : one,
    );
    const before = run.context;
    await run.workers.update({ ...before, recording: run.recording(changed) });
    assert.deepEqual((await answer("one", { names: ["shared"] })).found, ["changed"]);
    await run.workers.update(before);
  });

  it("are realised, and AWS's extension for parameters and secrets is no missing one", () => {
    const { recording } = run.context;
    const extension = `arn:aws:lambda:eu-central-1:187925254637:layer:AWS-Parameters-and-Secrets-Lambda-Extension:12`;
    const stateOf = (type: string, inputs: Values) =>
      workersParity(resource(type, "x", inputs), recording)?.state;
    assert.equal(stateOf("aws:lambda/layerVersion:LayerVersion", { code: archive({}) }), "realised");
    assert.equal(
      stateOf("aws:lambda/layerVersion:LayerVersion", { s3Bucket: "b", s3Key: "k" }),
      "unsupported",
    );
    const { inputs } = lambda("with-extension", code, { layers: [extension] });
    assert.equal(stateOf("aws:lambda/function:Function", inputs), "realised");
  });

  describe("code in a bucket", () => {
    it("is that of the program's object", async () => {
      assert.deepEqual(await answer("bucketed", {}), { found: [], there: false });
    });

    it("is named where the program has no such object", async () => {
      await assert.rejects(
        run.workers.invoke("elsewhere", {}),
        /its code other\.zip lies in bucket code-of-shop, not in the program/,
      );
    });
  });
});
