import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeError } from "../../../functions/telemetry/logger.ts";

describe("describeError", () => {
  it("says what an error is, where it is, and what caused it", () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:27017"), { code: "ECONNREFUSED" });
    const { frames = [], ...described } = describeError(new RangeError("no such page", { cause }));
    const { frames: causeFrames, ...caused } = described.cause ?? { name: "" };
    assert.deepEqual(
      { ...described, cause: caused },
      {
        name: "RangeError",
        message: "no such page",
        cause: { name: "Error", code: "ECONNREFUSED", message: cause.message },
      },
    );
    assert.match(frames[0] ?? "", /^at .*logger\.test\.ts/);
    assert.ok(causeFrames?.length);
  });

  it("says what was read of undefined", () => {
    const order = JSON.parse("{}") as { lines: { items: unknown } };
    assert.throws(
      () => order.lines.items,
      (error) => describeError(error).message === "Cannot read properties of undefined (reading 'items')",
    );
  });

  it("keeps messages back that quote what a request brought or a store holds", () => {
    const quoting = [
      ["SyntaxError", 'Unexpected token in "a secret body"'],
      ["ValidationError", 'Cast to Number failed for value "a secret"'],
      ["MongoServerError", 'E11000 duplicate key error dup key: { email: "a secret" }'],
      ["ValidationException", "a secret is no number"],
    ];
    for (const [name = "", message] of quoting) {
      const { frames, ...described } = describeError(Object.assign(new Error(message), { name }));
      assert.deepEqual(described, { name });
      assert.ok(frames?.length);
    }
  });

  it("keeps credentials back that stand in an address, and the end of what is endless", () => {
    const { message } = describeError(new Error("connect mongodb+srv://user:password@host/?a=b failed"));
    assert.equal(message, "connect (an address with credentials) failed");
    assert.equal(describeError(new Error("a".repeat(5_000))).message?.length, 1_000);
  });

  it("names the bundle whose places the frames are", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tandem-bundle-"));
    writeFileSync(path.join(folder, "index.js"), "exports.handler = async () => {};");
    process.env.LAMBDA_TASK_ROOT = folder;
    try {
      const { bundle } = describeError(new Error("a", { cause: new Error("b") }));
      assert.equal(bundle, "25409452ce917fec");
    } finally {
      delete process.env.LAMBDA_TASK_ROOT;
      rmSync(folder, { recursive: true });
    }
  });

  it("says of what is no error only what it is", () => {
    assert.deepEqual(describeError("a secret"), { name: "string" });
    assert.deepEqual(describeError(undefined), { name: "undefined" });
  });
});
