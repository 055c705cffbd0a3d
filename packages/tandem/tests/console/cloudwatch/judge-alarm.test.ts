import assert from "node:assert/strict";
import type { Missing } from "../../../console/cloudwatch/alarm.ts";
import { breaches, judge } from "../../../console/cloudwatch/judge-alarm.ts";

/** `0 - X - X`: within the threshold, missing, breaching; the newest last. */
const read = (text: string) =>
  text.split(" ").map((sign) => (sign === "-" ? undefined : sign === "X" ? 10 : 0));

const stateOf = (text: string, datapointsToAlarm: number, missing: Missing) =>
  judge(read(text), {
    evaluationPeriods: 3,
    datapointsToAlarm,
    missing,
    comparison: "GreaterThanThreshold",
    threshold: 5,
  }).state ?? "stays";

const TREATMENTS: Missing[] = ["missing", "ignore", "breaching", "notBreaching"];

/** AWS's own tables, "How alarm state is evaluated when data is missing". */
const TABLES: [datapointsToAlarm: number, rows: [values: string, ...states: string[]][]][] = [
  [
    3,
    [
      ["0 - X - X", "OK", "OK", "OK", "OK"],
      ["- - - - 0", "OK", "OK", "OK", "OK"],
      ["- - - - -", "INSUFFICIENT_DATA", "stays", "ALARM", "OK"],
      ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["- - X - -", "ALARM", "stays", "ALARM", "OK"],
    ],
  ],
  [
    2,
    [
      ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["0 - X - -", "OK", "OK", "ALARM", "OK"],
      ["- - - - 0", "OK", "OK", "ALARM", "OK"],
      ["- - - X -", "ALARM", "stays", "ALARM", "OK"],
    ],
  ],
];

describe("the state of an alarm", () => {
  for (const [datapointsToAlarm, rows] of TABLES) {
    for (const [values, ...states] of rows) {
      it(`of ${datapointsToAlarm} in 3 periods at ${values} is what AWS's table says`, () => {
        assert.deepEqual(
          TREATMENTS.map((missing) => stateOf(values, datapointsToAlarm, missing)),
          states,
        );
      });
    }
  }

  it("does not become ALARM by a first breach that the next value may follow otherwise", () => {
    assert.equal(stateOf("- - - - X", 3, "missing"), "stays");
    assert.equal(stateOf("- - - X -", 3, "missing"), "stays");
  });

  it("compares as it says", () => {
    const all = ["GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo"];
    const at = (value: number) => all.map((name) => breaches(value, `${name}Threshold`, 5));
    assert.deepEqual(at(4), [false, false, true, true]);
    assert.deepEqual(at(5), [false, true, false, true]);
    assert.deepEqual(at(6), [true, true, false, false]);
  });

  it("says by which values", () => {
    const { reason } = judge([1, 7.123, undefined], {
      evaluationPeriods: 2,
      datapointsToAlarm: 1,
      missing: "missing",
      comparison: "GreaterThanThreshold",
      threshold: 5,
    });
    assert.equal(reason, "1 of 2 values over 2 periods breaches (1, 7.12)");
  });
});
