/** Metrics that a function writes into its log in CloudWatch's embedded metric format. */
import { isObject, type JsonObject, parseObject } from "../../shared/json.ts";
import { KEPT_MS, type MetricName, MINUTE_MS } from "./metric-store.ts";

export interface WrittenMetric extends MetricName {
  time: number;
  unit: string;
  values: readonly number[];
}

/** Dimensions of one metric and values in one line that CloudWatch takes. */
const MOST_DIMENSIONS = 30;
const MOST_VALUES = 100;

export function hasMetrics(line: string): boolean {
  return line.includes('"CloudWatchMetrics"');
}

/** Nothing where the line is none of the format, or CloudWatch would refuse it. */
export function metricsIn(line: string, now: number): WrittenMetric[] {
  if (!hasMetrics(line)) return [];
  const document = parseObject(line.slice(line.indexOf("{")));
  const metadata = document?._aws;
  if (!document || !isObject(metadata) || !Array.isArray(metadata.CloudWatchMetrics)) return [];
  const timestamp = typeof metadata.Timestamp === "number" ? metadata.Timestamp : now;
  const time = timestamp < now - KEPT_MS || timestamp > now + MINUTE_MS ? now : timestamp;
  return metadata.CloudWatchMetrics.filter(isObject).flatMap((directive) =>
    ofDirective(directive, document, time),
  );
}

function ofDirective(directive: JsonObject, document: JsonObject, time: number): WrittenMetric[] {
  const { Namespace: namespace, Metrics: metrics, Dimensions: sets = [[]] } = directive;
  if (typeof namespace !== "string" || !Array.isArray(metrics) || !Array.isArray(sets)) return [];
  return metrics.filter(isObject).flatMap(({ Name: name, Unit: unit }) => {
    if (typeof name !== "string") return [];
    const given = document[name];
    const values = (Array.isArray(given) ? given : [given]).filter(
      (value): value is number => typeof value === "number" && Number.isFinite(value),
    );
    if (values.length === 0) return [];
    return (sets.length === 0 ? [[]] : sets).flatMap((set: unknown) => {
      const dimensions = dimensionsOf(set, document);
      if (!dimensions) return [];
      const metric = { namespace, name, dimensions, time, values: values.slice(0, MOST_VALUES) };
      return [{ ...metric, unit: typeof unit === "string" ? unit : "None" }];
    });
  });
}

/** Undefined where one of them has no value in the document. */
function dimensionsOf(set: unknown, document: JsonObject): Record<string, string> | undefined {
  if (!Array.isArray(set) || set.length > MOST_DIMENSIONS) return undefined;
  const found: Record<string, string> = {};
  for (const key of set) {
    const value = document[String(key)];
    if (typeof value !== "string" && typeof value !== "number") return undefined;
    found[String(key)] = String(value);
  }
  return found;
}
