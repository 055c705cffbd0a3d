/** A month's bill of a recorded program: plain JSON. Amounts are US dollars, never rounded before they are shown. */

export interface Bill {
  stack: string;
  region: string;
  /** Day of the prices, e.g. `2026-11-23`. */
  pricesOf: string;
  lines: BillLine[];
  /** What has a price that this program does not know: never counted as nothing. */
  unpriced: Unpriced[];
  total: number;
  /** What the free tiers take off; in `total` already. */
  freeTier: number;
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
}
