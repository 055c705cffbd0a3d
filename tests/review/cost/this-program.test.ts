import assert from "node:assert/strict";
import path from "node:path";
import { recordProgram } from "../../../program/record-program.ts";
import { assumed } from "../../../review/cost/assumptions.ts";
import { callsOf } from "../../../review/cost/calls.ts";
import { estimate } from "../../../review/cost/estimate.ts";
import { freeTier } from "../../../review/cost/prices.ts";
import { FUNCTION, ProgramView } from "../../../review/program-view/view.ts";

/** A service made from this one may stand in a region whose prices nobody has written down yet. */
const config = { "aws:region": "eu-central-1" };
const cwd = path.resolve(import.meta.dirname, "../../..");

describe("the bill of this program", () => {
  for (const [stack, unpriced] of [
    ["dev", ["CloudWatch metrics"]],
    ["prod", ["CloudWatch metrics", "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint"]],
  ] as const) {
    it(`has a price for everything in ${stack} but what it names`, async () => {
      const bill = estimate(await recordProgram({ cwd, stack, bundle: false, config }), assumed(), freeTier);
      assert.deepEqual(
        bill.unpriced.map(({ type }) => type),
        unpriced,
      );
      assert.ok(bill.total > 0);
    });
  }

  it("counts the calls of every function by what calls it", async () => {
    const recording = await recordProgram({ cwd, stack: "dev", bundle: false, config });
    const view = new ProgramView(recording);
    const load = assumed({ requests: 12_000, messages: 70, uploads: 30 });
    const calls = callsOf(view, load);
    const byName = Object.fromEntries(view.ofType(FUNCTION).map(({ urn, name }) => [name, calls.get(urn)]));
    const { importMovies, changeMovies, reportMovies } = byName;
    assert.deepEqual([importMovies, changeMovies, reportMovies?.toFixed(2)], [30, 70, (365 / 12).toFixed(2)]);
    const endpoints = recording.outputs.endpoints as { function: string }[];
    const answering = endpoints.map((endpoint) => byName[endpoint.function] ?? 0);
    assert.ok(Math.abs(answering.reduce((sum, count) => sum + count, 0) - 12_000) < 1e-6);
  });
});
