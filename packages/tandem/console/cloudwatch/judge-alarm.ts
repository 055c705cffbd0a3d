/** The state of one alarm at one time, by CloudWatch's rules for values that are there and values that are missing. */
import type { AlarmState, MetricAlarm } from "./alarm.ts";
import { type MetricStore, MINUTE_MS } from "./metric-store.ts";
import { Computed } from "./query.ts";
import { type Values, valuesOf, type Windows } from "./statistics.ts";

export interface Judgement {
  /** Undefined: it stays what it is. */
  state: AlarmState | undefined;
  reason: string;
}

/** CloudWatch looks further back than the periods that count, so that a late value does not change the state. */
const FURTHER_BACK = 2;

/** @param end a full minute: what lies before it counts */
export function judgeAlarm(alarm: MetricAlarm, store: MetricStore, end: number): Judgement {
  const windows = windowsOf(alarm, end);
  const [line] = new Computed(store, windows, alarm.queries).lines(alarm.compared);
  const values = line?.values ?? [];
  if (alarm.ignoresFewValues && hasFewValues(alarm, store, windows, values))
    return { state: undefined, reason: "too few values for this percentile: the state stays" };
  return judge(values, alarm);
}

/**
 * Whether what the running minute has brought can only add to a breach: then it counts before the minute is over. Of everything
 * else a part says nothing yet.
 */
export function countsAtOnce({ compared: { of }, comparison }: MetricAlarm): boolean {
  if (!("metric" in of)) return false;
  const { stat, namespace } = of.metric;
  if (comparison.startsWith("Less")) return stat === "Minimum";
  return stat === "Maximum" || stat === "SampleCount" || (stat === "Sum" && namespace.startsWith("AWS/"));
}

export function windowsOf({ periodSeconds, evaluationPeriods }: MetricAlarm, end: number): Windows {
  const periodMs = periodSeconds * 1000;
  const count = evaluationPeriods + FURTHER_BACK;
  return { start: end - count * periodMs, periodMs, count };
}

/** @param values oldest first, more than the periods that count */
export function judge(
  values: Values,
  {
    evaluationPeriods: wanted,
    datapointsToAlarm: enough,
    missing,
    comparison,
    threshold,
  }: Pick<MetricAlarm, "evaluationPeriods" | "datapointsToAlarm" | "missing" | "comparison" | "threshold">,
): Judgement {
  const isBreach = (value: number) => breaches(value, comparison, threshold);
  const there = values.filter((value) => value !== undefined && !Number.isNaN(value)) as number[];
  const counted = there.slice(-wanted);
  const breaching = counted.filter(isBreach).length;
  const filled = wanted - counted.length;
  const reason = `${breaching} of ${counted.length} ${counted.length === 1 ? "value" : "values"} over ${wanted} ${wanted === 1 ? "period" : "periods"} ${breaching === 1 ? "breaches" : "breach"}${counted.length === 0 ? "" : ` (${counted.map(shown).join(", ")})`}`;
  if (breaching >= enough) return { state: "ALARM", reason: reason };
  if (filled <= 0) return { state: "OK", reason: reason };
  const withMissing = `${reason}; ${filled} missing`;
  switch (missing) {
    case "breaching":
      return {
        state: breaching + filled >= enough ? "ALARM" : "OK",
        reason: `${withMissing}, taken as breaching`,
      };
    case "notBreaching":
      return { state: "OK", reason: `${withMissing}, taken as not breaching` };
  }
  if (there.length === 0)
    return missing === "ignore"
      ? { state: undefined, reason: "no value: the state stays" }
      : { state: "INSUFFICIENT_DATA", reason: "no value" };
  if (breaching < counted.length) return { state: "OK", reason: withMissing };
  // Only breaches, fewer than enough: an alarm once the oldest is so old that no value that is still to come can be before it.
  const oldest = values.length - values.findIndex((value) => value !== undefined && !Number.isNaN(value));
  if (missing === "missing" && oldest >= enough)
    return { state: "ALARM", reason: `${withMissing}, and nothing since speaks against it` };
  return { state: undefined, reason: `${withMissing}: the state stays until more is known` };
}

export function breaches(value: number, comparison: string, threshold: number): boolean {
  switch (comparison) {
    case "GreaterThanThreshold":
      return value > threshold;
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "LessThanThreshold":
      return value < threshold;
    default:
      return value <= threshold;
  }
}

/** By CloudWatch's rule: a percentile far out needs many. */
function hasFewValues(
  { compared: { of } }: MetricAlarm,
  store: MetricStore,
  windows: Windows,
  values: Values,
): boolean {
  const part = "metric" in of ? Number(/^p([\d.]+)$/.exec(of.metric.stat)?.[1]) / 100 : Number.NaN;
  if (!("metric" in of) || Number.isNaN(part)) return false;
  const needed = 10 / (part >= 0.5 ? 1 - part : part);
  const counts = valuesOf(store, { ...of.metric, stat: "SampleCount" }, windows);
  const last = values.findLastIndex((value) => value !== undefined);
  return (counts[last] ?? needed) < needed;
}

function shown(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** End of the last full minute. */
export function fullMinute(now: number): number {
  return now - (now % MINUTE_MS);
}
