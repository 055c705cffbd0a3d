/** Collects the lines of a bill: quantity times price, less what is free. */
import type { BillLine, Ceiling, Unpriced } from "./bill.ts";

export interface Measured {
  service: string;
  item: string;
  quantity: number;
  unit: string;
  /** Of one unit. */
  price: number;
  /** Units of the free tier; it is one for the whole account, so each is given to one line. */
  free?: number;
}

export class Meter {
  readonly lines: BillLine[] = [];
  readonly ceilings: Ceiling[] = [];
  readonly #unpriced = new Map<string, Unpriced>();

  /** Nothing used, nothing to tell. */
  add({ service, item, quantity, unit, price, free = 0 }: Measured): void {
    if (quantity === 0) return;
    const list = quantity * price;
    const taken = Math.min(quantity, free) * price;
    this.lines.push({ service, item, quantity, unit, list, free: taken, cost: list - taken });
  }

  ceiling(ceiling: Ceiling): void {
    if (ceiling.to > ceiling.from) this.ceilings.push(ceiling);
  }

  unpriced(type: string, name: string, reason: string, missing: Unpriced["missing"] = "price"): void {
    const key = `${type} ${reason}`;
    const entry = this.#unpriced.get(key) ?? { type, names: [], reason, missing };
    entry.names.push(name);
    this.#unpriced.set(key, entry);
  }

  get unpricedTypes(): Unpriced[] {
    return [...this.#unpriced.values()].sort((a, b) => (a.type < b.type ? -1 : 1));
  }
}
