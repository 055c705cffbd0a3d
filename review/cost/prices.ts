/** What things cost: list prices by region, from one dated file each, and what every account gets for nothing each month. */
import { UserError } from "../../local/service.ts";
import euCentral1 from "./prices/eu-central-1.json" with { type: "json" };
import freeTierFile from "./prices/free-tier.json" with { type: "json" };
import usEast1 from "./prices/us-east-1.json" with { type: "json" };

export type Architecture = "arm64" | "x86_64";

/** US dollars without taxes. */
export type Prices = Omit<typeof euCentral1, "atlas"> & {
  atlas: Omit<(typeof euCentral1)["atlas"], "tierHour"> & { tierHour: Record<string, number> };
};

/** Of services that keep it for good; what ends after a year is left out. */
export type FreeTier = Omit<typeof freeTierFile, "date" | "source">;

const byRegion: Record<string, Prices> = Object.fromEntries(
  [euCentral1, usEast1].map((prices) => [prices.region, prices]),
);

export const pricedRegions: readonly string[] = Object.keys(byRegion);

export function pricesOf(region: string): Prices {
  const prices = byRegion[region];
  if (prices !== undefined) return prices;
  throw new UserError(
    `There are no prices of region ${JSON.stringify(region)}; there are: ${pricedRegions.join(", ")}. ` +
      `Add review/cost/prices/${region}.json with what the sources named in the others say of it, and list it in review/cost/prices.ts.`,
  );
}

export const freeTier: FreeTier = freeTierFile;

/** What the program costs in an account that has used up its free tier. */
export const noFreeTier: FreeTier = {
  lambdaRequests: 0,
  lambdaGbSeconds: 0,
  dynamodbStorageGb: 0,
  dynamodbWriteCapacity: 0,
  dynamodbReadCapacity: 0,
  logsGb: 0,
  alarms: 0,
  dashboards: 0,
  traces: 0,
  sqsRequests: 0,
  snsEmails: 0,
  schedulerCalls: 0,
  transferOutGb: 0,
};
