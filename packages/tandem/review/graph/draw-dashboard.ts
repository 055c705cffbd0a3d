/** A CloudWatch dashboard as SVG: where its widgets stand, their titles and what each of them counts. No made-up curves. */

import { plainObject, textOf } from "../../program/reading/value.ts";
import type { Values } from "../../program/recording.ts";
import type { ProgramView } from "../program-view/view.ts";
import { asList, readDocument } from "../values/canonical.ts";
import { type Box, WIDTH } from "./layout.ts";
import { document, element, rounded, sizeThatFits, text } from "./svg.ts";
import { type Theme, type ThemeName, themes } from "./theme.ts";

const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
/** Of CloudWatch's grid. */
const COLUMNS = 24;
const MARGIN = 8;
const UNIT = { width: (WIDTH - 2 * MARGIN) / COLUMNS, height: 15 };
/** The grid's units are too low for the text in it. */
const HEADING = { first: 26, other: 16 };
/** Metrics of a chart; of more, all but the last line are shown and the others counted. */
const SHOWN = 3;

/** Undefined where the program declares no dashboard. */
export function drawDashboard(view: ProgramView, themeName: ThemeName): string | undefined {
  const [dashboard] = view.ofType(DASHBOARD);
  const body = textOf(dashboard?.inputs.dashboardBody);
  if (dashboard === undefined || body === undefined) return undefined;
  const theme = themes[themeName];
  const widgets = asList(plainObject(readDocument(body)?.value)?.widgets).map(plainObject);
  const placed = place(widgets.filter((widget) => widget !== undefined));
  return document({
    width: WIDTH,
    height: Math.max(...placed.map(({ y, height }) => y + height)) + MARGIN,
    title: `Dashboard ${dashboard.name} of ${view.recording?.project}, stack ${view.recording?.stack}`,
    description: placed.map(({ title }) => title).join("; "),
    page: theme.page,
    content: placed.map((widget) =>
      widget.metrics === undefined ? drawHeading(widget, theme) : drawChart(widget, widget.metrics, theme),
    ),
  });
}

interface Widget extends Box {
  title: string;
  /** Undefined for a text. */
  metrics?: string[];
}

/** CloudWatch's grid, each row of it as high as its text wants. */
function place(widgets: Values[]): Widget[] {
  const rows = [...Map.groupBy(widgets, ({ y }) => Number(y))].sort(([a], [b]) => a - b);
  let top = MARGIN;
  return rows.flatMap(([, row]) => {
    const y = top;
    const height = Math.max(...row.map(heightOf));
    top += height;
    return row.map((widget) => ({
      ...contentOf(plainObject(widget.properties) ?? {}),
      x: MARGIN + Number(widget.x) * UNIT.width,
      y,
      width: Number(widget.width) * UNIT.width,
      height,
    }));
  });
}

function heightOf({ height, properties }: Values): number {
  const markdown = textOf(plainObject(properties)?.markdown);
  if (markdown === undefined) return Number(height) * UNIT.height;
  return HEADING.first + (markdown.split("\n").length - 1) * HEADING.other;
}

function contentOf({ markdown, title, metrics }: Values): Pick<Widget, "title" | "metrics"> {
  if (metrics === undefined) return { title: textOf(markdown) ?? "" };
  return {
    title: textOf(title) ?? "",
    metrics: asList(metrics).flatMap((row) => metricLabel(asList(row)) ?? []),
  };
}

/** A metric's own label, else its name; an expression's label; nothing for what only an expression uses. */
function metricLabel(row: Values[string][]): string | undefined {
  const options = plainObject(row.at(-1));
  if (options?.visible === false) return undefined;
  return textOf(options?.label) ?? textOf(row[1]) ?? textOf(options?.expression);
}

function drawHeading({ x, y, width, title }: Widget, theme: Theme): string {
  const [heading = "", ...others] = title.split("\n");
  const label = text(x + 4, y + 19, heading.replace(/^#+ /, ""), {
    size: 14,
    bold: true,
    fill: theme.text,
    width,
  });
  return (
    label +
    others
      .map((line, index) =>
        text(x + 4, y + 36 + index * 14, linkText(line), { size: 11, fill: theme.faint, width }),
      )
      .join("")
  );
}

function linkText(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}

function drawChart({ x, y, width, height, title }: Widget, metrics: string[], theme: Theme): string {
  const colors = Object.values(theme.kinds);
  const inner = { x: x + 3, y: y + 3, width: width - 6, height: height - 6 };
  const left = inner.x + 10;
  const titleSize = sizeThatFits(title, inner.width - 16, 12);
  const axis = { right: inner.x + inner.width - 10, y: inner.y + inner.height - 8 };
  const shown =
    metrics.length > SHOWN
      ? [...metrics.slice(0, SHOWN - 1), `and ${metrics.length - SHOWN + 1} more`]
      : metrics;
  return [
    element("rect", { ...inner, rx: 4, fill: theme.panel, stroke: theme.line }),
    text(left, inner.y + 18, title, {
      size: titleSize,
      bold: true,
      fill: theme.text,
      width: inner.width - 16,
    }),
    element("path", { d: `M${rounded(left)} ${rounded(axis.y)}H${rounded(axis.right)}`, stroke: theme.line }),
    ...shown.map((label, index) => {
      const top = inner.y + 34 + index * 14;
      const color = colors[index % colors.length];
      return (
        element("rect", { x: left, y: top - 6, width: 10, height: 3, rx: 1.5, fill: color }) +
        text(left + 16, top, label, { size: 10.5, fill: theme.faint, width: inner.width - 40 })
      );
    }),
  ].join("");
}
