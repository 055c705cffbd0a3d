import assert from "node:assert/strict";
import { parseDuration } from "../../cli/duration.ts";

describe("parseDuration", () => {
  it("reads seconds, minutes, hours and days", () => {
    assert.deepEqual(
      ["90s", "15m", "1h", "7d"].map((text) => parseDuration("--expires", text)),
      [90, 900, 3_600, 604_800],
    );
  });

  it("refuses everything else with the option, the value and what is wanted", () => {
    for (const text of ["", "0s", "-1h", "1.5h", "1 h", "h", "10", "1w", "constructor"]) {
      assert.throws(() => parseDuration("--expires", text), {
        name: "UserError",
        message: `--expires ${JSON.stringify(text)}: a time like 90s, 15m, 1h or 7d is wanted.`,
      });
    }
  });
});
