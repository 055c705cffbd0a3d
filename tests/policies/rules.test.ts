import assert from "node:assert/strict";
import { check } from "../../policies/check.ts";
import { allRules } from "../../policies/rules/all.ts";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording } from "../../program/recording.ts";
import { atlasMutants, pulumiMutants } from "./mutants/atlas.ts";
import { dynamodbMutants, s3Mutants } from "./mutants/data.ts";
import { iamMutants } from "./mutants/iam.ts";
import { lambdaMutants } from "./mutants/lambda.ts";
import { alarmMutants, messagingMutants } from "./mutants/operations.ts";
import { httpApiMutants, logMutants, vpcMutants } from "./mutants/surroundings.ts";
import type { Mutants } from "./support/mutant.ts";

const mutants: Mutants = {
  ...lambdaMutants,
  ...iamMutants,
  ...logMutants,
  ...httpApiMutants,
  ...dynamodbMutants,
  ...s3Mutants,
  ...vpcMutants,
  ...messagingMutants,
  ...alarmMutants,
  ...atlasMutants,
  ...pulumiMutants,
};

const stacks = ["dev", "prod"] as const;

describe("rules", () => {
  const recorded = {} as Record<(typeof stacks)[number], Recording>;

  before(async () => {
    for (const stack of stacks) {
      recorded[stack] = await recordProgram({ cwd: process.cwd(), stack, bundle: false });
    }
  });

  for (const stack of stacks) {
    it(`are all kept by the program of ${stack}, and no waiver is wrong or unneeded`, () => {
      const { violations, waiverMistakes } = check(recorded[stack]);
      assert.deepEqual(
        violations.map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`),
        [],
      );
      assert.deepEqual(waiverMistakes, []);
    });
  }

  it("have ids of their own, a title and a remedy", () => {
    const ids = allRules.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    for (const { id, title, remedy } of allRules) {
      assert.match(id, /^[a-z0-9-]+\/[a-z0-9-]+$/);
      assert.ok(title.length > 0 && remedy.endsWith("."), id);
    }
  });

  it("each have a mutant, and no mutant is without its rule", () => {
    assert.deepEqual(Object.keys(mutants).sort(), allRules.map(({ id }) => id).sort());
  });

  for (const [rule, changes] of Object.entries(mutants)) {
    for (const { change, stack = "prod", mutate } of changes) {
      it(`${rule} alone notices in ${stack} that ${change}`, () => {
        const changed = structuredClone(recorded[stack]);
        mutate(changed);
        const broken = new Set(check(changed).violations.map((violation) => violation.rule));
        assert.deepEqual([...broken], [rule]);
      });
    }
  }
});
