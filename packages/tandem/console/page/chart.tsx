/** Lines over time, drawn by uPlot; the same values as a table for who does not see them. */
import { useEffect, useRef } from "preact/hooks";
import "./language.ts";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Graph, Line } from "./types.ts";

const HEIGHT = 200;
/** Lines differ by how they are dashed as well, for colours alone tell nothing to some. */
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [14, 5]];
const COLOURS = 6;
/** Rows of the table, the newest. */
const MOST_ROWS = 30;

export function Chart({ graph }: { graph: Graph }) {
  const place = useRef<HTMLDivElement>(null);
  const shape = JSON.stringify([
    graph.lines.map(({ label, axis }) => [label, axis]),
    graph.thresholds,
    graph.axes,
  ]);
  const plot = useRef<uPlot | undefined>(undefined);
  useEffect(() => {
    const at = place.current;
    if (!at) return undefined;
    const drawn = new uPlot(optionsOf(graph, at.clientWidth, at), dataOf(graph), at);
    plot.current = drawn;
    // The canvas has no colours of a style sheet: it is drawn anew with those of the other scheme.
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const redraw = () => drawn.redraw();
    scheme.addEventListener("change", redraw);
    const resized = new ResizeObserver(() => drawn.setSize({ width: at.clientWidth, height: HEIGHT }));
    resized.observe(at);
    return () => {
      scheme.removeEventListener("change", redraw);
      resized.disconnect();
      drawn.destroy();
      plot.current = undefined;
    };
  }, [shape]);
  useEffect(() => plot.current?.setData(dataOf(graph)), [graph]);
  return (
    <>
      <div class="plot" ref={place} role="img" aria-label={`${graph.title}: ${told(graph)}`} />
      <Legend graph={graph} />
      <details>
        <summary>As a table</summary>
        <Rows graph={graph} />
      </details>
    </>
  );
}

function Legend({ graph: { lines, thresholds } }: { graph: Graph }) {
  return (
    <ul class="plain legend">
      {lines.map(({ label, values }, index) => (
        <li key={`${index} ${label}`}>
          <svg class={`stroke line-${index % COLOURS}`} viewBox="0 0 28 8" aria-hidden="true">
            <line x1="0" x2="28" y1="4" y2="4" stroke-dasharray={dashOf(index).join(" ")} />
          </svg>
          <span class="wrap">{label}</span> <strong>{shown(lastOf(values))}</strong>
        </li>
      ))}
      {thresholds.map(({ label, value }) => (
        <li key={`${label} ${value}`}>
          <svg class="stroke threshold" viewBox="0 0 28 8" aria-hidden="true">
            <line x1="0" x2="28" y1="4" y2="4" stroke-dasharray="4 4" />
          </svg>
          <span class="wrap">{label}</span> <strong>{shown(value)}</strong>
        </li>
      ))}
    </ul>
  );
}

function Rows({ graph: { title, times, lines } }: { graph: Graph }) {
  const rows = times
    .map((time, index) => ({ time, values: lines.map(({ values }) => values[index] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null))
    .slice(-MOST_ROWS)
    .reverse();
  if (rows.length === 0) return <p class="muted">No value yet.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section class="scroll" tabIndex={0} aria-label={`Values of ${title}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {lines.map(({ label }, index) => (
              <th key={index} scope="col" class="number">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ time, values }) => (
            <tr key={time}>
              <td>{clock(time)}</td>
              {values.map((value, index) => (
                <td key={index} class="number">
                  {shown(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function optionsOf(graph: Graph, width: number, at: HTMLElement): uPlot.Options {
  const { lines, thresholds, axes } = graph;
  const colour = (name: string) => () => colourOf(at, name);
  const axis = (of: Partial<uPlot.Axis>): uPlot.Axis => ({
    stroke: colour("--muted"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    font: `12px ${getComputedStyle(at).fontFamily}`,
    ...of,
  });
  const usesRight = lines.some((line) => line.axis === "right");
  return {
    width,
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
        stroke: colour(`--line-${index % COLOURS}`),
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
function colourOf(at: HTMLElement, name: string): string {
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

function dashOf(index: number): number[] {
  return DASHES[Math.floor(index / COLOURS) % DASHES.length] === undefined
    ? []
    : (DASHES[index % DASHES.length] ?? []);
}

function told({ lines, thresholds }: Graph): string {
  const values = lines.map(({ label, values: of }) => `${label} ${shown(lastOf(of))}`);
  const limits = thresholds.map(({ label, value }) => `${label} ${shown(value)}`);
  return [...values, ...limits].join(", ") || "no values";
}

export function lastOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

export function shown(value: number | null): string {
  return value === null
    ? "–"
    : value.toLocaleString("en-US", { maximumFractionDigits: Math.abs(value) < 10 ? 2 : 0 });
}

function short(value: number): string {
  return value.toLocaleString("en-US", { notation: "compact", maximumFractionDigits: 2 });
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
