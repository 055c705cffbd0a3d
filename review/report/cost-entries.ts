import type { CostChange } from "../cost/change.ts";
import { dollars, signedDollars } from "../cost/money.ts";
import { type Entry, entry } from "./entry.ts";
import { type Line, line } from "./line.ts";

export function costEntries(cost: CostChange | undefined): Entry[] {
  if (cost === undefined) return [];
  const { before, after, difference, lines } = cost;
  const from = before === undefined ? "" : `${dollars(before)} → `;
  const total = `${from}${after === undefined ? "nothing" : dollars(after)} a month (${signedDollars(difference)})`;
  const details = lines.map(
    (change): Line => line`${change.service}, ${change.item}: ${[signedDollars(change.difference)]}`,
  );
  return [entry(difference > 0 ? "+" : "-", [total], details)];
}
