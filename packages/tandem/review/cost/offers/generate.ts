/** A region's price file, made from AWS's offer files. */
import { UserError } from "../../../shared/user-error.js";
import type { AwsPrices } from "../prices/prices.ts";
import { type Figure, figures } from "./figures.ts";
import { type Row, rowsOf } from "./read-offer.ts";

const SERVER = { instance: "t4g.small", processors: 2 };
/** Amounts in the files have ten digits; a product of two has more, which mean nothing. */
const DIGITS = 10;

type Tree = { [key: string]: string | number | Tree };

/**
 * @param from an http(s) address or a folder
 * @param date the day, e.g. `2026-11-23`
 * @throws UserError for a figure that is not in the files, or in them with more than one price
 */
export async function generatePrices(from: string, region: string, date: string): Promise<AwsPrices> {
  const prices: Tree = { region, date, source: from, server: { ...SERVER } };
  const offers = Map.groupBy(figures, ({ offer, global }) => `${offer} ${global ? "" : region}`);
  for (const [key, wanted] of offers) {
    const [offer = "", place] = key.split(" ");
    const found = await find(rowsOf(from, offer, place || undefined), wanted);
    for (const figure of wanted) {
      const price = priceOf(figure, found.get(figure) ?? [], region);
      if (price !== undefined) put(prices, figure.path.split("."), price);
    }
  }
  return prices as unknown as AwsPrices;
}

async function find(rows: AsyncGenerator<Row>, wanted: Figure[]): Promise<Map<Figure, Row[]>> {
  const found = new Map<Figure, Row[]>();
  for await (const row of rows) {
    if (row.termtype !== "OnDemand") continue;
    for (const figure of wanted) {
      const matches = Object.entries(figure.where).every(([name, pattern]) => pattern.test(row[name] ?? ""));
      if (matches) found.set(figure, [...(found.get(figure) ?? []), row]);
    }
  }
  return found;
}

function priceOf({ path, offer, where, units = 1, optional }: Figure, rows: Row[], region: string) {
  const first = new Map<string, Row>();
  for (const row of rows.filter(({ priceperunit }) => Number(priceperunit) > 0)) {
    const known = first.get(row.sku ?? "");
    if (known === undefined || start(row) < start(known)) first.set(row.sku ?? "", row);
  }
  const amounts = [...new Set([...first.values()].map(({ priceperunit }) => Number(priceperunit)))];
  const [amount] = amounts;
  if (amounts.length > 1) {
    throw new UserError(
      `${offer} has ${amounts.length} prices in ${region} that could be ${path}: ${amounts.join(", ")} ` +
        `(${[...first.values()].map(({ usagetype }) => usagetype).join(", ")}). Tell them apart in review/cost/offers/figures.ts.`,
    );
  }
  if (amount !== undefined) return Number((amount * units).toPrecision(DIGITS));
  if (optional) return undefined;
  const looked = Object.entries(where).map(([name, pattern]) => `${name} ${pattern.source}`);
  throw new UserError(
    `${offer} has no price in ${region} for ${path} (looked for ${looked.join(" and ")}). ` +
      "Either AWS does not sell it there, or it has another name now: see review/cost/offers/figures.ts.",
  );
}

function start({ startingrange }: Row): number {
  return Number(startingrange || 0);
}

function put(tree: Tree, [key = "", ...rest]: string[], value: number): void {
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const inner = tree[key];
  const branch: Tree = typeof inner === "object" ? inner : {};
  tree[key] = branch;
  put(branch, rest, value);
}
