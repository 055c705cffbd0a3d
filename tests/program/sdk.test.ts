import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { loadSdk } from "../../program/sdk.ts";
import { removePrograms, writeProgram } from "./fixtures.ts";

describe("loadSdk", () => {
  afterEach(removePrograms);

  it("loads the copy that a program in this folder would load", () => {
    const modules = ["settings", "config", "stack", "state", "callbacks", "mocks", "debuggable"];
    const files = [
      "index",
      "resource",
      "proto/resource_pb",
      "node_modules/google-protobuf/google/protobuf/struct_pb",
      ...modules.map((name) => `runtime/${name}`),
    ];
    const own = files.map((file) => [`node_modules/@pulumi/pulumi/${file}.js`, `exports.file = "${file}";`]);
    const folder = writeProgram(Object.fromEntries(own), { packages: false });
    const sdk = loadSdk(folder) as unknown as Record<string, { file: string }>;
    assert.deepEqual(
      Object.values(sdk)
        .map(({ file }) => file)
        .sort(),
      files.filter((file) => file !== "index").sort(),
    );
  });

  it("loads this project's copy for a folder without one", () => {
    const folder = writeProgram({}, { packages: false });
    const ours = createRequire(import.meta.url)("@pulumi/pulumi/runtime/settings.js");
    assert.equal(loadSdk(folder).settings, ours);
  });
});
