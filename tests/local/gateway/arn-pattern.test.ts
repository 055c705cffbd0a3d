import assert from "node:assert/strict";
import fc from "fast-check";
import { arnMatches, textMatches } from "../../../local/gateway/arn-pattern.ts";

const arn = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/$default/GET/books/{id}";

describe("arnMatches", () => {
  it("matches each part for itself", () => {
    for (const pattern of [
      "*",
      arn,
      "arn:aws:execute-api:*:*:a1b2/*/*",
      "arn:aws:execute-api:eu-west-?:*:a1b2/*/GET/books/*",
    ]) {
      assert.equal(arnMatches(pattern, arn), true, pattern);
    }
    for (const pattern of [
      "arn:aws:*",
      "arn:aws:execute-api:eu-west-1:999999999999:a1b2/*",
      "arn:aws:execute-api:*:*:a1b2/*/POST/*",
      "",
    ]) {
      assert.equal(arnMatches(pattern, arn), false, pattern);
    }
  });

  it("does not let a star reach over a colon of the first five parts", () => {
    assert.equal(arnMatches("arn:aws:a*c:r:1:x", "arn:aws:a:b:c:r:1:x"), false);
  });

  it("lets a star in the last part reach over colons", () => {
    assert.equal(arnMatches("arn:aws:lambda:r:1:function:*", "arn:aws:lambda:r:1:function:name:live"), true);
  });
});

describe("textMatches", () => {
  it("agrees with the same pattern as a regular expression", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    const value = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
    fc.assert(
      fc.property(letters, value, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`);
        assert.equal(textMatches(pattern, text), expression.test(text));
      }),
    );
  });

  it("does not take exponential time", () => {
    assert.equal(textMatches(`${"*a".repeat(50)}b`, "a".repeat(20_000)), false);
  });
});
