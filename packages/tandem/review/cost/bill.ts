/** A month's bill of a recorded program: plain JSON. Amounts are US dollars, never rounded before they are shown. */

export interface Bill {
  stack: string;
  region: string;
  /** Day of the prices, e.g. `2026-11-23`. */
  pricesOf: string;
  lines: BillLine[];
  /** What costs something that this bill does not know: never counted as nothing. */
  unpriced: Unpriced[];
  /** What may grow by itself, with what it can grow to. */
  ceilings: Ceiling[];
  total: number;
  /** What the free tiers take off; in `total` already. */
  freeTier: number;
}

/** Instead of a bill, where no prices are known: not nothing, and not the end of a comparison either. */
export interface UnknownBill {
  stack: string;
  region: string;
  /** Why there is no bill, for a person. */
  unknown: string;
}

export interface BillLine {
  /** e.g. `AWS Lambda`. */
  service: string;
  /** What is paid for, e.g. `requests`. */
  item: string;
  quantity: number;
  /** e.g. `million requests`. */
  unit: string;
  /** List price of the quantity. */
  list: number;
  /** What the free tier takes off. */
  free: number;
  cost: number;
}

export interface Unpriced {
  type: string;
  names: string[];
  reason: string;
  /** `price`: nobody knows what it costs. `use`: the price is known, how much of it is used is not. */
  missing: "price" | "use";
}

/** A line whose resource may scale by itself: what it costs a month at the size declared, and at its largest. */
export interface Ceiling {
  service: string;
  item: string;
  /** e.g. `M50`. */
  largest: string;
  from: number;
  to: number;
}

export function isUnknown(bill: Bill | UnknownBill): bill is UnknownBill {
  return "unknown" in bill;
}

/** Whether something in it costs what nobody knows: the total is the least then. */
export function isAtLeast({ unpriced }: Bill): boolean {
  return unpriced.some(({ missing }) => missing === "price");
}

/** Without the free tier, which is one for the whole account: other stacks may have used it up. */
export function listTotal({ lines }: Bill): number {
  return lines.reduce((sum, { list }) => sum + list, 0);
}
