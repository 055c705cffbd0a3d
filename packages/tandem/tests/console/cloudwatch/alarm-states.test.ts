import assert from "node:assert/strict";
import { subjectOf } from "../../../console/cloudwatch/alarm-notice.ts";
import { AlarmStates } from "../../../console/cloudwatch/alarm-states.ts";
import { readRule } from "../../../console/cloudwatch/composite.ts";
import { MetricStore } from "../../../console/cloudwatch/metric-store.ts";
import type { Recording, Values } from "../../../program/recording.ts";
import { MINUTE, NOON, recording } from "./support.ts";

const METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const COMPOSITE_ALARM = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const errors: Values = {
  namespace: "AWS/Lambda",
  metricName: "Errors",
  dimensions: { FunctionName: "one" },
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 1,
  threshold: 2,
  comparisonOperator: "GreaterThanOrEqualToThreshold",
};
const alarm = (name: string, change: Values): [string, string, Values] => [
  METRIC_ALARM,
  name,
  { ...errors, name, ...change },
];

function watched(program: Recording) {
  let now = NOON;
  const store = new MetricStore(() => now);
  let declared = program;
  const changes: string[] = [];
  const states = new AlarmStates(
    store,
    () => declared,
    NOON,
    (transition) => {
      changes.push(`${subjectOf(transition)}, it was ${transition.from}`);
    },
  );
  return {
    errors: (value: number) =>
      store
        .series({ namespace: "AWS/Lambda", name: "Errors", dimensions: { FunctionName: "one" } })
        ?.add(now, value),
    after: (minutes: number) => {
      now += minutes * MINUTE;
    },
    states: () => Object.fromEntries(states.at(now).map(({ alarm: { name }, state }) => [name, state])),
    changes,
    of: (name: string) => states.at(now).find((one) => one.alarm.name === name),
    declare: (next: Recording) => {
      declared = next;
    },
  };
}

