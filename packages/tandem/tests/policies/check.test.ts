import assert from "node:assert/strict";
import { check } from "../../policies/check.ts";
import type { Rule } from "../../policies/rule.ts";
import { allRules } from "../../policies/rules/all.ts";
import type { Waiver } from "../../policies/waivers.ts";
import type { Recording, Value } from "../../program/recording.ts";
import { recordedProgram, recordedResource } from "../support/recordings.ts";
import { add } from "./support/mutant.ts";

const everywhere: Rule = {
  id: "test/everywhere",
  standards: ["CKV_TEST_1"],
  title: "No queue is called added",
  remedy: "Give it another name.",
  check: ({ resources }) =>
    resources
      .filter(({ name }) => name === "added")
      .map(({ urn }) => ({ urn, message: "it is called added" })),
};
const inProduction: Rule = { ...everywhere, id: "test/in-production", onlyInProduction: true };
const grave: Rule = { ...everywhere, id: "test/grave", waivable: false };
const ofStack: Rule = {
  ...everywhere,
  id: "test/of-stack",
  check: () => [{ urn: "urn:pulumi:dev::shop::pulumi:pulumi:Stack::tandem-dev", message: "of no resource" }],
};

const waiver: Waiver = {
  rule: everywhere.id,
  resource: "added",
  stacks: ["dev"],
  reason: "It is called so.",
};

