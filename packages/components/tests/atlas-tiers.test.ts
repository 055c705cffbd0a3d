import assert from "node:assert/strict";
import * as rules from "../../tandem/policies/atlas-tiers.ts";
import prices from "../../tandem/review/cost/prices/atlas.json" with { type: "json" };
import * as program from "../atlas-tiers.ts";

describe("tiers of Atlas", () => {
  it("are the same to the program and to the rules that judge it", () => {
    assert.deepEqual(rules.connectionLimits, program.connectionLimits);
    const { "us-east-1": virginia } = prices.regions;
    assert.deepEqual(program.hourlyPrices, virginia.tierHour);
    assert.equal(program.priceOf("FLEX"), `from ${virginia.flexMonth} USD a month`);
    for (const tier of program.atlasTiers) assert.equal(rules.isDedicated(tier), program.isDedicated(tier));
  });
});
