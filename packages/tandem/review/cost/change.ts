/**
 * What a change of the program does to the month's bill, at list prices: the free tier belongs to the account, and what other
 * stacks leave of it no program says. A change that it may swallow is still a change.
 */
import {
  type Bill,
  type BillLine,
  type Ceiling,
  isUnknown,
  listTotal,
  type UnknownBill,
  type Unpriced,
} from "./bill.ts";

export interface CostChange {
  /** At list prices; absent where there is no such program, or no prices of its region. */
  before?: number;
  after?: number;
  /** Absent where one of the two bills is not known: then nobody knows the difference. */
  difference?: number;
  /** Why a bill is not known. */
  unknown?: string;
  /** What the free tier takes off in an account that uses it for nothing else; absent where it takes off nothing. */
  freeTier?: { before: number; after: number };
  lines: CostLineChange[];
  ceilings: CeilingChange[];
  /** What came, went or changed and has no price. */
  unpriced: UnpricedChange[];
}

export interface CostLineChange {
  service: string;
  item: string;
  /** At list prices. */
  before?: number;
  after?: number;
  difference: number;
}

/** A cluster that may grow by itself, and the most that it can cost then. */
export interface CeilingChange {
  service: string;
  item: string;
  before?: number;
  after?: number;
}

export interface UnpricedChange {
  change: "new" | "gone";
  type: string;
  names: string[];
  reason: string;
}

/** Less than a cent is no change. */
const CENT = 0.005;

export function compareBills(
  before: Bill | UnknownBill | undefined,
  after: Bill | UnknownBill | undefined,
): CostChange | undefined {
  const unknown = [before, after].flatMap((bill) => (bill && isUnknown(bill) ? [bill.unknown] : []));
  if (unknown.length > 0) return compareUnknown(before, after, [...new Set(unknown)].join("; "));
  const [old, now] = [before, after].map((bill) => (bill && !isUnknown(bill) ? bill : undefined));
  const lines = compareLines(old?.lines ?? [], now?.lines ?? []);
  const ceilings = compareCeilings(old?.ceilings ?? [], now?.ceilings ?? []);
  const unpriced = compareUnpriced(old?.unpriced ?? [], now?.unpriced ?? []);
  if (lines.length + ceilings.length + unpriced.length === 0) return undefined;
  const free = { before: old?.freeTier ?? 0, after: now?.freeTier ?? 0 };
  return {
    ...(old && { before: listTotal(old) }),
    ...(now && { after: listTotal(now) }),
    difference: (now ? listTotal(now) : 0) - (old ? listTotal(old) : 0),
    ...(free.before + free.after > CENT && { freeTier: free }),
    lines,
    ceilings,
    unpriced,
  };
}

/** Two programs in the same region without prices differ by nothing that could be told; else one bill is still known. */
function compareUnknown(
  before: Bill | UnknownBill | undefined,
  after: Bill | UnknownBill | undefined,
  unknown: string,
): CostChange | undefined {
  if (before && after && isUnknown(before) && isUnknown(after) && before.region === after.region)
    return undefined;
  return {
    ...(before && !isUnknown(before) && { before: listTotal(before) }),
    ...(after && !isUnknown(after) && { after: listTotal(after) }),
    unknown,
    lines: [],
    ceilings: [],
    unpriced: [],
  };
}

function compareLines(before: readonly BillLine[], after: readonly BillLine[]): CostLineChange[] {
  return pairs(before, after, ({ service, item }) => `${service} ${item}`).flatMap(([from, to, either]) => {
    const difference = (to?.list ?? 0) - (from?.list ?? 0);
    if (Math.abs(difference) < CENT) return [];
    const { service, item } = either;
    return [{ service, item, ...(from && { before: from.list }), ...(to && { after: to.list }), difference }];
  });
}

function compareCeilings(before: readonly Ceiling[], after: readonly Ceiling[]): CeilingChange[] {
  return pairs(before, after, ({ service, item }) => `${service} ${item}`).flatMap(([from, to, either]) => {
    if (Math.abs((to?.to ?? 0) - (from?.to ?? 0)) < CENT) return [];
    const { service, item } = either;
    return [{ service, item, ...(from && { before: from.to }), ...(to && { after: to.to }) }];
  });
}

function compareUnpriced(before: readonly Unpriced[], after: readonly Unpriced[]): UnpricedChange[] {
  const both = pairs(before, after, ({ type, reason }) => `${type} ${reason}`);
  return both.flatMap(([from, to, { type, reason }]) => {
    const [old, now] = [from?.names ?? [], to?.names ?? []];
    const change = (which: "new" | "gone", names: string[]): UnpricedChange[] =>
      names.length === 0 ? [] : [{ change: which, type, names, reason }];
    return [
      ...change(
        "new",
        now.filter((name) => !old.includes(name)),
      ),
      ...change(
        "gone",
        old.filter((name) => !now.includes(name)),
      ),
    ];
  });
}

/** What has the same key on both sides, in the order of the keys; the third is whichever there is. */
function pairs<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): [T | undefined, T | undefined, T][] {
  const [old, now] = [before, after].map((items) => new Map(items.map((item) => [keyOf(item), item])));
  return [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort().flatMap((key) => {
    const [from, to] = [old?.get(key), now?.get(key)];
    const either = to ?? from;
    return either === undefined ? [] : [[from, to, either] as [T | undefined, T | undefined, T]];
  });
}
