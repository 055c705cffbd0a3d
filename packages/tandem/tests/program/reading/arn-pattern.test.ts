import assert from "node:assert/strict";
import fc from "fast-check";
import {
  arnMatches,
  literal,
  resourceCovers,
  resourceMatches,
  textMatches,
} from "../../../program/reading/arn-pattern.ts";

const ARN = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/$default/GET/barns/{id}";

describe("arnMatches", () => {
  it("matches each part for itself", () => {
    for (const pattern of [
      "*",
      ARN,
      "arn:aws:execute-api:*:*:a1b2/*/*",
      "arn:aws:execute-api:eu-west-?:*:a1b2/*/GET/barns/*",
    ]) {
      assert.equal(arnMatches(pattern, ARN), true, pattern);
    }
    for (const pattern of [
      "arn:aws:*",
      "arn:aws:execute-api:eu-west-1:999999999999:a1b2/*",
      "arn:aws:execute-api:*:*:a1b2/*/POST/*",
      "",
    ]) {
      assert.equal(arnMatches(pattern, ARN), false, pattern);
    }
  });

  it("does not let a star reach over a colon of the first five parts", () => {
    assert.equal(arnMatches("arn:aws:a*c:r:1:x", "arn:aws:a:b:c:r:1:x"), false);
  });

  it("lets a star in the last part reach over colons", () => {
    assert.equal(arnMatches("arn:aws:lambda:r:1:function:*", "arn:aws:lambda:r:1:function:name:live"), true);
  });
});

describe("resourceMatches", () => {
  const table = "arn:aws:dynamodb:eu-west-1:123456789012:table/ferns";

  it("lets a star that ends a part run over the colons behind it, and completes what is too short", () => {
    for (const pattern of [
      "*",
      "arn:aws:dynamodb:*",
      "arn:aws:dynamodb",
      "arn:*",
      "arn:aws:dynamodb:eu-*:*:table/f?rns",
      "arn:aws:dynamodb:eu-*-1:*:table/*",
      "arn:aws:dynamodb:eu-west-?:*",
      table,
    ]) {
      assert.equal(resourceMatches(pattern, table), true, pattern);
    }
  });

  it("keeps any other wildcard within its part", () => {
    for (const pattern of [
      "arn:aws:dyn*1:123456789012:table/ferns",
      "arn:aws:dynamodb?eu-west-1:123456789012:table/ferns",
      "arn:aws:sqs:*",
      "arn:aws:dynamodb:*:table/other",
      "arn:aws:dynamodb:us-*-1:*",
      "",
    ]) {
      assert.equal(resourceMatches(pattern, table), false, pattern);
    }
  });

  it("takes what a variable stands for as it is", () => {
    assert.equal(resourceMatches(`arn:aws:s3:::b/${literal("*")}/x`, "arn:aws:s3:::b/*/x"), true);
    assert.equal(resourceMatches(`arn:aws:s3:::b/${literal("*")}/x`, "arn:aws:s3:::b/a/x"), false);
  });

  it("takes no exponential time over a key with many colons", function () {
    // A hundred times what it takes; trying every way takes three times as long as this.
    this.timeout(10_000);
    const key = `arn:aws:s3:::b/${":a".repeat(300)}`;
    assert.equal(resourceMatches("arn:*:*:*:*:*x", key), false);
    assert.equal(resourceMatches("arn:a?s:*:*:*:*x", key), false);
  });
});

describe("resourceCovers", () => {
  it("tells whether one pattern means all that another means", () => {
    const pairs: [whole: string, part: string, covers: boolean][] = [
      ["arn:aws:dynamodb:*", "arn:aws:dynamodb:*:*:table/x", true],
      ["arn:aws:dynamodb:*:*:*", "arn:aws:dynamodb:*", true],
      ["arn:aws:dynamodb:*:*:table/*", "arn:aws:dynamodb:*", false],
      ["arn:aws:s3:::b/?", "arn:aws:s3:::b/*", false],
      ["arn:aws:s3:::b/*", "arn:aws:s3:::b/?", true],
      ["*", "arn:aws:s3:::b", true],
      ["arn:aws:s3:::b", "*", false],
    ];
    for (const [whole, part, covers] of pairs)
      assert.equal(resourceCovers(whole, part), covers, `${whole} ${part}`);
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
