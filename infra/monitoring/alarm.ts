import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../../packages/components/names.ts";
import type { Dimensions } from "./widgets.ts";

export interface AlarmArgs {
  description: string;
  /** Reported as soon as the value is above it. */
  threshold: number;
  watched: Watched;
  topicArn: pulumi.Input<string>;
}

/** One metric, or the share of one in another, in percent. */
export type Watched = Metric | { part: Metric; whole: Metric };

interface Metric {
  namespace: string;
  name: string;
  dimensions: Dimensions;
  statistic: "Maximum" | "Sum" | `p${number}`;
}

/** Seconds a value is gathered for. */
const PERIOD = 300;

/** One bad period is enough to tell somebody; no data means nobody called, which is fine; the way back is told too. */
export function createAlarm(
  name: string,
  args: AlarmArgs,
  parent: pulumi.Resource,
): aws.cloudwatch.MetricAlarm {
  const { description, threshold, watched, topicArn } = args;
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      name: physicalName(name, "alarm"),
      alarmDescription: description,
      comparisonOperator: "GreaterThanThreshold",
      threshold,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      actionsEnabled: true,
      alarmActions: [topicArn],
      okActions: [topicArn],
      ...("part" in watched ? share(watched.part, watched.whole) : single(watched)),
    },
    { parent },
  );
}

function single({ namespace, name, dimensions, statistic }: Metric) {
  const percentile = statistic.startsWith("p");
  return {
    namespace,
    metricName: name,
    dimensions,
    period: PERIOD,
    statistic: percentile ? undefined : statistic,
    extendedStatistic: percentile ? statistic : undefined,
  };
}

function share(part: Metric, whole: Metric) {
  const query = (id: string, { namespace, name, dimensions, statistic }: Metric) => ({
    id,
    metric: { namespace, metricName: name, dimensions, period: PERIOD, stat: statistic },
    returnData: false,
  });
  return {
    metricQueries: [
      query("part", part),
      query("whole", whole),
      // Where nobody calls there is nothing to divide by, and CloudWatch sees no data.
      { id: "share", expression: "100 * part / MAX([part, whole])", label: "%", returnData: true },
    ],
  };
}
