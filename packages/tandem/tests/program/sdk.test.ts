import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { loadSdk, skipDebugAids } from "../../program/sdk.ts";
import { removePrograms, writeProgram } from "./fixtures.ts";

const files = [
  "index",
  "resource",
  "proto/resource_pb",
  "node_modules/google-protobuf/google/protobuf/struct_pb",
  ...["settings", "config", "stack", "state", "callbacks", "mocks", "debuggable"].map(
    (name) => `runtime/${name}`,
  ),
];

/** A program's folder whose SDK is made of modules that know their own name and nothing else. */
function fakeSdk(more: Record<string, string>): string {
  const own = files.map((file) => [`node_modules/@pulumi/pulumi/${file}.js`, `exports.file = "${file}";`]);
  return writeProgram({ ...Object.fromEntries(own), ...more }, { packages: false });
}

const PROTOCOL = "node_modules/@pulumi/pulumi/proto";

describe("loadSdk", () => {
  afterEach(removePrograms);

  it("loads the copy that a program in this folder would load", () => {
    const { InvokeResponse, ...sdk } = loadSdk(
      fakeSdk({
        [`${PROTOCOL}/resource_pb.js`]:
          "exports.file = 'proto/resource_pb'; exports.ResourceInvokeResponse = 'own';",
      }),
    );
    assert.equal(InvokeResponse, "own");
    assert.deepEqual(
      Object.values(sdk as unknown as Record<string, { file: string }>)
        .map(({ file }) => file)
        .sort(),
      files.filter((file) => file !== "index").sort(),
    );
  });

  it("takes an older copy's answer to invokes from where it had it", () => {
    const folder = fakeSdk({ [`${PROTOCOL}/provider_pb.js`]: "exports.InvokeResponse = 'older';" });
    assert.equal(loadSdk(folder).InvokeResponse, "older");
  });

  it("refuses a copy from before transforms, with its version and the way out", () => {
    const folder = fakeSdk({ "node_modules/@pulumi/pulumi/package.json": '{ "version": "3.100.0" }' });
    rmSync(join(folder, "node_modules/@pulumi/pulumi/runtime/callbacks.js"));
    assert.throws(() => loadSdk(folder), {
      message:
        "The program's SDK, @pulumi/pulumi 3.100.0, is too old to be recorded, which takes 3.111 or newer; run npm install @pulumi/pulumi@latest",
    });
  });

  it("loads this project's copy for a folder without one", () => {
    const folder = writeProgram({}, { packages: false });
    const ours = createRequire(import.meta.url)("@pulumi/pulumi/runtime/settings.js");
    assert.equal(loadSdk(folder).settings, ours);
  });
});

describe("skipDebugAids", () => {
  it("writes no answer out for the SDK's debug log: the code of a program is in them", () => {
    const sdk = loadSdk(process.cwd());
    skipDebugAids(sdk);
    const { RegisterResourceResponse, ReadResourceResponse } = sdk.resources;
    const answers = [new RegisterResourceResponse(), new ReadResourceResponse(), new sdk.InvokeResponse()];
    assert.deepEqual(answers.map(String), ["an answer", "an answer", "an answer"]);
  });
});
