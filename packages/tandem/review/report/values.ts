/** How a change of one value reads. */

import type { Value } from "../../program/recording.ts";
import { HIDDEN } from "../values/secrets.ts";
import type { Sign } from "./entry.ts";
import { type Line, line } from "./line.ts";

interface Change {
  before?: Value;
  after?: Value;
  secret?: true;
}

export function signOf({ before, after }: Change): Sign {
  if (before === undefined) return "+";
  return after === undefined ? "-" : "~";
}

export function changeLine(change: Change): Line {
  const { before, after, secret } = change;
  // Hidden on both sides, the two values would look the same.
  if (secret || (before === HIDDEN && after === HIDDEN)) {
    return [`${HIDDEN} ${{ "+": "added", "-": "removed", "~": "changed", "!": "changed" }[signOf(change)]}`];
  }
  if (before === undefined) return after === undefined ? [] : line`${valueText(after)}`;
  if (after === undefined) return line`${valueText(before)} → ${["gone"]}`;
  const [from, to] = whereTheyDiffer(valueText(before), valueText(after));
  return line`${from} → ${to}`;
}

/** Longer texts are shown where they differ. */
const LONG = 120;
/** Characters that are left around it, so that a reader finds the place. */
const AROUND = 30;

function whereTheyDiffer(before: string, after: string): [string, string] {
  const shorter = Math.min(before.length, after.length);
  if (Math.max(before.length, after.length) <= LONG) return [before, after];
  let [start, end] = [0, 0];
  while (start < shorter && before[start] === after[start]) start += 1;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const part = (text: string) => {
    const [from, to] = [Math.max(0, start - AROUND), Math.min(text.length, text.length - end + AROUND)];
    return `${from > 0 ? "…" : ""}${text.slice(from, to)}${to < text.length ? "…" : ""}`;
  };
  return [part(before), part(after)];
}

function valueText(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
