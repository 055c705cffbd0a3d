import assert from "node:assert/strict";
import type { TraceDetail } from "../../console/page/types.ts";
import { LookedAt } from "./support.ts";

describe("console: traces of a program with tracing", () => {
  let run: LookedAt;
  let rest: string;

  before(async () => {
    run = await LookedAt.start("traced");
    [, rest = ""] = await run.run.says(/(http:\S+)\/live\/items/);
  });
  after(() => run.end());

  it("hold what AWS's own SDK for X-Ray sent, below the segments of API Gateway and Lambda", async () => {
    const response = await fetch(`${rest}/live/items/one`, { method: "PUT", body: "hello" });
    const { trace } = (await response.json()) as { trace: string };
    const [, id] = /^Root=(1-[\da-f]{8}-[\da-f]{24});Parent=[\da-f]{16};Sampled=1$/.exec(trace) ?? [];
    const found = await run.until<TraceDetail>(`/api/traces/${id}`, ({ segments }) => segments === 9);
    const [stage] = found.roots;
    assert.equal(stage?.name, "rest/live");
  });
});
