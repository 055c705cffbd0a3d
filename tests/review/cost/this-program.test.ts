import assert from "node:assert/strict";
import path from "node:path";
import { recordProgram } from "../../../program/record-program.ts";
import { assumed } from "../../../review/cost/assumptions.ts";
import { callsOf } from "../../../review/cost/calls.ts";
import { estimate } from "../../../review/cost/estimate.ts";
import { freeTier } from "../../../review/cost/prices.ts";
import { FUNCTION, ProgramView } from "../../../review/program-view/view.ts";

const cwd = path.resolve(import.meta.dirname, "../../..");

describe("the bill of this program", () => {
  for (const [stack, unpriced] of [
    ["dev", ["CloudWatch metrics"]],
    ["prod", ["CloudWatch metrics", "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint"]],
  ] as const) {
    it(`has a price for everything in ${stack} but what it names`, async () => {
      const bill = estimate(await recordProgram({ cwd, stack, bundle: false }), assumed(), freeTier);
      assert.deepEqual(
        bill.unpriced.map(({ type }) => type),
        unpriced,
      );
      assert.ok(bill.total > 0);
    });
  }

  it("counts the calls of every function by what calls it", async () => {
    const view = new ProgramView(await recordProgram({ cwd, stack: "dev", bundle: false }));
    const load = assumed({ requests: 12_000, messages: 70, uploads: 30 });
    const calls = callsOf(view, load);
    const byName = Object.fromEntries(view.ofType(FUNCTION).map(({ urn, name }) => [name, calls.get(urn)]));
    const { importMovies, changeMovies, reportMovies, ...answering } = byName;
    assert.deepEqual([importMovies, changeMovies, reportMovies?.toFixed(2)], [30, 70, (365 / 12).toFixed(2)]);
    assert.equal(
      Object.values(answering).reduce((sum: number, count = 0) => sum + count, 0),
      12_000,
    );
  });
});
