/** CloudWatch's dashboard format, read: each widget with what it asks of the metrics, and what of it cannot be shown here. */
import { isObject, type JsonObject } from "../../shared/json.ts";
import type { Query } from "./query.ts";

export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Threshold {
  label: string;
  value: number;
}

export interface MetricWidget {
  type: "metric";
  place: Place;
  title: string;
  /** `timeSeries`, `singleValue` and so on. */
  view: string;
  isStacked: boolean;
  queries: DrawnQuery[];
  /** Of its own; a dashboard may say that it follows the range. */
  periodSeconds: number;
  /** Names of alarms whose metric and threshold it shows. */
  alarms: string[];
  thresholds: Threshold[];
  axes: { left: Axis; right: Axis };
  notes: string[];
}

export interface Axis {
  label?: string;
  min?: number;
  max?: number;
}

export interface DrawnQuery extends Query {
  isVisible: boolean;
  axis: "left" | "right";
  hasLabel: boolean;
}

export interface TextWidget {
  type: "text";
  place: Place;
  markdown: string;
}

export interface AlarmWidget {
  type: "alarm";
  place: Place;
  title: string;
  names: string[];
}

/** One of a kind that is not drawn. */
export interface OtherWidget {
  type: "other";
  place: Place;
  title: string;
  why: string;
}

export type Widget = MetricWidget | TextWidget | AlarmWidget | OtherWidget;

export interface DashboardBody {
  /** Whether a widget's own period gives way to the range that is shown. */
  followsRange: boolean;
  widgets: Widget[];
}

const DEFAULT_PERIOD = 300;

const WHY_OTHER: Record<string, string> = {
  log: "Logs Insights is not run here; the log of each request stands in Requests",
  explorer: "an explorer finds resources by their tags, which the run does not know",
  custom: "a custom widget calls a function for HTML, and nothing of a function's becomes HTML here",
  trace: "traces have a view of their own",
};

export function readBody(body: JsonObject): DashboardBody {
  const widgets = Array.isArray(body.widgets) ? body.widgets.filter(isObject) : [];
  return {
    followsRange: body.periodOverride !== "inherit",
    widgets: widgets.map(readWidget),
  };
}

function readWidget(widget: JsonObject): Widget {
  const properties = isObject(widget.properties) ? widget.properties : {};
  const place = {
    x: numberOr(widget.x, 0),
    y: numberOr(widget.y, 0),
    width: numberOr(widget.width, 6),
    height: numberOr(widget.height, 6),
  };
  const title = textOr(properties.title, "");
  const type = textOr(widget.type, "");
  if (type === "text") return { type, place, markdown: textOr(properties.markdown, "") };
  if (type === "alarm") return { type, place, title, names: alarmNames(properties.alarms) };
  if (type === "metric") return metricWidget(place, title, properties);
  return {
    type: "other",
    place,
    title,
    why: WHY_OTHER[type] ?? `a widget of type ${JSON.stringify(type)} is not known here`,
  };
}

function metricWidget(place: Place, title: string, properties: JsonObject): MetricWidget {
  const annotations = isObject(properties.annotations) ? properties.annotations : {};
  const stat = textOr(properties.stat, "Average");
  const notes: string[] = [];
  const rows = Array.isArray(properties.metrics) ? properties.metrics.filter(Array.isArray) : [];
  const queries = readRows(rows, stat, notes);
  const axes = isObject(properties.yAxis) ? properties.yAxis : {};
  const own = rows.map((row) => last(row).period).filter((period) => typeof period === "number");
  const periodSeconds = numberOr(own[0], numberOr(properties.period, DEFAULT_PERIOD));
  if (new Set(own).size > 1) notes.push(`metrics with periods of their own are drawn by ${periodSeconds} s`);
  if (Array.isArray(annotations.vertical) && annotations.vertical.length > 0)
    notes.push("vertical annotations are not drawn");
  return {
    type: "metric",
    place,
    title,
    view: textOr(properties.view, "timeSeries"),
    isStacked: properties.stacked === true,
    queries,
    periodSeconds,
    alarms: alarmNames(annotations.alarms),
    thresholds: thresholdsOf(annotations.horizontal),
    axes: { left: axisOf(axes.left), right: axisOf(axes.right) },
    notes,
  };
}

/** `.` stands for what stands at the same place in the row before, `...` for all that comes before the rest. */
function readRows(rows: readonly unknown[][], stat: string, notes: string[]): DrawnQuery[] {
  let before: string[] = [];
  return rows.flatMap((row, index): DrawnQuery[] => {
    const options = last(row);
    const texts = row.filter((part) => typeof part === "string");
    const id = textOr(options.id, `row${index}`);
    const common = {
      id,
      hasLabel: typeof options.label === "string",
      label: textOr(options.label, ""),
      isVisible: options.visible !== false,
      axis: options.yAxis === "right" ? ("right" as const) : ("left" as const),
    };
    if (typeof options.expression === "string")
      return [{ ...common, label: common.label || id, of: { expression: options.expression } }];
    const names = expanded(texts, before);
    before = names;
    const [namespace = "", name = "", ...pairs] = names;
    if (name === "") {
      notes.push(`a row that names no metric is left out: ${JSON.stringify(row)}`);
      return [];
    }
    if (typeof options.accountId === "string")
      notes.push(`${name} of account ${options.accountId} is shown as this run's`);
    const dimensions: Record<string, string> = {};
    for (let at = 0; at + 1 < pairs.length; at += 2) dimensions[pairs[at] ?? ""] = pairs[at + 1] ?? "";
    return [{ ...common, of: { metric: { namespace, name, dimensions, stat: textOr(options.stat, stat) } } }];
  });
}

function expanded(texts: readonly string[], before: readonly string[]): string[] {
  const [first, ...rest] = texts;
  if (first === "...") return [...before.slice(0, Math.max(0, before.length - rest.length)), ...rest];
  return texts.map((part, index) => (part === "." ? (before[index] ?? part) : part));
}

function last(row: readonly unknown[]): JsonObject {
  const options = row.at(-1);
  return isObject(options) ? options : {};
}

function thresholdsOf(horizontal: unknown): Threshold[] {
  const entries = Array.isArray(horizontal) ? horizontal.flat() : [];
  return entries
    .filter(isObject)
    .flatMap(({ value, label }) =>
      typeof value === "number" ? [{ value, label: textOr(label, String(value)) }] : [],
    );
}

function axisOf(axis: unknown): Axis {
  const { label, min, max } = isObject(axis) ? axis : {};
  return {
    ...(typeof label === "string" ? { label } : {}),
    ...(typeof min === "number" ? { min } : {}),
    ...(typeof max === "number" ? { max } : {}),
  };
}

export function alarmNames(arns: unknown): string[] {
  const given = Array.isArray(arns) ? arns.filter((arn) => typeof arn === "string") : [];
  return given.map((arn) => arn.slice(arn.indexOf(":alarm:") + (arn.includes(":alarm:") ? 7 : 1)));
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
