import assert from "node:assert/strict";
import { runsPerMonth } from "../../../review/cost/schedules.ts";

const days = 365 / 12;

describe("runsPerMonth", () => {
  const cases: [string, number][] = [
    ["rate(1 minute)", days * 24 * 60],
    ["rate(12 hours)", days * 2],
    ["rate(7 days)", days / 7],
    ["cron(0 2 * * ? *)", days],
    ["cron(0/15 * * * ? *)", days * 24 * 4],
    ["cron(0 8,20 * * ? *)", days * 2],
    ["cron(0 9 ? * MON-FRI *)", (days * 5) / 7],
    ["cron(30 6 1,15 * ? *)", 2],
    ["cron(0 0 1 1,7 ? *)", 2 / 12],
    ["at(2027-01-01T00:00:00)", 1],
  ];
  for (const [expression, runs] of cases) {
    it(`counts ${expression}`, () => assert.equal(runsPerMonth(expression).toFixed(6), runs.toFixed(6)));
  }
});
