/** What a measurement says, and how it is shown. */

export interface Figure {
  what: string;
  value: number;
  unit:
    | "ms"
    | "MB"
    | "requests/s"
    | "bytes"
    | "errors"
    | "µs"
    | "s"
    | "calls"
    | "handles"
    | "requests"
    | "a second"
    | "×"
    | "%";
  /** What is to be reached: at most this, or at least this for a rate. */
  limit?: number;
  /** Of a unit that is no rate: at least the limit is to be reached. */
  isLeast?: boolean;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function reached(figure: Figure): boolean {
  const { value, limit } = figure;
  return limit === undefined || (isLeast(figure) ? value >= limit : value <= limit);
}

function isLeast({ unit, isLeast = unit === "requests/s" }: Figure): boolean {
  return isLeast;
}

/** Rows of a Markdown table. */
export function figureRows(figures: readonly Figure[]): string[] {
  return figures.map((figure) => {
    const { what, value, unit, limit } = figure;
    const bound = limit === undefined ? "" : `${isLeast(figure) ? "≥" : "≤"} ${limit.toLocaleString("en")}`;
    return `| ${what} | ${shown(value)} ${unit} | ${bound} | ${limit === undefined ? "" : reached(figure) ? "yes" : "no"} |`;
  });
}

function shown(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : 0 });
}
