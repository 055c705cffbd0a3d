import assert from "node:assert/strict";
import { RateLimit } from "../../local/rate-limit.ts";
import { wallTime } from "../../local/wall-time.ts";

describe("the time of day of what happened", () => {
  const clocks = { date: Date.now, machine: performance.now };
  afterEach(() => {
    Object.assign(Date, { now: clocks.date });
    Object.assign(performance, { now: clocks.machine });
  });

  it("is that of the system's clock, which is asked once a second", () => {
    let asked = 0;
    let [machine, day] = [performance.now() + 10_000, 1_700_000_000_000];
    Object.assign(performance, { now: () => machine });
    Object.assign(Date, {
      now() {
        asked++;
        return day;
      },
    });
    assert.equal(wallTime(machine), day);
    for (let after = 1; after <= 1_000; after++) assert.equal(wallTime(machine + after), day + after);
    assert.equal(wallTime(machine - 300), day - 300, "of what began before");
    assert.equal(asked, 1);
    // The machine slept an hour, and its own clock with it.
    machine += 2_000;
    day += 3_602_000;
    assert.equal(wallTime(machine), day);
    assert.equal(asked, 2);
  });

  it("is not before the moment itself", () => {
    const earliest = Date.now();
    assert.ok(wallTime(performance.now()) >= earliest);
  });
});

describe("RateLimit", () => {
  it("takes what comes late as of the second that runs, and a clock that was set back as a new one", () => {
    const limit = new RateLimit(2, () => assert.fail("the clock is not asked"));
    const taken = (...seconds: number[]) => seconds.map((second) => limit.take(second * 1_000));
    assert.deepEqual(taken(100, 100.5, 100.9), [true, true, false]);
    assert.deepEqual(taken(99, 101, 100.5, 101.2), [false, true, true, false]);
    assert.deepEqual(taken(20, 20, 20.5), [true, true, false]);
  });
});
