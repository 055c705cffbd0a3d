import assert from "node:assert/strict";
import { runsPerMonth } from "../../../review/cost/schedules.ts";

const DAYS = 365 / 12;

describe("runsPerMonth", () => {
  const cases: [string, number][] = [
    ["rate(1 minute)", DAYS * 24 * 60],
    ["rate(12 hours)", DAYS * 2],
    ["rate(7 days)", DAYS / 7],
    ["cron(0 2 * * ? *)", DAYS],
    ["cron(0/15 * * * ? *)", DAYS * 24 * 4],
    ["cron(0 8,20 * * ? *)", DAYS * 2],
    ["cron(0 9 ? * MON-FRI *)", (DAYS * 5) / 7],
    ["cron(30 6 1,15 * ? *)", 2],
    ["cron(0 0 1 1,7 ? *)", 2 / 12],
    ["at(2027-01-01T00:00:00)", 1],
  ];
  for (const [expression, runs] of cases) {
    it(`counts ${expression}`, () => assert.equal(runsPerMonth(expression).toFixed(6), runs.toFixed(6)));
  }
});
