/** The part of CloudWatch's dashboard format that is used here, and where each widget stands on the grid. */
import * as pulumi from "@pulumi/pulumi";

/** Metrics beside each other on one time axis. */
export interface Chart {
  title: string;
  metrics: MetricRow[];
  /** `Average`, `Sum`, `p99` and so on, for every metric that names none itself. */
  statistic: Statistic;
  /** Seconds a point stands for. */
  period?: number;
  unit?: "Count" | "Percent" | "Milliseconds" | "Seconds" | "Bytes";
}

export interface Section {
  title: string;
  /** Markdown below the title. */
  text?: pulumi.Input<string>;
  charts: Chart[];
}

export type Statistic = "Average" | "Maximum" | "Minimum" | "Sum" | `p${number}`;

export type Dimensions = Record<string, pulumi.Input<string>>;

interface RowOptions {
  label?: string;
  stat?: Statistic;
  /** By which an expression calls the metric; starts with a lower-case letter. */
  id?: string;
  /** False when only an expression uses the metric. */
  visible?: boolean;
}

/** One metric: namespace, name, dimension after dimension, options; or one expression over the others of its chart. */
export type MetricRow =
  | (pulumi.Input<string> | RowOptions)[]
  | [{ expression: string; label: string; id: string }];

export interface MetricWidget {
  type: "metric";
  x: number;
  y: number;
  width: number;
  height: number;
  properties: {
    title: string;
    view: "timeSeries";
    region: string;
    stat: Statistic;
    period: number;
    metrics: MetricRow[];
    yAxis: { left: { min: 0; label?: string; showUnits: false } };
  };
}

export interface TextWidget {
  type: "text";
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { markdown: pulumi.Output<string> };
}

/** CloudWatch's grid is 24 wide; three charts stand in a row. */
const GRID_WIDTH = 24;
const chartSize = { width: 8, height: 6 };
const DEFAULT_PERIOD = 300;

export function metric(
  namespace: string,
  name: string,
  dimensions: Dimensions,
  options: RowOptions = {},
): MetricRow {
  const row = [namespace, name, ...Object.entries(dimensions).flat()];
  return Object.keys(options).length > 0 ? [...row, options] : row;
}

export function expression(id: string, text: string, label: string): MetricRow {
  return [{ expression: text, label, id }];
}

/** The sections one below the other, each under its heading. */
export function layOut(sections: Section[], region: string): (MetricWidget | TextWidget)[] {
  let top = 0;
  return sections.flatMap((section) => {
    const heading = headingOf(section, top);
    const charts = section.charts.map((chart, index) => widgetOf(chart, region, top + heading.height, index));
    const rows = Math.ceil((section.charts.length * chartSize.width) / GRID_WIDTH);
    top += heading.height + rows * chartSize.height;
    return [heading, ...charts];
  });
}

function headingOf({ title, text }: Section, y: number): TextWidget {
  const markdown = text ? pulumi.interpolate`## ${title}\n${text}` : pulumi.output(`## ${title}`);
  return { type: "text", x: 0, y, width: GRID_WIDTH, height: text ? 2 : 1, properties: { markdown } };
}

function widgetOf(chart: Chart, region: string, top: number, index: number): MetricWidget {
  const inARow = GRID_WIDTH / chartSize.width;
  return {
    type: "metric",
    x: (index % inARow) * chartSize.width,
    y: top + Math.floor(index / inARow) * chartSize.height,
    ...chartSize,
    properties: {
      title: chart.title,
      view: "timeSeries",
      region,
      stat: chart.statistic,
      period: chart.period ?? DEFAULT_PERIOD,
      metrics: chart.metrics,
      yAxis: { left: { min: 0, label: chart.unit, showUnits: false } },
    },
  };
}
