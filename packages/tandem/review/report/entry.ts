/** One thing that a report tells, whatever the format. */
import type { Line } from "./line.ts";

export type Sign = "+" | "-" | "~" | "!";

export interface Entry {
  sign: Sign;
  text: Line;
  details: Line[];
}

export function entry(sign: Sign, text: Line, details: Line[] = []): Entry {
  return { sign, text, details };
}

/** `a, b, c`, with as many more counted. */
export function listed(names: readonly string[], longest = Number.POSITIVE_INFINITY): Line {
  const shown = names.length > longest ? names.slice(0, longest - 1) : names;
  const parts = shown.flatMap((name, index): Line => [...(index === 0 ? [] : [", "]), { code: name }]);
  return shown.length === names.length ? parts : [...parts, ` and ${names.length - shown.length} more`];
}

export function joined(lines: readonly Line[], separator: string): Line {
  return lines.flatMap((line, index) => (index === 0 ? line : [separator, ...line]));
}
