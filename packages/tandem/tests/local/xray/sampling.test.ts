import assert from "node:assert/strict";
import { type Sampled, Sampler, type SamplingRule, samplingRules } from "../../../local/xray/sampling.ts";
import type { Values } from "../../../program/recording.ts";
import { recordedProgram } from "../../support/recordings.ts";
import { resource } from "../iam/recordings.ts";

const any = {
  host: "*",
  httpMethod: "*",
  urlPath: "*",
  serviceName: "*",
  serviceType: "*",
  resourceArn: "*",
};
const declaredRule = (name: string, inputs: Values) =>
  resource("aws:xray/samplingRule:SamplingRule", name, { ...any, ruleName: name, version: 1, ...inputs }, {});
const rulesOf = (...rules: Values[]): SamplingRule[] =>
  samplingRules(recordedProgram(rules.map((inputs, index) => declaredRule(`rule${index}`, inputs))));

const invocation: Sampled = {
  serviceName: "motors-dev",
  serviceType: "AWS::Lambda::Function",
  resourceArn: "arn:aws:lambda:eu-central-1:123456789012:function:motors-dev",
};
const request: Sampled = {
  serviceName: "garage/live",
  serviceType: "AWS::ApiGateway::Stage",
  resourceArn: "arn:aws:apigateway:eu-central-1::/restapis/abc/stages/live",
  host: "api.example",
  method: "GET",
  path: "/live/motors/1",
  attribute: (name) => ({ "x-user": "ann" })[name.toLowerCase()],
};

/** A sampler whose clock and chance are the test's. */
function samplerOf(rules: readonly SamplingRule[], chance = 1) {
  const at = { now: 1_000_000, chance };
  const sampler = new Sampler(
    () => at.chance,
    () => at.now,
  );
  sampler.use(rules);
  return { sampler, at };
}

describe("Sampler", () => {
  it("follows the account's own rule where the program has none: one a second and one in twenty", () => {
    const { sampler, at } = samplerOf(rulesOf());
    assert.deepEqual(
      [1, 2, 3].map(() => sampler.samples(invocation)),
      [true, false, false],
    );
    at.chance = 0.049;
    assert.equal(sampler.samples(invocation), true);
    at.chance = 0.05;
    assert.equal(sampler.samples(invocation), false);
    at.now += 1_000;
    assert.equal(sampler.samples(invocation), true);
  });

  it("asks the rule with the lowest priority first, and no other once one matches", () => {
    const { sampler } = samplerOf(
      rulesOf(
        { priority: 20, reservoirSize: 100, fixedRate: 1 },
        { priority: 10, reservoirSize: 0, fixedRate: 0, serviceName: "motors-*" },
      ),
      0,
    );
    assert.deepEqual(
      sampler.rules.map(({ name }) => name),
      ["rule1", "rule0", "Default"],
    );
    assert.equal(sampler.samples(invocation), false);
    assert.equal(sampler.samples({ ...invocation, serviceName: "other" }), true);
  });

  it("matches by name and type of the service, ARN, host, method, path and headers, whatever their case", () => {
    const matching: Values[] = [
      { serviceName: "GARAGE/l?ve" },
      { serviceType: "AWS::ApiGateway::Stage" },
      { resourceArn: "*:/restapis/*/stages/live" },
      { host: "*.EXAMPLE" },
      { httpMethod: "get" },
      { urlPath: "/live/*/1" },
      { attributes: { "X-User": "a*n" } },
    ];
    const others: Values[] = [
      { serviceName: "garage/live2" },
      { serviceType: "AWS::Lambda::Function" },
      { resourceArn: "*:/restapis/*/stages/l" },
      { host: "example" },
      { httpMethod: "G" },
      { urlPath: "/live/*/2" },
      { attributes: { "x-user": "bob" } },
      { attributes: { "x-other": "*a" } },
    ];
    const isFollowed = (inputs: Values) => {
      const { sampler } = samplerOf(
        rulesOf({ ...inputs, priority: 1, reservoirSize: 1, fixedRate: 0 }).slice(0, 1),
      );
      return sampler.samples(request);
    };
    for (const inputs of matching) assert.equal(isFollowed(inputs), true, JSON.stringify(inputs));
    for (const inputs of others) assert.equal(isFollowed(inputs), false, JSON.stringify(inputs));
  });

  it("matches what an invocation does not have by a star alone", () => {
    const [path, attribute] = rulesOf(
      { priority: 1, reservoirSize: 1, fixedRate: 1, urlPath: "/motors*" },
      { priority: 2, reservoirSize: 1, fixedRate: 1, attributes: { "x-user": "ann" } },
    );
    for (const rule of [path, attribute])
      assert.equal(samplerOf([rule as SamplingRule], 0).sampler.samples(invocation), false);
  });

  it("takes a program's rule called Default for the account's, asked last whatever its priority", () => {
    const [last, ...none] = rulesOf({ ruleName: "Default", priority: 1, reservoirSize: 7, fixedRate: 0.5 });
    assert.deepEqual(none, []);
    assert.deepEqual([last?.reservoir, last?.rate, last?.priority], [7, 0.5, 10_000]);
  });

  it("follows all while it is told to, and by the rules afterwards", () => {
    const { sampler } = samplerOf(rulesOf({ priority: 1, reservoirSize: 0, fixedRate: 0 }));
    sampler.all = true;
    assert.equal(sampler.samples(request), true);
    sampler.all = false;
    assert.equal(sampler.samples(request), false);
  });

  it("is not held up by a pattern that is made of stars", () => {
    const { sampler } = samplerOf(
      rulesOf({ priority: 1, reservoirSize: 1, fixedRate: 1, urlPath: "*a".repeat(40) }).slice(0, 1),
      0,
    );
    assert.equal(sampler.samples({ ...request, path: `${"a".repeat(5_000)}b` }), false);
  });
});
