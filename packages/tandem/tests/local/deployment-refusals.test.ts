import assert from "node:assert/strict";
import { DeploymentRefusals } from "../../local/deployment-refusals.ts";

describe("DeploymentRefusals", () => {
  it("say a mistake once, and again only where it was mended in between", () => {
    const refusals = new DeploymentRefusals(true);
    const lines: string[] = [];
    const report = (...mistakes: string[]) => refusals.report(mistakes, (line) => lines.push(line));
    report("a is wrong.");
    refusals.next();
    report("a is wrong.", "b is wrong.");
    refusals.next();
    report("b is wrong.");
    refusals.next();
    report("a is wrong.", "b is wrong.");
    assert.deepEqual(lines, [
      "AWS would refuse: a is wrong.",
      "AWS would refuse: b is wrong.",
      "AWS would refuse: a is wrong.",
    ]);
  });
});
