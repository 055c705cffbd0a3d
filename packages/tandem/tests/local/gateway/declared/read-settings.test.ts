import assert from "node:assert/strict";
import { readBucket } from "../../../../local/gateway/declared/read-settings.ts";

describe("readBucket", () => {
  it("takes each setting of the route before the stage's", () => {
    const stage = { throttlingBurstLimit: 10, throttlingRateLimit: 20 };
    assert.deepEqual(readBucket({ throttlingBurstLimit: 1 }, stage)?.throttle, { burst: 1, rate: 20 });
    assert.deepEqual(readBucket(undefined, stage)?.throttle, { burst: 10, rate: 20 });
  });

  it("takes what an account has for the one that is not set", () => {
    assert.deepEqual(readBucket({ throttlingRateLimit: 5 }, undefined)?.throttle, { burst: 5_000, rate: 5 });
    assert.deepEqual(readBucket({ throttlingBurstLimit: 0 }, undefined)?.throttle, {
      burst: 0,
      rate: 10_000,
    });
  });

  it("is none where nothing is set, or -1, as REST APIs say it", () => {
    assert.equal(readBucket(undefined, undefined), undefined);
    assert.equal(readBucket({}, { throttlingBurstLimit: -1, throttlingRateLimit: -1 }), undefined);
  });
});
