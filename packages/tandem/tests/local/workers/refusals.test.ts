import assert from "node:assert/strict";
import { refusals } from "../../../local/workers/refusals.ts";
import type { FunctionSettings } from "../../../local/workers/settings.ts";

describe("what Lambda refuses when a function is deployed", () => {
  const valid = { name: "f", runtime: "nodejs24.x", environment: {}, memorySize: 128, timeout: 3 };
  const of = (differing: Partial<FunctionSettings>) =>
    refusals({ ...valid, ...differing } as FunctionSettings);

  it("is nothing of a function within its limits", () => {
    assert.deepEqual(of({ name: "a".repeat(64) }), []);
    assert.deepEqual(of({ runtime: "nodejs18.x" }), []);
    assert.deepEqual(of({ runtime: "python3.14" }), []);
  });

  it("is a name of 65 characters, or with others than letters, digits, - and _", () => {
    const allowed = "up to 64 letters, digits, - and _ are allowed";
    const long = "a".repeat(65);
    assert.deepEqual(of({ name: long }), [`its name "${long}" has 65 characters; ${allowed}`]);
    assert.deepEqual(of({ name: "a b" }), [`its name "a b" has 3 characters; ${allowed}`]);
  });

  for (const runtime of ["nodejs99.x", "nodejs23.x", "nodejs24", "python3.99", "python3"]) {
    it(`is the runtime ${runtime}`, () => {
      assert.deepEqual(of({ runtime }), [`its runtime ${runtime} is none of Lambda's, e.g. nodejs24.x`]);
    });
  }
});
