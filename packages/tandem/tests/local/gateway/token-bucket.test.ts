import assert from "node:assert/strict";
import fc from "fast-check";
import { TokenBucket } from "../../../local/gateway/token-bucket.ts";

describe("TokenBucket", () => {
  it("lets a burst through at once, and then what the rate gives back", () => {
    const bucket = new TokenBucket({ burst: 2, rate: 10 });
    assert.deepEqual(
      [0, 0, 0, 99, 100, 100].map((now) => bucket.take(now)),
      [true, true, false, false, true, false],
    );
  });

  it("never holds more than a burst", () => {
    const bucket = new TokenBucket({ burst: 1, rate: 1000 });
    assert.deepEqual(
      [0, 60_000, 60_000].map((now) => bucket.take(now)),
      [true, true, false],
    );
  });

  it("refuses everything with a burst of 0, as AWS does", () => {
    const bucket = new TokenBucket({ burst: 0, rate: 100 });
    assert.deepEqual(
      [0, 10_000].map((now) => bucket.take(now)),
      [false, false],
    );
  });

  it("gives and takes nothing when the clock goes backwards", () => {
    const bucket = new TokenBucket({ burst: 1, rate: 1 });
    assert.deepEqual(
      [5_000, 0, 999, 1_000].map((now) => bucket.take(now)),
      [true, false, false, true],
    );
  });

  it("never lets more through than burst + rate × time", () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(100), fc.array(fc.nat(300), { maxLength: 200 }), (burst, rate, gaps) => {
        const bucket = new TokenBucket({ burst, rate });
        let now = 0;
        const taken = gaps.filter((gap) => {
          now += gap;
          return bucket.take(now);
        });
        assert.ok(taken.length <= burst + (rate * now) / 1000 + 1e-6);
      }),
    );
  });
});
