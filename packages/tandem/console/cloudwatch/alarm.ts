/** The alarms of a program, as it declares them. */
import { declared } from "../../program/reading/resources.ts";
import { flag, list, number, object, text, textMap, texts } from "../../program/reading/value.ts";
import type { Values as Inputs, RecordedResource, Recording, Value } from "../../program/recording.ts";
import { asMeasured, whyNotMeasured } from "./named.ts";
import type { Query } from "./query.ts";
import type { MetricStat } from "./statistics.ts";

export type Missing = "missing" | "ignore" | "breaching" | "notBreaching";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

interface Alarm {
  urn: string;
  /** As others of the program call it. */
  name: string;
  logicalName: string;
  description: string;
  arn: string;
  /** ARNs of what is told when it goes into a state. */
  actionsOf: Record<AlarmState, string[]>;
}

export interface MetricAlarm extends Alarm {
  kind: "metric";
  queries: Query[];
  /** The one that is compared. */
  compared: Query;
  comparison: string;
  threshold: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  missing: Missing;
  periodSeconds: number;
  /** Percentiles of few values leave the state as it is. */
  ignoresFewValues: boolean;
}

export interface CompositeAlarm extends Alarm {
  kind: "composite";
  rule: string;
}

/** One whose declaration says something that is not evaluated here. */
export interface UnjudgedAlarm extends Alarm {
  kind: "not evaluated";
  why: string;
}

export type DeclaredAlarm = MetricAlarm | CompositeAlarm | UnjudgedAlarm;

const METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const COMPOSITE_ALARM = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

export function alarmsOf(recording: Recording): DeclaredAlarm[] {
  return [
    ...declared(recording, METRIC_ALARM).map((resource) => metricAlarm(resource, recording)),
    ...declared(recording, COMPOSITE_ALARM).map(compositeAlarm),
  ];
}

function common({ urn, name, inputs, outputs }: RecordedResource, nameKey: string): Alarm {
  const actions = (value: Value | undefined) => (inputs.actionsEnabled === false ? [] : texts(value));
  return {
    urn,
    name: text(inputs[nameKey]) ?? text(outputs[nameKey]) ?? name,
    logicalName: name,
    description: text(inputs.alarmDescription) ?? "",
    arn: text(outputs.arn) ?? "",
    actionsOf: {
      ALARM: actions(inputs.alarmActions),
      OK: actions(inputs.okActions),
      INSUFFICIENT_DATA: actions(inputs.insufficientDataActions),
    },
  };
}

function compositeAlarm(resource: RecordedResource): DeclaredAlarm {
  return {
    ...common(resource, "alarmName"),
    kind: "composite",
    rule: text(resource.inputs.alarmRule) ?? "",
  };
}

function metricAlarm(resource: RecordedResource, recording: Recording): DeclaredAlarm {
  const { inputs } = resource;
  const alarm = common(resource, "name");
  const { queries, compared } = queriesOf(inputs, recording);
  const periodSeconds = periodOf(inputs, compared);
  const evaluationPeriods = number(inputs.evaluationPeriods) ?? 1;
  const why = whyUnjudged(inputs, compared, queries, periodSeconds);
  if (!compared || why !== undefined)
    return { ...alarm, kind: "not evaluated", why: why ?? "none of its metrics is the one to compare" };
  return {
    ...alarm,
    kind: "metric",
    queries,
    compared,
    comparison: text(inputs.comparisonOperator) ?? "",
    threshold: number(inputs.threshold) ?? 0,
    evaluationPeriods,
    datapointsToAlarm: number(inputs.datapointsToAlarm) ?? evaluationPeriods,
    missing: missingOf(inputs, compared),
    periodSeconds,
    ignoresFewValues: text(inputs.evaluateLowSampleCountPercentiles) === "ignore",
  };
}

/** CloudWatch ignores missing data of DynamoDB whatever the alarm says. */
function missingOf(inputs: Inputs, { of }: Query): Missing {
  if ("metric" in of && of.metric.namespace === "AWS/DynamoDB") return "ignore";
  const declared = text(inputs.treatMissingData) ?? "missing";
  return declared as Missing;
}

const COMPARISONS = /^(Greater|Less)Than(OrEqualTo)?Threshold$/;

function whyUnjudged(
  inputs: Inputs,
  compared: Query | undefined,
  queries: readonly Query[],
  periodSeconds: number,
): string | undefined {
  const comparison = text(inputs.comparisonOperator) ?? "";
  if (text(inputs.thresholdMetricId) !== undefined || !COMPARISONS.test(comparison))
    return `anomalies are not detected here (${comparison})`;
  if (periodSeconds < 60)
    return `a period of ${periodSeconds} s is shorter than the minute by which the run measures`;
  const foreign = list(inputs.metricQueries)
    .map((query) => text(object(query).accountId))
    .find((account) => account !== undefined);
  if (foreign !== undefined) return `it looks at account ${foreign}`;
  if (!compared) return undefined;
  const reasons = queries.map(({ of }) => ("metric" in of ? whyNotMeasured(of.metric) : undefined));
  return reasons.find((reason) => reason !== undefined);
}

function queriesOf(inputs: Inputs, recording: Recording): { queries: Query[]; compared: Query | undefined } {
  const given = list(inputs.metricQueries).map(object);
  if (given.length === 0) {
    const metric = statOf(inputs, text(inputs.statistic) ?? text(inputs.extendedStatistic) ?? "", recording);
    const query: Query = { id: "metric", label: metric.name, of: { metric } };
    return { queries: [query], compared: query };
  }
  const queries = given.map((query): Query & { isReturned: boolean } => {
    const id = text(query.id) ?? "";
    const expression = text(query.expression);
    const metric = object(query.metric);
    return {
      id,
      label: text(query.label) ?? id,
      of:
        expression === undefined
          ? { metric: statOf(metric, text(metric.stat) ?? "", recording) }
          : { expression },
      isReturned: flag(query.returnData),
    };
  });
  return { queries, compared: queries.find(({ isReturned }) => isReturned) ?? onlyOne(queries) };
}

function onlyOne<Item>(items: readonly Item[]): Item | undefined {
  return items.length === 1 ? items[0] : undefined;
}

function statOf(inputs: Inputs, stat: string, recording: Recording): MetricStat {
  const named = {
    namespace: text(inputs.namespace) ?? "",
    name: text(inputs.metricName) ?? "",
    dimensions: textMap(inputs.dimensions) ?? {},
  };
  const unit = text(inputs.unit);
  return { ...asMeasured(named, recording), stat, ...(unit === undefined ? {} : { unit }) };
}

/** Of an alarm on an expression that of its metrics. */
function periodOf(inputs: Inputs, compared: Query | undefined): number {
  const own = number(inputs.period);
  if (own !== undefined) return own;
  const queries = list(inputs.metricQueries).map(object);
  const of = queries.find((query) => text(query.id) === compared?.id);
  const periods = queries.map((query) => number(object(query.metric).period) ?? number(query.period));
  return number(of?.period) ?? periods.find((period) => period !== undefined) ?? 300;
}