describe("alarms of a program", () => {
  it("begin without data, fire, and come back, each told once", () => {
    const run = watched(recording(alarm("fails", {})));
    assert.deepEqual(run.states(), { fails: "INSUFFICIENT_DATA" });
    run.errors(1);
    run.after(1);
    assert.deepEqual(run.states(), { fails: "OK" });
    run.errors(1);
    run.errors(1);
    assert.deepEqual(run.states(), { fails: "ALARM" }, "at once: what comes can only add to it");
    run.after(1);
    assert.deepEqual(run.states(), { fails: "ALARM" });
    run.errors(0);
    run.after(1);
    assert.deepEqual(run.states(), { fails: "OK" });
    assert.deepEqual(
      run.of("fails")?.transitions.map(({ state }) => state),
      ["OK", "ALARM", "OK"],
    );
    assert.deepEqual(
      run.changes.map((line) => line.replace(/ in .*,/, ",")),
      ['OK: "fails", it was INSUFFICIENT_DATA', 'ALARM: "fails", it was OK', 'OK: "fails", it was ALARM'],
    );
  });

  it("are made up for minute by minute where nobody looked", () => {
    const run = watched(recording(alarm("ignores", { treatMissingData: "ignore" })));
    run.errors(5);
    run.after(30);
    assert.deepEqual(run.states(), { ignores: "ALARM" });
    assert.equal(run.of("ignores")?.since, NOON + MINUTE);
  });

  it("slide by the minute over their period, and the two before it where nothing came since", () => {
    const run = watched(recording(alarm("slides", { period: 300, treatMissingData: "notBreaching" })));
    run.errors(2);
    for (const [minutes, state] of [
      [1, "ALARM"],
      [14, "ALARM"],
      [1, "OK"],
    ] as const) {
      run.after(minutes);
      assert.deepEqual(run.states(), { slides: state });
    }
  });

  it("wait for the end of the minute where what is missing may still come", () => {
    const run = watched(recording(alarm("few", { comparisonOperator: "LessThanThreshold" })));
    run.errors(1);
    assert.deepEqual(run.states(), { few: "INSUFFICIENT_DATA" });
    run.after(1);
    assert.deepEqual(run.states(), { few: "ALARM" });
  });

  it("compute what they compare from several metrics", () => {
    const metric = { namespace: "AWS/Lambda", dimensions: { FunctionName: "one" }, period: 60, stat: "Sum" };
    const run = watched(
      recording([
        METRIC_ALARM,
        "share",
        {
          name: "share",
          evaluationPeriods: 1,
          threshold: 50,
          comparisonOperator: "GreaterThanThreshold",
          treatMissingData: "notBreaching",
          metricQueries: [
            { id: "part", metric: { ...metric, metricName: "Errors" } },
            { id: "most", expression: "100 * part / MAX([part, 4])", label: "%", returnData: true },
          ],
        },
      ]),
    );
    run.errors(3);
    run.after(1);
    assert.deepEqual(run.states(), { share: "ALARM" });
  });

  it("stand on each other", () => {
    const rule = 'ALARM("fails") AND NOT ALARM(quiet)';
    const run = watched(
      recording(
        alarm("fails", {}),
        alarm("quiet", { threshold: 100, treatMissingData: "notBreaching" }),
        [COMPOSITE_ALARM, "both", { alarmName: "both", alarmRule: rule }],
        [
          COMPOSITE_ALARM,
          "over",
          { alarmName: "over", alarmRule: "ALARM(arn:aws:cloudwatch:eu-west-1:1:alarm:both)" },
        ],
        [COMPOSITE_ALARM, "lost", { alarmName: "lost", alarmRule: "OK(absent) OR TRUE" }],
      ),
    );
    run.errors(2);
    run.after(1);
    const { lost: _, ...known } = run.states();
    assert.deepEqual(known, { fails: "ALARM", quiet: "OK", both: "ALARM", over: "ALARM" });
    assert.equal(run.of("lost")?.problem, "what it stands on is not evaluated here: absent");
  });

  it("say why they are not evaluated", () => {
    const run = watched(
      recording(
        alarm("fast", { period: 10 }),
        alarm("odd", { thresholdMetricId: "band", comparisonOperator: "GreaterThanUpperThreshold" }),
        alarm("disks", { namespace: "AWS/EC2", metricName: "DiskReadOps" }),
        alarm("rank", { statistic: "PR(1:2)" }),
      ),
    );
    run.after(1);
    assert.deepEqual(
      ["fast", "odd", "disks", "rank"].map((name) => run.of(name)?.problem),
      [
        "a period of 10 s is shorter than the minute by which the run measures",
        "anomalies are not detected here (GreaterThanUpperThreshold)",
        "AWS/EC2 DiskReadOps is not measured here",
        "the statistic PR(1:2) is not computed here",
      ],
    );
  });

  it("ignore missing data of DynamoDB, whatever they say", () => {
    const table = {
      namespace: "AWS/DynamoDB",
      metricName: "SuccessfulRequestLatency",
      dimensions: { TableName: "items", Operation: "Query" },
      treatMissingData: "breaching",
    };
    const run = watched(recording(alarm("slow", table)));
    run.after(5);
    assert.deepEqual(run.states(), { slow: "INSUFFICIENT_DATA" });
  });

  it("begin anew where they are declared otherwise, and go on where they are not", () => {
    const run = watched(recording(alarm("fails", {}), alarm("stays", {})));
    run.errors(2);
    assert.deepEqual(run.states(), { fails: "ALARM", stays: "ALARM" });
    run.declare(recording(alarm("fails", { threshold: 9 }), alarm("stays", {})));
    assert.deepEqual(run.states(), { fails: "INSUFFICIENT_DATA", stays: "ALARM" });
  });
});

describe("the rule of a composite alarm", () => {
  const holds = (rule: string) =>
    readRule(rule).holds((name) => (({ a: "ALARM", b: "OK" }) as const)[name as "a" | "b"]);

  it("knows states, brackets and what binds more", () => {
    assert.equal(holds("ALARM(a) OR ALARM(b) AND FALSE"), true);
    assert.equal(holds("(ALARM(a) OR ALARM(b)) AND FALSE"), false);
    assert.equal(holds("NOT (OK('a') OR INSUFFICIENT_DATA(\"b\"))"), true);
    assert.deepEqual(readRule("ALARM(a) AND OK(b)").names, ["a", "b"]);
  });

  it("refuses what it does not understand", () => {
    for (const rule of ["", "ALARM(a) XOR OK(b)", "AT_LEAST(1, ALARM, (a))", "(ALARM(a)"])
      assert.throws(() => readRule(rule), /the rule is not understood/, rule);
  });
});
