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
