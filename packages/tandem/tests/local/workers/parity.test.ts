import assert from "node:assert/strict";
import { workersParity } from "../../../local/workers/parity.ts";
import { findPython } from "../../../local/workers/python/interpreter.ts";
import type { Values } from "../../../program/recording.ts";
import { withVariables } from "../../support/variables.ts";
import { lambda, recordingOf, resource } from "./support.ts";

describe("parity of functions", () => {
  const of = (inputs: Values) => workersParity(lambda("some", "", inputs), recordingOf("/shop", []));

  it("is realised for Node.js, and says when another version runs here", () => {
    assert.deepEqual(of({}), { state: "realised", reason: "runs in worker threads" });
    assert.deepEqual(of({ runtime: "nodejs20.x" }), {
      state: "realised",
      reason: "runs in worker threads, on Node.js 24 instead of nodejs20.x",
    });
  });

  for (const [what, inputs, reason] of [
    ["another runtime", { runtime: "ruby3.4" }, /ruby3\.4 is not run here, only nodejs\* and python3\.\*/],
    ["a container image", { packageType: "Image", imageUri: "x" }, /container images/],
    [
      "layers",
      { layers: ["arn:aws:lambda:eu-central-1:1:layer:x:1"] },
      /layer arn:aws:lambda:eu-central-1:1:layer:x:1 is missing/,
    ],
    ["code in a bucket", { s3Bucket: "builds" }, /bucket builds/],
    ["code at a URL", { code: { $: "archive", uri: "https://example.com/a.zip" } }, /https:\/\/example\.com/],
    ["no code", { code: null }, /not an archive/],
  ] as [string, Values, RegExp][]) {
    it(`is unsupported for ${what}, with the reason`, () => {
      const parity = of(inputs);
      assert.equal(parity?.state, "unsupported");
      assert.match(parity?.reason ?? "", reason);
    });
  }

  it("is realised for Python where one is on the machine, and says when another version runs here", function () {
    const python = findPython("python3.10", "/shop");
    if (!python) return this.skip();
    assert.deepEqual(of({ runtime: `python${python.version}` }), {
      state: "realised",
      reason: "runs in processes of their own; memory is not limited",
    });
    assert.deepEqual(of({ runtime: "python3.99" }), {
      state: "realised",
      reason: `runs in processes of their own, on Python ${python.version} instead of python3.99; memory is not limited`,
    });
  });

  it("is unsupported for Python where none is on the machine, and says what to install", async () => {
    const parity = await withVariables({ PATH: "/nowhere" }, () => of({ runtime: "python3.13" }));
    assert.equal(parity?.state, "unsupported");
    assert.match(parity?.reason ?? "", /^runtime python3\.13 needs Python 3\.8 or newer.*: install Python 3/);
  });

  it("knows aliases, event configurations and layers, and nothing of other families", () => {
    const state = (type: string) =>
      workersParity(resource(type, "some", {}), recordingOf("/shop", []))?.state;
    assert.equal(state("aws:lambda/alias:Alias"), "realised");
    assert.equal(state("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"), "realised");
    assert.equal(state("aws:lambda/layerVersion:LayerVersion"), "unsupported");
    assert.equal(state("aws:dynamodb/table:Table"), undefined);
  });
});
