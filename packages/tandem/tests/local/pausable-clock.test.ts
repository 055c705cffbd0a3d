import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { after } from "../../local/pausable-clock.ts";

describe("the clock of time-outs", () => {
  it("waits for more than 24 days without a timer that calls at once", async () => {
    const warnings: Error[] = [];
    const noted = (warning: Error) => warnings.push(warning);
    process.on("warning", noted);
    const cancel = after(2 ** 31 * 2, () => assert.fail("it is not time"));
    await setImmediate();
    await setImmediate();
    cancel();
    process.off("warning", noted);
    assert.deepEqual(warnings, []);
  });
});
