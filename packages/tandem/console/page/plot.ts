/** Draws a graph on a canvas, by uPlot. A file of its own, which the page loads with the first graph that is shown. */
import "./language.ts";
import uPlot from "uplot";
import type { Graph, Line } from "./types.ts";

const HEIGHT = 200;

/** How the page shows lines and times elsewhere too. */
export interface Look {
  /** Name in the style sheet. */
  colourOf(index: number): string;
  dashOf(index: number): number[];
  /** Of seconds since 1970. */
  clock(seconds: number): string;
}

/** Draws it into an element, as wide as that is. `update` takes other values of the same lines. */
export function draw(at: HTMLElement, graph: Graph, look: Look): { update(graph: Graph): void; end(): void } {
  const drawn = new uPlot(optionsOf(graph, at, look), dataOf(graph), at);
  // The canvas has no colours of a style sheet: it is drawn anew with those of the other scheme.
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const redraw = () => drawn.redraw();
  scheme.addEventListener("change", redraw);
  const resized = new ResizeObserver(() => drawn.setSize({ width: at.clientWidth, height: HEIGHT }));
  resized.observe(at);
  return {
    update: (now) => drawn.setData(dataOf(now)),
    end: () => {
      scheme.removeEventListener("change", redraw);
      resized.disconnect();
      drawn.destroy();
    },
  };
}

function optionsOf(
  { lines, thresholds, axes }: Graph,
  at: HTMLElement,
  { colourOf, dashOf, clock }: Look,
): uPlot.Options {
  const colour = (name: string) => () => colourIn(at, name);
  const axis = (of: Partial<uPlot.Axis>): uPlot.Axis => ({
    stroke: colour("--muted"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    font: `12px ${getComputedStyle(at).fontFamily}`,
    ...of,
  });
  const usesRight = lines.some((line) => line.axis === "right");
  return {
    width: at.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: {
      x: { time: true },
      left: {
        range: rangeOf(
          axes.left,
          thresholds.map(({ value }) => value),
        ),
      },
      right: { range: rangeOf(axes.right, []) },
    },
    axes: [
      axis({ values: (_, times) => times.map(clock), space: 72 }),
      axis({ scale: "left", size: 64, values: (_, values) => values.map(short) }),
      ...(usesRight
        ? [
            axis({
              scale: "right",
              side: 1,
              size: 64,
              grid: { show: false },
              values: (_, values) => values.map(short),
            }),
          ]
        : []),
    ],
    series: [
      {},
      ...lines.map(({ label, axis: scale }, index) => ({
        label,
        scale,
        stroke: colour(colourOf(index)),
        width: 2,
        dash: dashOf(index),
        points: { show: true, size: 5 },
        spanGaps: false,
      })),
      ...thresholds.map(({ label }) => ({
        label,
        scale: "left",
        stroke: colour("--bad"),
        width: 1,
        dash: [4, 4],
        points: { show: false },
      })),
    ],
  };
}

/** What a name of the style sheet means in the scheme that is shown. */
function colourIn(at: HTMLElement, name: string): string {
  at.style.color = `var(${name})`;
  const { color } = getComputedStyle(at);
  at.style.color = "";
  return color;
}

/** From zero, and so high that a threshold is seen. */
function rangeOf(
  { min, max }: { min?: number; max?: number },
  thresholds: readonly number[],
): uPlot.Range.Function {
  return (_, least, most) => {
    const low = min ?? Math.min(0, least ?? 0, ...thresholds);
    const high = max ?? Math.max(most ?? 1, ...thresholds);
    return [low, high <= low ? low + 1 : low + (high - low) * 1.1];
  };
}

function dataOf({ times, lines, thresholds, isStacked }: Graph): uPlot.AlignedData {
  const values = isStacked ? stacked(lines) : lines.map((line) => line.values);
  return [times, ...values, ...thresholds.map(({ value }) => times.map(() => value))];
}

/** Each on top of those before it. */
function stacked(lines: readonly Line[]): (number | null)[][] {
  const below: number[] = [];
  return lines.map(({ values }) =>
    values.map((value, index) => {
      below[index] = (below[index] ?? 0) + (value ?? 0);
      return value === null ? null : (below[index] ?? 0);
    }),
  );
}

function short(value: number): string {
  return value.toLocaleString("en-US", { notation: "compact", maximumFractionDigits: 2 });
}
