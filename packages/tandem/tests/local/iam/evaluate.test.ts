import assert from "node:assert/strict";
import fc from "fast-check";
import type { Context } from "../../../local/iam/conditions.ts";
import { evaluate } from "../../../local/iam/evaluate.ts";
import { parsePolicy } from "../../../local/iam/statements.ts";

const TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/motors";

interface Case {
  name: string;
  statements: object[];
  expected: "allowed" | "denied" | "explicitly denied" | "not judged";
  action?: string;
  resource?: string;
  context?: Context;
}

const allow = (changes: object = {}) => ({
  Effect: "Allow",
  Action: "dynamodb:GetItem",
  Resource: TABLE,
  ...changes,
});
const deny = (changes: object = {}) => ({ ...allow(changes), Effect: "Deny" });
const when = (operator: string, key: string, value: unknown) =>
  allow({ Condition: { [operator]: { [key]: value } } });

function verdict({
  statements,
  action = "dynamodb:GetItem",
  resource = TABLE,
  context = {},
}: Omit<Case, "expected">) {
  return evaluate(parsePolicy({ Version: "2012-10-17", Statement: statements }, "test"), {
    action,
    resource,
    context,
  }).kind;
}

const cases: Case[] = [
  { name: "denies what nobody allows", statements: [], expected: "denied" },
  { name: "allows what is named", statements: [allow()], expected: "allowed" },
  {
    name: "an explicit Deny wins over any Allow",
    statements: [allow(), deny(), allow()],
    expected: "explicitly denied",
  },
  {
    name: "a Deny of something else does nothing",
    statements: [allow(), deny({ Action: "dynamodb:PutItem" })],
    expected: "allowed",
  },
  {
    name: "actions are compared without case",
    statements: [allow({ Action: "DynamoDB:getitem" })],
    expected: "allowed",
  },
  {
    name: "resources are compared with case",
    statements: [allow({ Resource: TABLE.replace("motors", "Motors") })],
    expected: "denied",
  },
  { name: "* in an action", statements: [allow({ Action: "dynamodb:Get*" })], expected: "allowed" },
  {
    name: "? in an action is one character",
    statements: [allow({ Action: "dynamodb:GetIte?" })],
    expected: "allowed",
  },
  { name: "? is not none", statements: [allow({ Action: "dynamodb:GetItem?" })], expected: "denied" },
  { name: "the action of another service", statements: [allow({ Action: "sqs:*" })], expected: "denied" },
  {
    name: "one of several actions",
    statements: [allow({ Action: ["sqs:*", "dynamodb:*"] })],
    expected: "allowed",
  },
  { name: "* as the resource", statements: [allow({ Resource: "*" })], expected: "allowed" },
  {
    name: "* does not reach over the parts of an ARN",
    statements: [allow({ Resource: "arn:aws:dynamodb:*x:*:table/motors" })],
    expected: "denied",
  },
  {
    name: "* in the region",
    statements: [allow({ Resource: TABLE.replace("eu-central-1", "*") })],
    expected: "allowed",
  },
  {
    name: "another account",
    statements: [allow({ Resource: TABLE.replace("1234", "9999") })],
    expected: "denied",
  },
  {
    name: "a table does not include its indexes",
    statements: [allow()],
    resource: `${TABLE}/index/byGenre`,
    expected: "denied",
  },
  {
    name: "an index by wildcard",
    statements: [allow({ Resource: `${TABLE}/index/*` })],
    resource: `${TABLE}/index/byGenre`,
    expected: "allowed",
  },
  {
    name: "NotAction allows every other action",
    statements: [allow({ Action: undefined, NotAction: "dynamodb:PutItem" })],
    expected: "allowed",
  },
  {
    name: "NotAction does not allow its own",
    statements: [allow({ Action: undefined, NotAction: "dynamodb:Get*" })],
    expected: "denied",
  },
  {
    name: "NotResource allows every other resource",
    statements: [allow({ Resource: undefined, NotResource: `${TABLE}2` })],
    expected: "allowed",
  },
  {
    name: "NotResource does not allow its own",
    statements: [allow({ Resource: undefined, NotResource: TABLE })],
    expected: "denied",
  },
  {
    name: "Deny with NotResource denies every other",
    statements: [allow(), deny({ Resource: undefined, NotResource: `${TABLE}2` })],
    expected: "explicitly denied",
  },
  {
    name: "a condition that holds",
    statements: [when("StringEquals", "a:b", "x")],
    context: { "a:b": ["x"] },
    expected: "allowed",
  },
  {
    name: "a condition that does not hold",
    statements: [when("StringEquals", "a:b", "x")],
    context: { "a:b": ["y"] },
    expected: "denied",
  },
  {
    name: "a key in other letters",
    statements: [when("StringEquals", "A:B", "x")],
    context: { "a:b": ["x"] },
    expected: "allowed",
  },
  {
    name: "a key that is absent",
    statements: [when("StringEquals", "a:b", "x")],
    context: { "a:b": [] },
    expected: "denied",
  },
  {
    name: "an absent key with IfExists",
    statements: [when("StringEqualsIfExists", "a:b", "x")],
    context: { "a:b": [] },
    expected: "allowed",
  },
  ...(
    [
      ["NumericNotEquals", "10", "ten", "not judged"],
      ["NumericEquals", "0", "", "not judged"],
      ["NumericLessThan", "", "5", "not judged"],
      ["DateNotEquals", "2026-01-01T00:00:00Z", "soon", "not judged"],
      ["IpAddress", "10.1.2.3", "10.1.0.0/16", "allowed"],
      ["IpAddress", "10.2.2.3", "10.1.0.0/16", "denied"],
      ["IpAddress", "10.1.2.3", "10.1.2.3", "allowed"],
      ["IpAddress", "2001:db8::1", "2001:db8::/32", "allowed"],
      ["NotIpAddress", "10.1.2.3", "10.1.0.0/16", "denied"],
      ["NotIpAddress", "10.2.2.3", "10.1.0.0/16", "allowed"],
      ["IpAddress", "10.1.2.3", "10.1.0.0/99", "not judged"],
    ] as const
  ).map(([operator, actual, wanted, expected]) => ({
    name: `${operator} of "${actual}" and "${wanted}"`,
    statements: [when(operator, "a:b", wanted)],
    context: { "a:b": [actual] },
    expected,
  })),
  {
    name: "an absent key with a negated operator",
    statements: [when("StringNotEquals", "a:b", "x")],
    context: { "a:b": [] },
    expected: "allowed",
  },
  {
    name: "Null: true wants the key absent",
    statements: [when("Null", "a:b", "true")],
    context: { "a:b": [] },
    expected: "allowed",
  },
  {
    name: "Null: false wants it present",
    statements: [when("Null", "a:b", false)],
    context: { "a:b": [] },
    expected: "denied",
  },
  {
    name: "StringLike",
    statements: [when("StringLike", "s3:prefix", ["a/*", "b/*"])],
    context: { "s3:prefix": ["b/c"] },
    expected: "allowed",
  },
  {
    name: "ArnLike",
    statements: [when("ArnLike", "aws:SourceArn", "arn:aws:s3:::im*")],
    context: { "aws:sourcearn": ["arn:aws:s3:::imports"] },
    expected: "allowed",
  },
  {
    name: "Bool",
    statements: [when("Bool", "aws:SecureTransport", "true")],
    context: { "aws:securetransport": ["true"] },
    expected: "allowed",
  },
  {
    name: "NumericLessThanEquals",
    statements: [when("NumericLessThanEquals", "s3:max-keys", 10)],
    context: { "s3:max-keys": ["10"] },
    expected: "allowed",
  },
  {
    name: "a number that is none",
    statements: [when("NumericEquals", "s3:max-keys", "ten")],
    context: { "s3:max-keys": ["10"] },
    expected: "not judged",
  },
  {
    name: "DateGreaterThan",
    statements: [when("DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z")],
    context: { "aws:currenttime": ["2026-11-23T00:00:00Z"] },
    expected: "allowed",
  },
  {
    name: "ForAllValues",
    statements: [when("ForAllValues:StringEquals", "a:b", ["x", "y"])],
    context: { "a:b": ["x", "z"] },
    expected: "denied",
  },
  {
    name: "ForAllValues of none",
    statements: [when("ForAllValues:StringEquals", "a:b", ["x"])],
    context: { "a:b": [] },
    expected: "allowed",
  },
  {
    name: "ForAnyValue",
    statements: [when("ForAnyValue:StringEquals", "a:b", ["x", "y"])],
    context: { "a:b": ["x", "z"] },
    expected: "allowed",
  },
  {
    name: "a key nobody knows here is no yes",
    statements: [when("StringEquals", "aws:SourceVpce", "vpce-1")],
    expected: "not judged",
  },
  {
    name: "an operator that is not judged here is no yes",
    statements: [when("BinaryEquals", "a:b", "YQ==")],
    context: { "a:b": ["YQ=="] },
    expected: "not judged",
  },
  {
    name: "a Deny that cannot be judged is no yes",
    statements: [allow(), deny({ Condition: { StringEquals: { "aws:SourceVpce": "x" } } })],
    expected: "not judged",
  },
  {
    name: "an Allow elsewhere settles it",
    statements: [when("StringEquals", "aws:SourceVpce", "x"), allow()],
    expected: "allowed",
  },
  {
    name: "one condition that does not hold decides, whatever the unknown one says",
    statements: [allow({ Condition: { StringEquals: { "a:b": "x", "aws:SourceVpce": "y" } } })],
    context: { "a:b": ["z"] },
    expected: "denied",
  },
  {
    name: "a policy variable is no yes",
    statements: [allow({ Resource: `${TABLE}-\${aws:username}` })],
    expected: "not judged",
  },
];

