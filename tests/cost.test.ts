// #region books, movies
import assert from "node:assert/strict";
import path from "node:path";
import { recordProgram } from "../packages/tandem/program/record-program.ts";
import type { Recording } from "../packages/tandem/program/recording.ts";
import { assumed } from "../packages/tandem/review/cost/assumptions.ts";
import { callsOf } from "../packages/tandem/review/cost/calls.ts";
import { estimate } from "../packages/tandem/review/cost/estimate.ts";
import { freeTier } from "../packages/tandem/review/cost/prices/prices.ts";
import { FUNCTION, ProgramView } from "../packages/tandem/review/program-view/view.ts";

/** A service made from this one may stand in a region whose prices nobody has written down yet. */
const config = { "aws:region": "eu-central-1" };
const cwd = path.resolve(import.meta.dirname, "..");

describe("the bill of this program", () => {
  const recordings: Record<string, Recording> = {};

  before(async () => {
    for (const stack of ["dev", "prod"]) recordings[stack] = await recordProgram({ cwd, stack, config });
  });

  const recorded = (stack: "dev" | "prod"): Recording => {
    const recording = recordings[stack];
    assert.ok(recording, stack);
    return recording;
  };

  for (const [stack, measured] of [
    ["dev", false],
    ["prod", true],
  ] as const) {
    it(`has a price for everything in ${stack}, and ${measured ? "metrics" : "no metrics"} of single routes`, () => {
      const bill = estimate(recorded(stack), assumed(), freeTier);
      assert.deepEqual(bill.unpriced, []);
      assert.ok(bill.total > 0);
      const items = bill.lines.map(({ item }) => item);
      assert.equal(items.includes("metrics of routes, at most"), measured);
      assert.ok(items.includes("metrics of functions' logs, at most"));
    });
  }

  it("counts the calls of every function by what calls it", () => {
    const recording = recorded("dev");
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
