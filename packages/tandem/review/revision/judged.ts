/** A recorded program with what the rules and the price list of the working tree say of it, whatever the revision. */
import { check } from "../../policies/check.ts";
import type { Waiver } from "../../policies/waivers.ts";
import { assumed } from "../cost/assumptions.ts";
import { estimateWherePriced } from "../cost/estimate.ts";
import { freeTier } from "../cost/prices/prices.ts";
import type { Program } from "../diff/compare.ts";
import type { Recorded } from "./record.ts";

/** @param waivers of the working tree as well */
export function judged({ recording, ...read }: Recorded, waivers: Waiver[]): Program {
  const violations = check(recording, { waivers }).violations.map(({ rule, resource, message, remedy }) => ({
    rule,
    resource,
    message: `${message}. ${remedy}`,
  }));
  return { recording, ...read, violations, bill: estimateWherePriced(recording, assumed(), freeTier) };
}
