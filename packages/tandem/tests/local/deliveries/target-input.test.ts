import assert from "node:assert/strict";
import type { BusEvent } from "../../../local/deliveries/bus-event.ts";
import { inputRefusal, inputText, type TargetInput } from "../../../local/deliveries/target-input.ts";

const detail = {
  command: "update-account",
  payload: { acc_id: "0a787ecb-4015", sf_id: "baz" },
  high: ["HIGH"],
  states: ["ACTIVE", "INACTIVE"],
  valid: true,
};
const event: BusEvent = {
  version: "0",
  id: "6f87d04b-9f74-4f04-a780-7acf4b0a9b38",
  "detail-type": "core.update-account-command",
  source: "core",
  account: "123456789012",
  time: "2026-11-26T10:00:00Z",
  region: "eu-central-1",
  resources: [],
  detail,
};
const rule = { ruleArn: "arn:aws:events:eu-central-1:123456789012:rule/own/updates", ruleName: "updates" };
const now = new Date("2026-11-26T10:00:01.234Z");

const of = (input: TargetInput) => inputText(input, event, rule, now);
const filled = (template: string) =>
  of({
    transformer: {
      template,
      paths: {
        type: "$.detail-type",
        time: "$.time",
        payload: "$.detail.payload",
        user: "$.detail.payload.acc_id",
        high: "$.detail.high",
        states: "$.detail.states",
        valid: "$.detail.valid",
        missing: "$.detail.missing",
      },
    },
  });

describe("input of a rule's target", () => {
  it("is the event where nothing is said, and a constant as it is written", () => {
    assert.deepEqual(JSON.parse(of({})), event);
    assert.equal(of({ constant: '{ "a": 1 }' }), '{ "a": 1 }');
  });

  it("is a part of the event", () => {
    assert.deepEqual(JSON.parse(of({ path: "$.detail.payload" })), detail.payload);
    assert.equal(of({ path: "$.detail.payload.sf_id" }), '"baz"');
    assert.equal(of({ path: "$.detail.states[1]" }), '"INACTIVE"');
    assert.equal(of({ path: "$['detail-type']" }), '"core.update-account-command"');
    assert.throws(() => of({ path: "$.detail.missing" }), /the event has nothing at \$\.detail\.missing/);
  });

  /** As recorded of AWS. */
  const templates: [template: string, text: string][] = [
    [
      '"Event of <type>, at <time>, of <missing>"',
      '"Event of core.update-account-command, at 2026-11-26T10:00:00Z, of "',
    ],
    ['{"type": <type>, "command": <missing>}', '{"type": "core.update-account-command", "command": ""}'],
    ['{"path": "users/<user>/second/<user>"}', '{"path": "users/0a787ecb-4015/second/0a787ecb-4015"}'],
    ['{"body": <payload>}', '{"body": {"acc_id":"0a787ecb-4015","sf_id":"baz"}}'],
    ['"Payload of <payload> and <user>"', '"Payload of {acc_id:0a787ecb-4015,sf_id:baz} and 0a787ecb-4015"'],
    ['"<high> single"\n"<states> several"', '"[HIGH] single"\n"[ACTIVE,INACTIVE] several"'],
    ['{"list": <high>}', '{"list": ["HIGH"]}'],
    ['{"list": [<user>, "fixed"]}', '{"list": ["0a787ecb-4015", "fixed"]}'],
    ['"Command is <valid>!"', '"Command is true!"'],
    [
      '"<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>"',
      `"${rule.ruleArn} updates 2026-11-26T10:00:01.234Z"`,
    ],
  ];
  for (const [template, text] of templates) {
    it(`is filled in: ${template.split("\n")[0]}`, () => assert.equal(filled(template), text));
  }

  it("has the event without its detail, and the whole of it", () => {
    const { "detail-type": detailType, detail: _detail, ...more } = event;
    assert.deepEqual(JSON.parse(filled('{"a": <aws.events.event>, "b": <aws.events.event.json>}')), {
      a: { ...more, detailType },
      b: event,
    });
  });

  for (const template of ["<high> single", '{"list": "<high>"}']) {
    it(`is none where what comes of a template is no JSON: ${template}`, () => {
      assert.throws(() => filled(template), { name: "NoInput", message: /is no JSON/ });
    });
  }

  it("is refused as AWS refuses it", () => {
    const template = '{"a": <notdefinedkey>}';
    assert.equal(
      inputRefusal({ transformer: { template, paths: { a: "$.a" } } }, "t"),
      "InputTemplate for target t contains invalid placeholder notdefinedkey.",
    );
    assert.equal(
      inputRefusal({ path: "$.detail", transformer: { template: '"x"', paths: {} } }, "t"),
      "Only one of Input, InputPath, or InputTransformer must be provided for target t.",
    );
    assert.match(inputRefusal({ path: "detail" }, "t") ?? "", /^Invalid JSON path detail/);
    assert.equal(inputRefusal({ path: "$" }, "t"), undefined);
  });
});
