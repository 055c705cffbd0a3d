import assert from "node:assert/strict";
import * as program from "../../infra/atlas-tiers.ts";
import * as rules from "../../packages/tandem/policies/atlas-tiers.ts";

describe("tiers of Atlas", () => {
  it("are the same to the program and to the rules that judge it", () => {
    assert.deepEqual(rules.connectionLimits, program.connectionLimits);
    for (const tier of program.atlasTiers) assert.equal(rules.isDedicated(tier), program.isDedicated(tier));
  });
});
