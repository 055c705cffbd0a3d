import assert from "node:assert/strict";
import { cronPattern, parseExpression } from "../../../../local/event-sources/scheduler/expressions.ts";

/** The first times after a Monday noon in UTC. */
function times(expression: string, timeZone?: string, count = 2): string[] {
  const parsed = parseExpression(expression, timeZone);
  const found: string[] = [];
  let after = new Date("2026-11-23T12:00:00Z");
  while (found.length < count) {
    const next = parsed.next(after);
    if (!next) break;
    found.push(next.toISOString().replace(".000Z", "Z"));
    after = next;
  }
  return found;
}

describe("schedule expression", () => {
  it("reads cron with AWS's six fields", () => {
    assert.deepEqual(times("cron(0 2 * * ? *)"), ["2026-11-24T02:00:00Z", "2026-11-25T02:00:00Z"]);
    assert.deepEqual(times("cron(15 10 ? * 6L 2027)"), ["2027-01-29T10:15:00Z", "2027-02-26T10:15:00Z"]);
  });

  it("counts Sunday as 1 and knows the names of days and months", () => {
    assert.deepEqual(times("cron(0 8 ? * 1 *)", "UTC", 1), ["2026-11-29T08:00:00Z"]);
    assert.deepEqual(times("cron(0 8 ? * MON-FRI *)"), ["2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z"]);
    assert.deepEqual(times("cron(0 8 1 JAN ? *)", "UTC", 1), ["2027-01-01T08:00:00Z"]);
  });

  it("reads steps from a value on, lists, last days, weekdays and the nth day", () => {
    assert.deepEqual(times("cron(5/25 * * * ? *)", "UTC", 3), [
      "2026-11-23T12:05:00Z",
      "2026-11-23T12:30:00Z",
      "2026-11-23T12:55:00Z",
    ]);
    assert.deepEqual(times("cron(0,30 9 L * ? *)"), ["2026-11-30T09:00:00Z", "2026-11-30T09:30:00Z"]);
    assert.deepEqual(times("cron(0 9 ? * 2#1 *)", "UTC", 1), ["2026-12-07T09:00:00Z"]);
    assert.deepEqual(times("cron(0 9 6W * ? *)", "UTC", 1), ["2026-12-07T09:00:00Z"]);
  });

  it("follows the time zone over daylight saving time", () => {
    const parsed = parseExpression("cron(0 2 * * ? *)", "Europe/Berlin");
    assert.equal(parsed.next(new Date("2026-07-01T12:00:00Z"))?.toISOString(), "2026-07-02T00:00:00.000Z");
    assert.equal(parsed.next(new Date("2026-12-01T12:00:00Z"))?.toISOString(), "2026-12-02T01:00:00.000Z");
  });

  it("reads a rate from now on", () => {
    assert.deepEqual(times("rate(5 minutes)"), ["2026-11-23T12:05:00Z", "2026-11-23T12:10:00Z"]);
    assert.deepEqual(times("rate(1 day)", "UTC", 1), ["2026-11-24T12:00:00Z"]);
  });

  it("runs once at a time, and not when it is over", () => {
    assert.deepEqual(times("at(2026-12-24T18:00:00)", "Europe/Berlin"), ["2026-12-24T17:00:00Z"]);
    assert.deepEqual(times("at(2020-01-01T00:00:00)"), []);
  });

  it("refuses what AWS refuses, and says why", () => {
    const refused: [text: string, why: RegExp, zone?: string][] = [
      ["cron(0 2 * * *)", /it has 5 fields; AWS wants 6: minutes, hours/],
      ["cron(0 2 * * * *)", /one of day of month and day of week has to be "\?"/],
      ["cron(0 2 ? * ? *)", /one of day of month and day of week has to be "\?"/],
      ["cron(61 2 * * ? *)", /"cron\(61 2/],
      ["rate(1 minutes)", /with an s for more than one/],
      ["rate(5 minute)", /with an s for more than one/],
      ["rate(0 minutes)", /a rate is a number/],
      ["at(tomorrow)", /neither rate\(…\) nor cron\(…\) nor at/],
      ["0 2 * * *", /neither rate/],
      ["cron(0 2 * * ? *)", /Nowhere\/Land/, "Nowhere/Land"],
    ];
    for (const [text, message, zone] of refused) {
      assert.throws(() => parseExpression(text, zone), { name: "ExpressionError", message });
    }
  });

  it("puts seconds in front for the library", () => {
    assert.equal(cronPattern("0/15 8-18 ? JAN,JUN 2-6 2026-2030"), "0 0-59/15 8-18 * JAN,JUN 2-6 2026-2030");
  });
});