describe("check", () => {
  it("tells of each broken rule what, where, why and what to do", () => {
    assert.deepEqual(check(recording(), { rules: [everywhere] }), {
      rules: 1,
      unjudged: [{ type: "aws:sqs/queue:Queue", count: 1 }],
      violations: [
        {
          rule: "test/everywhere",
          standards: ["CKV_TEST_1"],
          urn: "urn:pulumi:dev::shop::aws:sqs/queue:Queue::added",
          resource: "added",
          message: "it is called added",
          title: "No queue is called added",
          remedy: "Give it another name.",
        },
      ],
      waived: [],
      waiverMistakes: [],
    });
  });

  it("names the stack where a finding is of no single resource", () => {
    const [violation] = check(recording(), { rules: [ofStack] }).violations;
    assert.equal(violation?.resource, "shop-dev");
  });

  it("asks of a WebSocket API that $connect is guarded, and of no other route", () => {
    const api = recordedResource({
      type: "aws:apigatewayv2/api:Api",
      name: "chat",
      inputs: { protocolType: "WEBSOCKET" },
    });
    const routes = ["$connect", "$default", "say"].map((routeKey) =>
      recordedResource({
        type: "aws:apigatewayv2/route:Route",
        name: routeKey,
        inputs: { routeKey },
        propertyDependencies: { apiId: [api.urn] },
      }),
    );
    const rules = allRules.filter(({ id }) => ["http-api/writes-guarded", "http-api/open-said"].includes(id));
    const program = recordedProgram([api, ...routes], { config: { "shop:production": "true" } });
    assert.deepEqual(
      check(program, { rules }).violations.map(({ rule, resource }) => [rule, resource]),
      [
        ["http-api/writes-guarded", "$connect"],
        ["http-api/open-said", "$connect"],
      ],
    );
  });

  it("tells no secret in what it says of a broken rule, be it the value or within it", () => {
    const judged = recording();
    const secret = { $: "secret", value: "hunter2" } as const;
    add(judged, "aws:rds/instance:Instance", { password: secret });
    add(judged, "aws:rds/cluster:Cluster", { masterPassword: { given: [secret] } });
    const messages = check(judged)
      .violations.filter(({ rule }) => rule === "rds/no-password")
      .map(({ message }) => message);
    assert.deepEqual(messages, [
      "has a password of the program's: password is [secret]",
      'has a password of the program\'s: masterPassword is {"given":["[secret]"]}',
    ]);
  });

  it("takes the text of a function's code for no text of the program", () => {
    const judged = recording();
    const text = "Calling [toString] on an [Output<T>] is [object Object]";
    const code = { $: "archive", assets: { "index.js": { $: "asset", text } } } as unknown as Value;
    add(judged, "aws:lambda/function:Function", { code, description: text });
    const found = check(judged).violations.filter(({ rule }) => rule === "pulumi/no-output-in-string");
    assert.deepEqual(
      found.map(({ message }) => message),
      [`description is ${JSON.stringify(text)}`],
    );
  });

  describe("asks for the rules of production", () => {
    const broken = (overrides: Partial<Recording>) =>
      check(recording(overrides), { rules: [inProduction] }).violations.length;

    it("where the configuration says so, whatever the stack is called", () => {
      assert.equal(broken({ stack: "live", config: { "shop:production": true } }), 1);
      assert.equal(broken({ stack: "live", config: { "shop:production": "true" } }), 1);
      assert.equal(broken({ stack: "prod", config: { "shop:production": false } }), 0);
    });

    it("by the name of the stack where no configuration is known", () => {
      assert.equal(broken({ stack: "prod" }), 1);
      assert.equal(broken({ stack: "production" }), 1);
      assert.equal(broken({ stack: "dev" }), 0);
    });
  });

  describe("with a waiver", () => {
    const verdict = (overrides: Partial<Waiver>, rules: Rule[] = [everywhere]) =>
      check(recording(), { rules, waivers: [{ ...waiver, ...overrides }] });

    it("excuses the rule for that resource and keeps the reason", () => {
      const { violations, waived, waiverMistakes } = verdict({});
      assert.deepEqual(violations, []);
      assert.deepEqual(waiverMistakes, []);
      assert.deepEqual(
        waived.map(({ rule, reason }) => ({ rule, reason })),
        [{ rule: "test/everywhere", reason: "It is called so." }],
      );
    });

    it("excuses neither another rule nor another resource nor another stack", () => {
      assert.equal(verdict({}, [everywhere, ofStack]).violations.length, 1);
      assert.equal(verdict({ resource: "other" }).violations.length, 1);
      assert.equal(verdict({ stacks: ["prod"] }).violations.length, 1);
    });

    it("refuses it for what no reason excuses: the rule stays broken and the waiver is a mistake", () => {
      const { violations, waiverMistakes } = verdict({ rule: grave.id }, [grave]);
      assert.equal(violations.length, 1);
      assert.match(waiverMistakes.join(), /test\/grave for "added" is refused/);
    });

    it("refuses one without a reason, and one for a rule that does not exist", () => {
      assert.match(verdict({ reason: " " }).waiverMistakes.join(), /gives no reason/);
      assert.equal(verdict({ reason: " " }).violations.length, 1);
      assert.match(verdict({ rule: "test/gone" }).waiverMistakes.join(), /names a rule that does not exist/);
    });

    it("keeps one of a resource that another one would make break the rule, and no other", () => {
      const guardedLater: Rule = {
        ...everywhere,
        check: () => [],
        mayComeToBreak: ({ resources }) => resources.filter(({ name }) => name === "added"),
      };
      assert.deepEqual(verdict({}, [guardedLater]).waiverMistakes, []);
      assert.match(verdict({ resource: "other" }, [guardedLater]).waiverMistakes.join(), /is not needed/);
    });

    it("keeps that of an open route while the API guards none", () => {
      const judged = recording({ stack: "prod" });
      add(judged, "aws:apigatewayv2/route:Route", { routeKey: "GET /hello", authorizationType: "NONE" });
      const ofRoute = { ...waiver, rule: "http-api/reads-guarded", stacks: ["prod"] };
      assert.deepEqual(check(judged, { waivers: [ofRoute] }).waiverMistakes, []);
    });

    it("reports the second of two for the same, whatever the order", () => {
      const { violations, waiverMistakes } = check(recording(), {
        rules: [everywhere],
        waivers: [waiver, { ...waiver, reason: "Once more." }],
      });
      assert.deepEqual(violations, []);
      assert.deepEqual(waiverMistakes, [
        'The waiver of test/everywhere for "added" stands there twice; remove one',
      ]);
    });

    it("reports one that is for none of the program's stacks", () => {
      const asked = (stacks: string[]) =>
        check(recording(), { rules: [], waivers: [{ ...waiver, stacks: ["prd"] }], stacks }).waiverMistakes;
      assert.deepEqual(asked(["dev", "prod"]), [
        'The waiver of test/everywhere for "added" is for prd, and there is no such stack; there are: dev, prod',
      ]);
      assert.deepEqual(asked([]), []);
      assert.deepEqual(asked(["dev", "prd"]), []);
    });

    it("reports one that nothing needs, in the stacks it is for", () => {
      assert.match(verdict({ resource: "other" }).waiverMistakes.join(), /is not needed/);
      assert.deepEqual(verdict({ resource: "other", stacks: ["prod"] }).waiverMistakes, []);
    });
  });
});

describe("what no reason excuses", () => {
  it("is a wildcard action, public access, and a password or secret in plain sight", () => {
    assert.deepEqual(
      allRules.filter(({ waivable }) => waivable === false).map(({ id }) => id),
      [
        "lambda/no-secret-in-variable",
        "lambda/not-public",
        "iam/no-administrator",
        "iam/no-wildcard-action",
        "http-api/writes-guarded",
        "s3/not-public",
        "vpc/no-open-ingress",
        "atlas/no-open-access",
        "atlas/no-password",
        "access/not-public",
        "rds/not-public",
        "stores/not-public",
        "ecs/confined",
        "pulumi/no-plain-secret",
      ],
    );
  });
});

function recording(overrides: Partial<Recording> = {}): Recording {
  const empty = recordedProgram([]);
  add(empty, "aws:sqs/queue:Queue", {});
  return { ...empty, ...overrides };
}
