/** What every part of the bill works with. */
import type { ProgramView } from "../program-view/view.ts";
import type { Assumed } from "./assumptions.ts";
import type { Calls } from "./calls.ts";
import type { Meter } from "./meter.ts";
import type { FreeTier, Prices } from "./prices/prices.ts";

export interface Costing {
  view: ProgramView;
  meter: Meter;
  prices: Prices;
  free: FreeTier;
  assumed: Assumed;
  calls: Calls;
}
