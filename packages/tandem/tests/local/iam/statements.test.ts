import assert from "node:assert/strict";
import { parsePolicy } from "../../../local/iam/statements.ts";

const valid = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" };

describe("policy document", () => {
  it("is read from text and from an object, with one statement or a list", () => {
    const [fromText] = parsePolicy(JSON.stringify({ Statement: [valid] }), "p");
    const [fromObject] = parsePolicy({ Statement: valid }, "p");
    assert.deepEqual(fromText, fromObject);
    assert.deepEqual(fromText, {
      effect: "Allow",
      actions: ["s3:GetObject"],
      exceptActions: false,
      resources: ["arn:aws:s3:::b/*"],
      exceptResources: false,
      conditions: [],
      source: "p",
    });
  });

  it("reads conditions with numbers and booleans as texts", () => {
    const Condition = { Bool: { "aws:SecureTransport": true }, NumericEquals: { "s3:max-keys": [1, 2] } };
    const [statement] = parsePolicy({ Statement: { ...valid, Condition } }, "p");
    assert.deepEqual(statement?.conditions, [
      { operator: "Bool", key: "aws:SecureTransport", values: ["true"] },
      { operator: "NumericEquals", key: "s3:max-keys", values: ["1", "2"] },
    ]);
  });

  const malformed: [what: string, document: unknown, message: RegExp][] = [
    [
      "an operator that IAM does not have",
      { Statement: { ...valid, Condition: { FooIfExists: { "a:b": "x" } } } },
      /policy of p is malformed: .*Condition FooIfExists is no operator of IAM/,
    ],
    ["no JSON", "{", /policy of p is malformed: is no JSON/],
    ["no object", "[]", /is no JSON object/],
    ["a wrong effect", { Statement: { ...valid, Effect: "allow" } }, /statement 1: Effect is "allow"/],
    ["no action", { Statement: { ...valid, Action: undefined } }, /needs Action or NotAction/],
    ["both Action and NotAction", { Statement: { ...valid, NotAction: "s3:*" } }, /one of the two/],
    [
      "an empty list of resources",
      { Statement: { ...valid, Resource: [] } },
      /needs Resource or NotResource/,
    ],
    [
      "an action without a service",
      { Statement: { ...valid, Action: "GetObject" } },
      /"GetObject" is no action/,
    ],
    [
      "a resource that is no ARN",
      { Statement: [valid, { ...valid, Resource: "motors" }] },
      /statement 2: "motors" is neither an ARN/,
    ],
    [
      "a condition that is a text",
      { Statement: { ...valid, Condition: "x" } },
      /Condition is no JSON object/,
    ],
    [
      "a condition value that is an object",
      { Statement: { ...valid, Condition: { Bool: { a: {} } } } },
      /Bool a has a value/,
    ],
  ];
  for (const [what, document, message] of malformed) {
    it(`with ${what} is refused`, () => {
      assert.throws(() => parsePolicy(document, "p"), { name: "UserError", message });
    });
  }
});
