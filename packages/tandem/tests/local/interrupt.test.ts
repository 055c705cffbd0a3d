import assert from "node:assert/strict";
import { mock } from "node:test";
import { onInterrupt } from "../../local/interrupt.ts";

describe("onInterrupt", () => {
  const listeners = () => process.listenerCount("SIGINT") + process.listenerCount("SIGTERM");

  afterEach(() => mock.timers.reset());

  it("takes the copies of one Ctrl-C as one, and leaves a later one to end the process at once", () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const before = listeners();
    let asked = 0;
    onInterrupt(() => {
      asked += 1;
    });
    process.emit("SIGINT");
    process.emit("SIGINT");
    process.emit("SIGTERM");
    assert.equal(asked, 1);
    assert.equal(listeners(), before + 2);
    mock.timers.runAll();
    assert.equal(listeners(), before);
  });
});
