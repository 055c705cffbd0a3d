import assert from "node:assert/strict";
import { filterPolicy, sourceFilter } from "../../../local/patterns/dialects.ts";

const attributes = (policy: unknown) => filterPolicy(JSON.stringify(policy), "MessageAttributes");
const body = (policy: unknown) => filterPolicy(JSON.stringify(policy), "MessageBody");

describe("filter policies of SNS", () => {
  it("take every message where they are empty", () => {
    assert.equal(attributes({})({}), true);
  });

  it("look at attributes by their whole name", () => {
    const matches = attributes({ "a.b": ["x"], price: [{ numeric: [">", 100] }] });
    assert.equal(matches({ "a.b": "x", price: 101 }), true);
    assert.equal(matches({ "a.b": "x", price: "101" }), false);
    assert.equal(matches({ price: 101 }), false);
  });

  it("look into a body", () => {
    const matches = body({ order: { kind: [{ "anything-but": { prefix: "test" } }] } });
    assert.equal(matches({ order: { kind: "real" } }), true);
    assert.equal(matches({ order: { kind: "tested" } }), false);
    assert.equal(matches({}), false);
  });

  it("know $or", () => {
    const matches = attributes({ source: ["s"], $or: [{ metric: ["m"] }, { space: [1] }] });
    assert.equal(matches({ source: "s", space: 1 }), true);
    assert.equal(matches({ source: "s" }), false);
  });

  const refused: [policy: unknown, message: RegExp][] = [
    [{ key: [{ "anything-but": { suffix: "x" } }] }, /^Unsupported anything-but pattern: suffix$/],
    [{ key: [{ wildcard: "x*" }] }, /^Unrecognized match type wildcard$/],
    [{ key: [{ suffix: { "equals-ignore-case": "x" } }] }, /^suffix match pattern must be a string$/],
    [{ a: { b: ["x"] } }, /^Filter policy scope MessageAttributes does not support nested filter policy$/],
    [{ $or: [{ a: { b: ["x"] } }, { c: ["x"] }] }, /does not support nested filter policy$/],
    [
      Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((key) => [key, ["x"]])),
      /^Filter policy can not have more than 5 keys$/,
    ],
    [{ key: Array.from({ length: 151 }, (_, index) => `value${index}`) }, /^Filter policy is too complex$/],
  ];
  for (const [policy, message] of refused) {
    it(`are refused: ${JSON.stringify(policy).slice(0, 70)}`, () => {
      assert.throws(() => attributes(policy), { name: "PatternError", message });
    });
  }

  it("take 150 combinations", () => {
    const values = (count: number) => Array.from({ length: count }, (_, index) => `value${index}`);
    assert.equal(attributes({ a: values(15), b: values(10) })({ a: "value14", b: "value9" }), true);
    assert.throws(() => attributes({ a: values(15), b: values(11) }), /too complex/);
  });
});

describe("filters of event source mappings", () => {
  const of = (pattern: unknown, service: string) => sourceFilter(JSON.stringify(pattern), service);

  it("let every record pass where they are empty", () => {
    assert.equal(of({}, "sqs")({ body: "x" }), true);
  });

  it("look into the body of a message that is JSON", () => {
    const matches = of({ body: { amount: [{ numeric: [">", 10] }] } }, "sqs");
    assert.equal(matches({ body: '{"amount": 11}' }), true);
    assert.equal(matches({ body: '{"amount": 10}' }), false);
    assert.equal(matches({ body: "no JSON" }), false);
    assert.equal(matches({ body: "[11]" }), false);
  });

  it("let no body pass that is no JSON, whatever they want to be absent in it", () => {
    const absent = { gone: [{ exists: false }] };
    const matches = of({ body: absent }, "sqs");
    assert.deepEqual(
      ["{}", '{"gone": 1}', "no JSON", "[{}]", "5"].map((body) => matches({ body })),
      [true, false, false, false, false],
    );
    const either = of({ $or: [{ body: absent }, { messageId: ["1"] }] }, "sqs");
    assert.deepEqual(
      ["1", "2"].map((messageId) => either({ body: "no JSON", messageId })),
      [true, false],
    );
    const record = (data: string) => ({ kinesis: { data: Buffer.from(data).toString("base64") } });
    const ofStream = of({ data: absent }, "kinesis");
    assert.deepEqual([ofStream(record("{}")), ofStream(record("no JSON"))], [true, false]);
  });

  it("take a body as a text, which one that is JSON is not", () => {
    const matches = of({ body: [{ prefix: "order " }] }, "sqs");
    assert.equal(matches({ body: "order 1" }), true);
    assert.equal(matches({ body: '{"order ": 1}' }), false);
  });

  it("look at what stands beside the body, whatever that is", () => {
    const matches = of({ attributes: { ApproximateReceiveCount: ["1"] } }, "sqs");
    assert.equal(matches({ body: "no JSON", attributes: { ApproximateReceiveCount: "1" } }), true);
    assert.equal(matches({ body: "no JSON", attributes: { ApproximateReceiveCount: "2" } }), false);
  });

  it("look at records of a table with their types", () => {
    const matches = of(
      {
        eventName: ["INSERT"],
        dynamodb: { NewImage: { price: { N: ["12"] }, gone: { S: [{ exists: false }] } } },
      },
      "dynamodb",
    );
    const record = (eventName: string, NewImage: object) => ({ eventName, dynamodb: { NewImage } });
    assert.equal(matches(record("INSERT", { price: { N: "12" } })), true);
    assert.equal(matches(record("MODIFY", { price: { N: "12" } })), false);
    assert.equal(matches(record("INSERT", { price: { N: "12" }, gone: { S: "x" } })), false);
  });

  it("look into the data of a stream", () => {
    const matches = of({ data: { kind: ["a"] } }, "kinesis");
    const record = (data: unknown) => ({
      kinesis: { data: Buffer.from(JSON.stringify(data)).toString("base64") },
    });
    assert.equal(matches(record({ kind: "a" })), true);
    assert.equal(matches(record({ kind: "b" })), false);
  });
});
