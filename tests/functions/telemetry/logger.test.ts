import assert from "node:assert/strict";
import { describeError } from "../../../functions/telemetry/logger.ts";

describe("describeError", () => {
  it("names an error, its code, its place and what caused it", () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED mongodb://user:password@host"), {
      code: "ECONNREFUSED",
    });
    const { frames = [], ...described } = describeError(new RangeError("a title", { cause }));
    const { frames: causeFrames, ...caused } = described.cause ?? { name: "" };
    assert.deepEqual(
      { ...described, cause: caused },
      { name: "RangeError", cause: { name: "Error", code: "ECONNREFUSED" } },
    );
    assert.match(frames[0] ?? "", /^at .*logger\.test\.ts/);
    assert.ok(causeFrames?.length);
  });

  it("keeps the message only of errors that hold no data of a request", () => {
    const denied = Object.assign(new Error("User: x is not authorized to perform: dynamodb:PutItem"), {
      name: "AccessDeniedException",
    });
    assert.equal(describeError(denied).message, denied.message);
    assert.equal(describeError(new SyntaxError('Unexpected token in "a secret body"')).message, undefined);
  });

  it("says of what is no error only what it is", () => {
    assert.deepEqual(describeError("a secret"), { name: "string" });
    assert.deepEqual(describeError(undefined), { name: "undefined" });
  });
});
