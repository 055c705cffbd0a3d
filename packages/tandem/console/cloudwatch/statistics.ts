/** What a dashboard or an alarm asks of a metric: a statistic over periods. */
import {
  addTo,
  type Dimensions,
  type MetricName,
  type MetricStore,
  type Point,
  percentile,
} from "./metric-store.ts";

export interface MetricStat extends MetricName {
  /** `Sum`, `Average`, `p99` and so on. */
  stat: string;
  unit?: string;
}

/** Spans of time, each with the value in it; undefined where nothing was measured. */
export interface Windows {
  /** Beginning of the first. */
  start: number;
  periodMs: number;
  count: number;
}

export type Values = readonly (number | undefined)[];

/** What CloudWatch itself sums up over the dimensions that are left out. */
const SUMMED_UP = new Set(["AWS/Lambda", "AWS/ApiGateway"]);

export class UnknownStatistic extends Error {}

export function statOf(point: Point, stat: string): number | undefined {
  const read = reader(stat);
  return point.count === 0 ? undefined : read(point);
}

/** Throws `UnknownStatistic` where the run cannot tell it. */
export function reader(stat: string): (point: Point) => number | undefined {
  switch (stat) {
    case "Sum":
      return ({ sum }) => sum;
    case "Average":
      return ({ sum, count }) => sum / count;
    case "Minimum":
      return ({ least }) => least;
    case "Maximum":
      return ({ most }) => most;
    case "SampleCount":
      return ({ count }) => count;
    case "IQM":
      return (point) => trimmedMean(point, 0.25, 0.75);
  }
  const one = /^(p|tm)(\d{1,2}(?:\.\d+)?|100)$/i.exec(stat);
  const part = Number(one?.[2]) / 100;
  if (one?.[1]?.toLowerCase() === "p") return (point) => percentile(point, part);
  if (one) return (point) => trimmedMean(point, 0, part);
  throw new UnknownStatistic(`the statistic ${stat} is not computed here`);
}

/** Mean of the values between two shares of all, each taken for the bound it lies below. */
function trimmedMean(point: Point, from: number, to: number): number | undefined {
  let sum = 0;
  let steps = 0;
  for (let part = from + 0.005; part <= to; part += 0.01) {
    const value = percentile(point, part);
    if (value === undefined) continue;
    sum += value;
    steps++;
  }
  return steps === 0 ? undefined : sum / steps;
}

export function valuesOf(
  store: MetricStore,
  { stat, unit, ...metric }: MetricStat,
  { start, periodMs, count }: Windows,
): Values {
  const read = reader(stat);
  const found = Array.from({ length: count }, (): Point | undefined => undefined);
  for (const series of seriesOf(store, metric)) {
    if (unit !== undefined && unit !== series.unit) continue;
    for (const point of series.points) {
      const index = Math.floor((point.time - start) / periodMs);
      if (index < 0 || index >= count) continue;
      const there = found[index];
      if (there) addTo(there, point);
      else found[index] = { ...point, bounds: new Map(point.bounds) };
    }
  }
  return found.map((point) => (point === undefined ? undefined : read(point)));
}

export function seriesOf(store: MetricStore, { namespace, name, dimensions }: MetricName) {
  const wanted = Object.entries(withoutResource(namespace, dimensions));
  return store
    .named(namespace, name)
    .filter(
      ({ metric }) =>
        wanted.every(([key, value]) => metric.dimensions[key] === value) &&
        (SUMMED_UP.has(namespace) || Object.keys(metric.dimensions).length === wanted.length),
    );
}

/** Of a function its own name: the run has no versions and aliases with numbers of their own. */
function withoutResource(namespace: string, dimensions: Dimensions): Dimensions {
  const { Resource, FunctionName, ...rest } = dimensions;
  if (namespace !== "AWS/Lambda" || Resource === undefined || FunctionName === undefined) return dimensions;
  return { ...rest, FunctionName };
}
