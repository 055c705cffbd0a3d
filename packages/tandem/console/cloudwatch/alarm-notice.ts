/** What an alarm tells its actions when it changes its state: topics and functions of the program, as CloudWatch writes it. */
import { ACCOUNT_ID, readArn } from "../../program/reading/arn.ts";
import type { AlarmState, DeclaredAlarm } from "./alarm.ts";

export interface Transition {
  alarm: DeclaredAlarm;
  from: AlarmState;
  to: AlarmState;
  reason: string;
  /** Milliseconds since 1970. */
  time: number;
}

/** As CloudWatch asks for leave at a function. */
export const FUNCTION_PRINCIPAL = "lambda.alarms.cloudwatch.amazonaws.com";

export function subjectOf({ alarm, to }: Transition): string {
  return `${to}: "${alarm.name}" in ${regionOf(alarm)}`;
}

/** The message of a topic. */
export function messageOf(transition: Transition): object {
  const { alarm, from, to, reason, time } = transition;
  return {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description === "" ? null : alarm.description,
    AWSAccountId: ACCOUNT_ID,
    NewStateValue: to,
    NewStateReason: reason,
    StateChangeTime: written(time),
    Region: regionOf(alarm),
    AlarmArn: alarm.arn,
    OldStateValue: from,
    OKActions: alarm.actionsOf.OK,
    AlarmActions: alarm.actionsOf.ALARM,
    InsufficientDataActions: alarm.actionsOf.INSUFFICIENT_DATA,
    ...(alarm.kind === "metric" ? { Trigger: triggerOf(alarm) } : {}),
    ...(alarm.kind === "composite" ? { AlarmRule: alarm.rule } : {}),
  };
}

/** The event of a function. */
export function eventOf({ alarm, from, to, reason, time }: Transition): object {
  return {
    source: "aws.cloudwatch",
    alarmArn: alarm.arn,
    accountId: ACCOUNT_ID,
    time: written(time),
    region: regionOf(alarm),
    alarmData: {
      alarmName: alarm.name,
      state: { value: to, reason, timestamp: written(time) },
      previousState: { value: from },
      configuration: { description: alarm.description },
    },
  };
}

function triggerOf(alarm: Extract<DeclaredAlarm, { kind: "metric" }>): object {
  const { of } = alarm.compared;
  const metric =
    "metric" in of
      ? {
          MetricName: of.metric.name,
          Namespace: of.metric.namespace,
          StatisticType: "Statistic",
          Statistic: of.metric.stat.toUpperCase(),
          Dimensions: Object.entries(of.metric.dimensions).map(([name, value]) => ({ value, name })),
        }
      : {};
  return {
    ...metric,
    Period: alarm.periodSeconds,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.missing,
  };
}

/** `2026-11-26T12:00:00.000+0000` */
const written = (time: number) => new Date(time).toISOString().replace("Z", "+0000");

const regionOf = ({ arn }: DeclaredAlarm) => readArn(arn)?.region ?? "";