describe("IAM evaluation", () => {
  for (const { expected, ...one } of cases) {
    it(`${one.name}: ${expected}`, () => assert.equal(verdict(one), expected));
  }

  const word = fc.stringMatching(/^[A-Za-z0-9/_.-]{1,12}$/);
  const action = word.map((name) => `dynamodb:${name.replace(/[^A-Za-z]/g, "x")}`);
  const statement = fc.record({
    Effect: fc.constantFrom("Allow", "Deny"),
    Action: fc.oneof(action, fc.constantFrom("*", "dynamodb:*", "dynamodb:Get*")),
    Resource: fc.oneof(
      word.map((name) => `arn:aws:dynamodb:eu-central-1:123456789012:table/${name}`),
      fc.constantFrom("*", TABLE, "arn:aws:dynamodb:*:*:table/*"),
    ),
  });

  it("never allows without an Allow, nor with a Deny of everything", () => {
    fc.assert(
      fc.property(fc.array(statement), action, (statements, asked) => {
        const denials = statements.filter(({ Effect }) => Effect === "Deny");
        assert.notEqual(verdict({ name: "", statements: denials, action: asked }), "allowed");
        const closed = [...statements, { Effect: "Deny", Action: "*", Resource: "*" }];
        assert.equal(verdict({ name: "", statements: closed, action: asked }), "explicitly denied");
      }),
    );
  });

  it("does not depend on the order of statements", () => {
    fc.assert(
      fc.property(fc.array(statement), action, (statements, asked) => {
        const forward = verdict({ name: "", statements, action: asked });
        assert.equal(verdict({ name: "", statements: [...statements].reverse(), action: asked }), forward);
      }),
    );
  });

  it("never loses a permission by one more Allow, nor wins one by one more Deny", () => {
    fc.assert(
      fc.property(fc.array(statement), statement, action, (statements, more, asked) => {
        const before = verdict({ name: "", statements, action: asked }) === "allowed";
        const after = verdict({ name: "", statements: [...statements, more], action: asked }) === "allowed";
        assert.ok(more.Effect === "Allow" ? after || !before : before || !after);
      }),
    );
  });

  it("takes a pattern of stars and questions as a person does", () => {
    const text = fc.stringMatching(/^[ab]{0,8}$/);
    const pattern = fc.stringMatching(/^[ab*?]{0,8}$/);
    fc.assert(
      fc.property(text, pattern, (name, glob) => {
        const expected = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(name);
        const Resource = `arn:aws:s3:::bucket/${glob}`;
        const resource = `arn:aws:s3:::bucket/${name}`;
        assert.equal(
          verdict({ name: "", statements: [allow({ Resource })], resource }) === "allowed",
          expected,
        );
      }),
    );
  });

  it("judges a pattern made to take for ever at once", () => {
    const Resource = `arn:aws:s3:::${"a*".repeat(2000)}b`;
    assert.equal(
      verdict({ name: "", statements: [allow({ Resource })], resource: `arn:aws:s3:::${"a".repeat(5000)}` }),
      "denied",
    );
  });
});
