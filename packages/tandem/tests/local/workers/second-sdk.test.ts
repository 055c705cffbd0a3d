import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { secondSdkIn } from "../../../local/workers/second-sdk.ts";
import { archive, lambda, startRun, type TestRun } from "./support.ts";

/** The package's two files that matter, in its form: settings of services it has not loaded need `allowUnknownKeys`. */
const standIn = {
  "node_modules/aws-sdk/package.json": `{"name":"aws-sdk","version":"2.1692.0","main":"lib/aws.js"}`,
  "node_modules/aws-sdk/lib/aws.js": `require("./node_loader"); module.exports = require("./core");`,
  "node_modules/aws-sdk/lib/node_loader.js": `const AWS = require("./core"); AWS.config = new AWS.Config();`,
  "node_modules/aws-sdk/lib/core.js": `exports.Config = class { update(settings, allowUnknownKeys) {
    for (const [key, value] of Object.entries(settings)) if (allowUnknownKeys || key === "endpoint") this[key] = value; } };`,
  "node_modules/aws-sdk/clients/dynamodb.js": `require("../lib/node_loader"); exports.config = require("../lib/core").config;`,
};

describe("version 2 of AWS's SDK in a function", () => {
  let run: TestRun;
  const asks = (name: string, code: string, more: Record<string, string> = {}) =>
    lambda(name, "", { code: archive({ "index.js": code, ...more }) });

  before(async () => {
    run = await startRun([
      asks("package", `const AWS = require("aws-sdk"); exports.handler = async () => AWS.config;`, standIn),
      asks(
        "client",
        `const { config } = require('aws-sdk/clients/dynamodb'); exports.handler = async () => config;`,
        standIn,
      ),
      asks("deeper", `exports.handler = async () => require("./lib/store");`, {
        "lib/store.js": `module.exports = typeof require === "function" || require("aws-sdk");`,
      }),
      asks(
        "bundled",
        `const words = () => "Inaccessible host: \`" + 1; exports.handler = async () => words();`,
      ),
      asks(
        "third",
        `exports.sdk = () => require("@aws-sdk/client-s3"); exports.handler = async () => "aws-sdk-js";`,
      ),
      asks("none", `exports.handler = async () => null;`),
    ]);
    const { addresses } = run.context;
    addresses.variable("AWS_ENDPOINT_URL", "http://127.0.0.1:1");
    addresses.variable("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:2");
    addresses.variable("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:3");
    await run.workers.update(run.context);
  });
  after(() => run.close());

  const answer = async (name: string): Promise<unknown> => {
    const { payload, error } = await run.workers.invoke(name, {});
    assert.ok(payload, JSON.stringify(error));
    return JSON.parse(payload);
  };

  it("is pointed at the local stores, and for other services at what refuses them", async () => {
    for (const name of ["package", "client"]) {
      assert.deepEqual(await answer(name), {
        endpoint: "http://127.0.0.1:1",
        dynamodb: { endpoint: "http://127.0.0.1:2" },
        s3: { endpoint: "http://127.0.0.1:3", s3ForcePathStyle: true, signatureVersion: "v4" },
      });
    }
  });

  it("is looked for once in the same code, whatever was kept of it", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tandem-sdk-"));
    try {
      const code = { hash: "h", taskRoot: path.join(folder, "h"), codeCache: path.join(folder, "h.v8") };
      mkdirSync(code.taskRoot);
      writeFileSync(path.join(code.taskRoot, "index.js"), `require("aws-sdk");`);
      assert.equal(secondSdkIn(code), "package");
      rmSync(path.join(code.taskRoot, "index.js"));
      assert.equal(secondSdkIn(code), "package");
      writeFileSync(`${code.codeCache}.sdk`, "cut sho");
      assert.equal(secondSdkIn(code), undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is said at the start of each function that holds it, once, and what that means for its calls", () => {
    const served =
      "holds version 2 of AWS's SDK: its calls reach the local stores, those to services that are not there are refused.";
    assert.deepEqual(run.reported.sort(), [
      `Function bundled holds version 2 of AWS's SDK within its bundle, where it cannot be pointed at the local stores: each of its calls is refused. Use version 3, or keep "aws-sdk" out of the bundle.`,
      `Function client ${served}`,
      `Function deeper ${served}`,
      `Function package ${served}`,
    ]);
  });
});
