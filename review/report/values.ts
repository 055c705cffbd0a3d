/** How a change of one value reads. */

import type { Value } from "../../program/recording.ts";
import { BLOT } from "../diff/secrets.ts";
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
  // Blotted out on both sides, the two values would look the same.
  if (secret || (before === BLOT && after === BLOT)) {
    return [`${BLOT} ${{ "+": "added", "-": "removed", "~": "changed", "!": "changed" }[signOf(change)]}`];
  }
  if (before === undefined) return after === undefined ? [] : line`${valueText(after)}`;
  if (after === undefined) return line`${valueText(before)} → ${["gone"]}`;
  return line`${valueText(before)} → ${valueText(after)}`;
}

function valueText(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
