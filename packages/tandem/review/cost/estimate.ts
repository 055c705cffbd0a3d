/** The month's bill of a recorded program. */

import { regionOf } from "../../program/reading/region.ts";
import type { Recording } from "../../program/recording.ts";
import { FUNCTION, ProgramView } from "../program-view/view.ts";
import type { Assumed } from "./assumptions.ts";
import type { Bill, UnknownBill } from "./bill.ts";
import { callsOf } from "./calls.ts";
import type { Costing } from "./costing.ts";
import { meterApis } from "./items/apis.ts";
import { meterAtlas } from "./items/atlas.ts";
import { meterEvents } from "./items/events.ts";
import { meterFunctions } from "./items/functions.ts";
import { meterMetrics } from "./items/metrics.ts";
import { meterNetwork } from "./items/network.ts";
import { meterObservability } from "./items/observability.ts";
import { meterTables } from "./items/tables.ts";
import { Meter } from "./meter.ts";
import { isPriced } from "./priced-types.ts";
import { type FreeTier, pricedRegions, pricesOf } from "./prices/prices.ts";

/** In the order of the bill. */
const METERS = [
  meterFunctions,
  meterApis,
  meterTables,
  meterAtlas,
  meterEvents,
  meterNetwork,
  meterObservability,
  meterMetrics,
];

export function estimate(recording: Recording, assumed: Assumed, free: FreeTier): Bill {
  const view = new ProgramView(recording);
  const region = regionOf(recording);
  const prices = pricesOf(region);
  const meter = new Meter();
  const costing: Costing = { view, meter, prices, free, assumed, calls: callsOf(view, assumed) };
  for (const measure of METERS) measure(costing);
  listUnpriced(recording, costing);
  const sum = (key: "cost" | "free") => meter.lines.reduce((total, line) => total + line[key], 0);
  return {
    stack: recording.stack,
    region,
    pricesOf: prices.date,
    lines: meter.lines,
    unpriced: meter.unpricedTypes,
    ceilings: meter.ceilings,
    total: sum("cost"),
    freeTier: sum("free"),
  };
}

/** The same for a program whose region may have no prices: a comparison goes on without. */
export function estimateWherePriced(recording: Recording, load: Assumed, free: FreeTier): Bill | UnknownBill {
  const region = regionOf(recording);
  if (pricedRegions().includes(region)) return estimate(recording, load, free);
  const unknown = `no prices of region ${region}: \`npm run prices -- --region ${region}\` reads them`;
  return { stack: recording.stack, region, unknown };
}

function listUnpriced({ resources }: Recording, { view, meter, calls }: Costing): void {
  for (const { type, name, custom, remote, read } of resources) {
    if ((custom || remote) && !read && !isPriced(type))
      meter.unpriced(type, name, "the price list does not have it");
  }
  for (const { urn, name } of view.ofType(FUNCTION)) {
    if (!calls.has(urn))
      meter.unpriced(FUNCTION, name, "nothing in the program calls it, so nobody knows how often", "use");
  }
}
