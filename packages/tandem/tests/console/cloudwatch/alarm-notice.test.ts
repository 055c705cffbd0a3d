import assert from "node:assert/strict";
import { alarmsOf } from "../../../console/cloudwatch/alarm.ts";
import { eventOf, messageOf, subjectOf } from "../../../console/cloudwatch/alarm-notice.ts";
import type { Values } from "../../../program/recording.ts";
import { NOON, recording } from "./support.ts";

const TOPIC = "arn:aws:sns:eu-west-1:123456789012:news";
const ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:fails";
const declared = (change: Values = {}) => {
  const [alarm] = alarmsOf(
    recording([
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "fails",
      {
        name: "fails",
        arn: ARN,
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: "one" },
        statistic: "Sum",
        period: 60,
        evaluationPeriods: 2,
        threshold: 3,
        comparisonOperator: "GreaterThanThreshold",
        alarmActions: [TOPIC],
        ...change,
      },
    ]),
  );
  assert.ok(alarm);
  return { alarm, from: "OK", to: "ALARM", reason: "4 breaches", time: NOON } as const;
};

describe("what an alarm tells", () => {
  it("is for a topic a subject and a message with old and new state and what is measured", () => {
    assert.equal(subjectOf(declared()), 'ALARM: "fails" in eu-west-1');
    assert.deepEqual(messageOf(declared()), {
      AlarmName: "fails",
      AlarmDescription: null,
      AWSAccountId: "123456789012",
      NewStateValue: "ALARM",
      NewStateReason: "4 breaches",
      StateChangeTime: "2026-11-26T12:00:00.000+0000",
      Region: "eu-west-1",
      AlarmArn: ARN,
      OldStateValue: "OK",
      OKActions: [],
      AlarmActions: [TOPIC],
      InsufficientDataActions: [],
      Trigger: {
        MetricName: "Errors",
        Namespace: "AWS/Lambda",
        StatisticType: "Statistic",
        Statistic: "SUM",
        Dimensions: [{ value: "one", name: "FunctionName" }],
        Period: 60,
        EvaluationPeriods: 2,
        DatapointsToAlarm: 2,
        ComparisonOperator: "GreaterThanThreshold",
        Threshold: 3,
        TreatMissingData: "missing",
      },
    });
  });

  it("is for a function an event with both states", () => {
    const { alarmData, ...event } = eventOf(declared()) as { alarmData: Record<string, unknown> };
    assert.deepEqual(event, {
      source: "aws.cloudwatch",
      alarmArn: ARN,
      accountId: "123456789012",
      time: "2026-11-26T12:00:00.000+0000",
      region: "eu-west-1",
    });
    assert.deepEqual(alarmData.state, {
      value: "ALARM",
      reason: "4 breaches",
      timestamp: "2026-11-26T12:00:00.000+0000",
    });
    assert.deepEqual(alarmData.previousState, { value: "OK" });
  });

  it("goes to nobody where the actions are switched off", () => {
    assert.deepEqual(declared({ actionsEnabled: false }).alarm.actionsOf, {
      ALARM: [],
      OK: [],
      INSUFFICIENT_DATA: [],
    });
  });
});
