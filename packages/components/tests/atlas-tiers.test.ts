import assert from "node:assert/strict";
import * as rules from "../../tandem/policies/atlas-tiers.ts";
import * as program from "../atlas-tiers.ts";

describe("tiers of Atlas", () => {
  it("are the same to the program and to the rules that judge it", () => {
    assert.deepEqual(rules.connectionLimits, program.connectionLimits);
    for (const tier of program.atlasTiers) assert.equal(rules.isDedicated(tier), program.isDedicated(tier));
  });
});
