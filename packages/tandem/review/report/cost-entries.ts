import type { CeilingChange, CostChange, CostLineChange, UnpricedChange } from "../cost/change.ts";
import { dollars, signedDollars } from "../cost/units.ts";
import { type Entry, entry } from "./entry.ts";
import { type Line, line } from "./line.ts";

export function costEntries(cost: CostChange | undefined): Entry[] {
  if (cost === undefined) return [];
  const { difference, unknown, lines, ceilings, unpriced } = cost;
  const details = [
    ...lines.map(lineText),
    ...freeTierText(cost),
    ...ceilings.map(ceilingText),
    ...unpriced.map(unpricedText),
  ];
  if (difference === undefined) {
    return [entry("!", [`unknown: ${unknown}`], [...knownSide(cost), ...details])];
  }
  const sign = Math.abs(difference) < 0.005 ? "~" : difference > 0 ? "+" : "-";
  return [entry(sign, [totalText(cost, difference)], details)];
}

/** For the summary: one phrase. */
export function costSummary({ difference, unpriced, unknown }: CostChange): string {
  if (difference === undefined) return `cost unknown (${unknown})`;
  const more = unpriced.some(({ change }) => change === "new") ? " and what has no price" : "";
  return `${signedDollars(difference)} a month${more}`;
}

function totalText({ before, after }: CostChange, difference: number): string {
  const from = before === undefined ? "" : `${dollars(before)} → `;
  const to = after === undefined ? "nothing" : dollars(after);
  return `${from}${to} a month at list prices (${signedDollars(difference)})`;
}

function knownSide({ before, after }: CostChange): Line[] {
  if (before !== undefined) return [line`before: ${[dollars(before)]} a month at list prices`];
  return after === undefined ? [] : [line`after: ${[dollars(after)]} a month at list prices`];
}

function lineText({ service, item, before, after, difference }: CostLineChange): Line {
  return line`${[service]}, ${[item]}: ${[amounts(before, after) ?? signedDollars(difference)]}`;
}

function freeTierText({ freeTier }: CostChange): Line[] {
  if (freeTier === undefined) return [];
  const { before, after } = freeTier;
  const change = amounts(before, after) ?? dollars(after);
  return [line`of that, the account's free tier takes off up to ${[change]}`];
}

/** Undefined where both look the same to the cent. */
function amounts(before: number | undefined, after: number | undefined): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  const [from, to] = [dollars(before), dollars(after)];
  return from === to ? undefined : `${from} → ${to}`;
}

function ceilingText({ service, item, before, after }: CeilingChange): Line {
  const what = `${service}, ${item}: `;
  if (after === undefined) return [`${what}grows by itself no more (up to ${dollars(before ?? 0)} a month)`];
  if (before === undefined) return [`${what}may grow by itself up to ${dollars(after)} a month`];
  return [`${what}may grow by itself up to ${dollars(before)} → ${dollars(after)} a month`];
}

function unpricedText({ change, type, names, reason }: UnpricedChange): Line {
  const what = change === "new" ? "unpriced" : "no longer unpriced";
  return line`${what}: ${type} ${names.join(", ")} (${reason})`;
}
