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
    | "%";
  /** What is to be reached: at most this, or at least this for a rate. */
  limit?: number;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function reached({ value, unit, limit }: Figure): boolean {
  return limit === undefined || (unit === "requests/s" ? value >= limit : value <= limit);
}

/** Rows of a Markdown table. */
export function figureRows(figures: readonly Figure[]): string[] {
  return figures.map((figure) => {
    const { what, value, unit, limit } = figure;
    const bound =
      limit === undefined ? "" : `${unit === "requests/s" ? "≥" : "≤"} ${limit.toLocaleString("en")}`;
    return `| ${what} | ${shown(value)} ${unit} | ${bound} | ${limit === undefined ? "" : reached(figure) ? "yes" : "no"} |`;
  });
}

function shown(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 10 ? 2 : 0 });
}
