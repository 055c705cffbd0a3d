/**
 * From which load on servers that always run would be cheaper than functions behind an API: two or more small ones, so that
 * one can fail, behind a load balancer. Data stores cost the same either way and are left out.
 */
import { regionOf } from "../../program/reading/region.ts";
import type { Recording } from "../../program/recording.ts";
import type { Assumed } from "./assumptions.ts";
import { isAtLeast } from "./bill.ts";
import { estimate } from "./estimate.ts";
import { type FreeTier, type Prices, pricesOf } from "./prices/prices.ts";
import { HOURS, SECONDS } from "./units.ts";

export interface AlwaysOn {
  instance: string;
  servers: number;
  /** Of the servers with their disks, the load balancer and its addresses. */
  month: number;
  /** Requests a month from which on they are cheaper; absent where that never happens. */
  requests?: number;
}

/** Fewer would not survive the loss of one. */
const FEWEST_SERVERS = 2;
const MOST_SERVERS = 200;
const DISK_GB = 20;
/** Public addresses of the load balancer, one a zone. */
const ADDRESSES = 2;
/** Of a processor, at the busiest time of the day, which has this many times the average load. */
const UTILISATION = 0.6;
const PEAK = 3;
const COMPUTE = ["AWS Lambda", "Amazon API Gateway"];

/** Undefined where something in the program has no price: nobody knows then what the functions' side costs. */
export function compareWithServers(
  recording: Recording,
  assumed: Assumed,
  free: FreeTier,
): AlwaysOn | undefined {
  if (isAtLeast(estimate(recording, assumed, free))) return undefined;
  const { server: price } = pricesOf(regionOf(recording));
  const functions = (requests: number) =>
    estimate(recording, { ...assumed, requests }, free)
      .lines.filter(({ service }) => COMPUTE.includes(service))
      .reduce((sum, { cost }) => sum + cost, 0);
  for (let servers = FEWEST_SERVERS; servers <= MOST_SERVERS; servers++) {
    const month = costOf(servers, price);
    const requests = firstAbove(month, functions, requestsOf(servers, assumed.duration, price.processors));
    if (requests !== undefined) return { instance: price.instance, servers, month, requests };
  }
  return { instance: price.instance, servers: FEWEST_SERVERS, month: costOf(FEWEST_SERVERS, price) };
}

function costOf(servers: number, price: Prices["server"]): number {
  const each = price.instanceHour * HOURS + DISK_GB * price.diskGb;
  return servers * each + (price.loadBalancerHour + ADDRESSES * price.addressHour) * HOURS;
}

/** What the servers can answer in a month, when a request keeps a processor busy as long as a function takes for it. */
function requestsOf(servers: number, durationMs: number, processors: number): number {
  const perSecond = (servers * processors * UTILISATION) / (durationMs / 1000) / PEAK;
  return perSecond * SECONDS;
}

/** The smallest number up to `most` at which the functions cost more; undefined where they never do. */
function firstAbove(cost: number, functions: (requests: number) => number, most: number): number | undefined {
  if (functions(most) <= cost) return undefined;
  let [low, high] = [0, Math.ceil(most)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (functions(middle) > cost) high = middle;
    else low = middle;
  }
  return high;
}
