/** Lines over time; the same values as a table for who does not see them. What draws them is loaded with the first graph. */
import { useEffect, useRef, useState } from "preact/hooks";
import "uplot/dist/uPlot.min.css";
import type { draw, Look } from "./plot.ts";
import type { Graph } from "./types.ts";
import { Problem } from "./ui.tsx";

/** Lines differ by how they are dashed as well, for colours alone tell nothing to some. */
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [14, 5]];
const COLOURS = 6;
/** Rows of the table, the newest. */
const MOST_ROWS = 30;

/** Handed over: were it imported by both files, it would be a third one, for which the first paint would wait. */
const look: Look = { colourOf: (index) => `--line-${index % COLOURS}`, dashOf, clock };

export function Chart({ graph }: { graph: Graph }) {
  const { plots, problem } = usePlots();
  const place = useRef<HTMLDivElement>(null);
  const shape = JSON.stringify([
    graph.lines.map(({ label, axis }) => [label, axis]),
    graph.thresholds,
    graph.axes,
  ]);
  const plot = useRef<ReturnType<typeof draw> | undefined>(undefined);
  useEffect(() => {
    if (!place.current || !plots) return undefined;
    const drawn = plots.draw(place.current, graph, look);
    plot.current = drawn;
    return () => {
      plot.current = undefined;
      drawn.end();
    };
  }, [shape, plots]);
  useEffect(() => plot.current?.update(graph), [graph]);
  return (
    <>
      <Problem message={problem} />
      <div class="plot" ref={place} role="img" aria-label={`${graph.title}: ${describe(graph)}`} />
      <Legend graph={graph} />
      <details>
        <summary>As a table</summary>
        <Rows graph={graph} />
      </details>
    </>
  );
}

/** What draws, once it is loaded; a run that ended meanwhile gives it no more. */
function usePlots(): { plots?: { draw: typeof draw }; problem?: string } {
  const [state, setState] = useState<ReturnType<typeof usePlots>>({});
  useEffect(() => {
    import("./plot.ts").then(
      (plots) => setState({ plots }),
      ({ message }: Error) => setState({ problem: `The graph cannot be drawn: ${message}` }),
    );
  }, []);
  return state;
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

function describe({ lines, thresholds }: Graph): string {
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

function dashOf(index: number): number[] {
  return DASHES[Math.floor(index / COLOURS) % DASHES.length] === undefined
    ? []
    : (DASHES[index % DASHES.length] ?? []);
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
