/** What the page draws: lines over the same times, with thresholds, and what of it cannot be drawn. */
import type { MetricAlarm } from "./alarm.ts";
import type { Axis, DrawnQuery, MetricWidget, Threshold } from "./dashboard-body.ts";
import type { Named } from "./math.ts";
import { type MetricStore, MINUTE_MS } from "./metric-store.ts";
import { problemOf, whyNotMeasured } from "./named.ts";
import { Computed } from "./query.ts";
import type { Windows } from "./statistics.ts";

export interface Line {
  label: string;
  axis: "left" | "right";
  /** A value for each time; null where there is none. */
  values: (number | null)[];
}

export interface Graph {
  title: string;
  view: string;
  isStacked: boolean;
  /** Beginning of each period, seconds since 1970. */
  times: number[];
  periodSeconds: number;
  lines: Line[];
  thresholds: Threshold[];
  axes: { left: Axis; right: Axis };
  /** What cannot be drawn, and why. */
  notes: string[];
}

/** Spans that end with the running one. */
export function windowsUntil(now: number, minutes: number, periodSeconds: number): Windows {
  const periodMs = periodSeconds * 1000;
  const end = now - (now % periodMs) + periodMs;
  const count = Math.max(1, Math.ceil((minutes * MINUTE_MS) / periodMs));
  return { start: end - count * periodMs, periodMs, count };
}

export function graphOf(widget: MetricWidget, store: MetricStore, windows: Windows): Graph {
  const { title, view, isStacked, thresholds, axes, queries } = widget;
  const computed = new Computed(store, windows, queries);
  const notes = [...widget.notes];
  const lines = queries
    .filter(({ isVisible }) => isVisible)
    .flatMap((query) => {
      const why = "metric" in query.of ? whyNotMeasured(query.of.metric) : undefined;
      if (why !== undefined) {
        notes.push(why);
        return [];
      }
      return tried(() => computed.lines({ ...query, label: labelOf(query, queries) }), notes).map((line) => ({
        axis: query.axis,
        ...drawnLine(line),
      }));
    });
  if (!DRAWN.has(view)) notes.push(`the view ${view} is shown as numbers`);
  return { ...frame(windows), title, view, isStacked, lines, thresholds, axes, notes: [...new Set(notes)] };
}

/** Drawn as what they are; of the others the last values are shown. */
const DRAWN = new Set(["timeSeries", "singleValue", "gauge", "table"]);

/** The metric of an alarm with its threshold. */
export function alarmGraph(alarm: MetricAlarm, store: MetricStore, now: number, minutes: number): Graph {
  const windows = windowsUntil(now, minutes, alarm.periodSeconds);
  const notes: string[] = [];
  const lines = tried(() => new Computed(store, windows, alarm.queries).lines(alarm.compared), notes);
  return {
    ...frame(windows),
    title: alarm.name,
    view: "timeSeries",
    isStacked: false,
    lines: lines.map((line) => ({ axis: "left", ...drawnLine(line) })),
    thresholds: [{ label: "threshold", value: alarm.threshold }],
    axes: { left: {}, right: {} },
    notes,
  };
}

function frame({ start, periodMs, count }: Windows): Pick<Graph, "times" | "periodSeconds"> {
  return {
    times: Array.from({ length: count }, (_, index) => (start + index * periodMs) / 1000),
    periodSeconds: periodMs / 1000,
  };
}

function drawnLine({ label, values }: Named): Pick<Line, "label" | "values"> {
  const known = values.map((value) => (value === undefined || !Number.isFinite(value) ? null : value));
  return { label: filledLabel(label, known), values: known };
}

function tried(lines: () => readonly Named[], notes: string[]): readonly Named[] {
  try {
    return lines();
  } catch (error) {
    notes.push(problemOf(error));
    return [];
  }
}

/** What tells it from the others: its own label, else what of name, dimensions and statistic differs. */
function labelOf(query: DrawnQuery, all: readonly DrawnQuery[]): string {
  const { of } = query;
  if (!("metric" in of)) return query.label;
  const { name, dimensions, stat } = of.metric;
  if (query.hasLabel)
    return query.label.replaceAll(
      /\$\{PROP\('(\w+)(?:\.(\w+))?'\)\}/g,
      (_, property: string, dimension?: string) =>
        property === "Dim"
          ? (dimensions[dimension ?? ""] ?? "")
          : ({ MetricName: name, Stat: stat }[property] ?? ""),
    );
  const metrics = all.flatMap((one) => ("metric" in one.of ? [one.of.metric] : []));
  const differs = (value: (metric: (typeof metrics)[number]) => string) =>
    new Set(metrics.map(value)).size > 1;
  const parts = [
    ...(differs((one) => one.name) ? [name] : []),
    ...(differs((one) => JSON.stringify(one.dimensions)) ? Object.values(dimensions) : []),
    ...(differs((one) => one.stat) ? [stat] : []),
  ];
  return parts.length > 0 ? parts.join(" ") : name;
}

/** `${LAST}` and the like, of the values that are drawn. */
function filledLabel(label: string, values: readonly (number | null)[]): string {
  if (!label.includes("${")) return label;
  const known = values.filter((value) => value !== null);
  const sum = known.reduce((total, value) => total + value, 0);
  const of: Record<string, number | undefined> = {
    LAST: known.at(-1),
    FIRST: known[0],
    MAX: known.length > 0 ? Math.max(...known) : undefined,
    MIN: known.length > 0 ? Math.min(...known) : undefined,
    SUM: sum,
    AVG: known.length > 0 ? sum / known.length : undefined,
  };
  return label.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => {
    if (!(name in of)) return whole;
    const value = of[name];
    return value === undefined ? "–" : String(Math.round(value * 100) / 100);
  });
}
