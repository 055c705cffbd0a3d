/** What a change of the program does to the month's bill. */
import type { Bill, BillLine } from "./bill.ts";

export interface CostChange {
  before?: number;
  after?: number;
  difference: number;
  lines: CostLineChange[];
}

export interface CostLineChange {
  service: string;
  item: string;
  before?: number;
  after?: number;
  difference: number;
}

/** Less than a cent is no change. */
const CENT = 0.005;

export function compareBills(before: Bill | undefined, after: Bill | undefined): CostChange | undefined {
  const lines = compareLines(before?.lines ?? [], after?.lines ?? []);
  if (lines.length === 0) return undefined;
  return {
    ...(before && { before: before.total }),
    ...(after && { after: after.total }),
    difference: (after?.total ?? 0) - (before?.total ?? 0),
    lines,
  };
}

function compareLines(before: readonly BillLine[], after: readonly BillLine[]): CostLineChange[] {
  const old = byItem(before);
  const now = byItem(after);
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key) => {
    const [from, to] = [old.get(key), now.get(key)];
    const line = to ?? from;
    const difference = (to?.cost ?? 0) - (from?.cost ?? 0);
    if (line === undefined || Math.abs(difference) < CENT) return [];
    const { service, item } = line;
    return [{ service, item, ...(from && { before: from.cost }), ...(to && { after: to.cost }), difference }];
  });
}

function byItem(lines: readonly BillLine[]): Map<string, BillLine> {
  return new Map(lines.map((line) => [`${line.service} ${line.item}`, line]));
}
