import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { Bell } from "../../../local/workers/bell.ts";

describe("Bell", () => {
  let rung: number;
  let bell: Bell;
  beforeEach(() => {
    rung = 0;
    bell = new Bell(() => rung++);
  });

  it("rings at once for what is sent first", () => {
    bell.sent();
    assert.equal(rung, 1);
  });

  it("rings once more for all else of the same turn, when the turn ends", async () => {
    for (let sent = 0; sent < 5; sent++) bell.sent();
    assert.equal(rung, 1);
    await turn();
    assert.equal(rung, 2);
  });

  it("does not ring at the end of a turn for what it has rung for", async () => {
    bell.sent();
    await turn();
    assert.equal(rung, 1);
  });

  it("rings at once again in the next turn", async () => {
    bell.sent();
    bell.sent();
    await turn();
    bell.sent();
    assert.equal(rung, 3);
  });
});
