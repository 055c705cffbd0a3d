import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import { deadLetterQueues } from "../dead-letters.ts";
import { FUNCTION_TYPE } from "../functions.ts";
import { at, holds, list, number, ofType, pointsAt, shown } from "../reading.ts";
import { each, finding, type Rule } from "../rule.ts";

const ALARM_TYPE = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** Most that may be used before somebody is told. */
const HEADROOM = 0.8;
const TOLERATED_ERROR_PERCENT = 1;

/** What AWS tells everybody to watch, in production: an alarm of somebody's own stage would wake nobody. */
export const alarmRules: Rule[] = [
  {
    id: "alarms/errors",
    standards: [],
    title: `Somebody is told when more than ${TOLERATED_ERROR_PERCENT} % of a function's calls fail`,
    remedy: "List the function in the Monitoring of index.ts, and set config `alarmEmail`.",
    onlyInProduction: true,
    check: each(FUNCTION_TYPE, (lambda, recording) =>
      isWatched(recording, lambda, "Errors", TOLERATED_ERROR_PERCENT) ? undefined : "no alarm on its errors",
    ),
  },
  {
    id: "alarms/throttles",
    standards: [],
    title: "Somebody is told when calls of a function are turned away",
    remedy: "List the function in the Monitoring of index.ts, and set config `alarmEmail`.",
    onlyInProduction: true,
    check: each(FUNCTION_TYPE, (lambda, recording) =>
      isWatched(recording, lambda, "Throttles", 0) ? undefined : "no alarm on its throttles",
    ),
  },
  {
    id: "alarms/duration",
    standards: [],
    title: `Somebody is told when a function needs more than ${HEADROOM * 100} % of its timeout`,
    remedy: "List the function in the Monitoring of index.ts, and set config `alarmEmail`.",
    onlyInProduction: true,
    check: each(FUNCTION_TYPE, (lambda, recording) => {
      const timeout = at(lambda, "timeout");
      // A timeout that nobody chose is another rule's finding.
      if (typeof timeout !== "number") return undefined;
      const most = timeout * 1000 * HEADROOM;
      return isWatched(recording, lambda, "Duration", most, "p99")
        ? undefined
        : "no alarm on its p99 duration";
    }),
  },
  {
    id: "alarms/concurrency",
    standards: [],
    title: `Somebody is told when a function uses more than ${HEADROOM * 100} % of its reserved concurrency`,
    remedy: "List the function in the Monitoring of index.ts, and set config `alarmEmail`.",
    onlyInProduction: true,
    check: each(FUNCTION_TYPE, (lambda, recording) => {
      const reserved = at(lambda, "reservedConcurrentExecutions");
      if (typeof reserved !== "number" || reserved === 0) return undefined;
      return isWatched(recording, lambda, "ConcurrentExecutions", reserved * HEADROOM)
        ? undefined
        : "no alarm on its concurrency";
    }),
  },
  {
    id: "alarms/dead-letters",
    standards: [],
    title: "Somebody is told of every dead letter",
    remedy: "Name the queue or the asynchronous calls in the Monitoring of index.ts.",
    onlyInProduction: true,
    check: (recording) =>
      deadLetterQueues(recording).flatMap((queue) =>
        finding(
          queue,
          isWatched(recording, queue, "ApproximateNumberOfMessagesVisible", 0) ? undefined : "nobody is told",
        ),
      ),
  },
  {
    id: "alarms/actions",
    standards: ["CloudWatch.15", "CloudWatch.17", "CKV_AWS_319"],
    title: "An alarm tells somebody",
    remedy: "Leave `actionsEnabled` on and name a topic in `alarmActions`.",
    check: each(ALARM_TYPE, (alarm) => {
      if (!holds(at(alarm, "actionsEnabled"), (value) => value !== false)) return "its actions are off";
      return holds(at(alarm, "alarmActions"), (value) => Array.isArray(value) && value.length > 0)
        ? undefined
        : `alarmActions is ${shown(at(alarm, "alarmActions"))}`;
    }),
  },
];

/** Whether an alarm on this metric of the resource goes off at `most` or below. */
function isWatched(
  recording: Recording,
  resource: RecordedResource,
  metric: string,
  most: number,
  statistic?: string,
): boolean {
  return ofType(recording, ALARM_TYPE).some((alarm) => {
    const points = ["dimensions", "metricQueries"].some((property) => pointsAt(alarm, property, resource));
    return (
      points &&
      metricsOf(alarm).includes(metric) &&
      holds(at(alarm, "threshold"), (value) => number(value) <= most) &&
      (statistic === undefined || at(alarm, "extendedStatistic") === statistic)
    );
  });
}

function metricsOf(alarm: RecordedResource): (Value | undefined)[] {
  const queried = list(alarm, "metricQueries").map((_, index) =>
    at(alarm, `metricQueries.${index}.metric.metricName`),
  );
  return [at(alarm, "metricName"), ...queried];
}
