/**
 * What things cost: list prices in US dollars without taxes, and what every account gets for nothing each month.
 *
 * AWS's prices of a region stand in `<region>.json` (typed by hand) or `generated/<region>.json` (`npm run prices`
 * wrote it from AWS's offer files; it wins). Atlas publishes no list that a program can read: `atlas.json`, by hand.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../../../shared/user-error.js";
import atlasFile from "./atlas.json" with { type: "json" };
import freeTierFile from "./free-tier.json" with { type: "json" };

export type CpuArchitecture = "arm64" | "x86_64";

/** Prices of AWS in one region. What is optional is not in every list; whoever misses it says so, and takes it for nothing never. */
export interface AwsPrices {
  region: string;
  /** Day on which the prices were read, e.g. `2026-11-23`. */
  date: string;
  lambda: {
    requestsPerMillion: number;
    gbSecond: Record<CpuArchitecture, number>;
    provisionedGbSecond: Record<CpuArchitecture, number>;
    provisionedDurationGbSecond: Record<CpuArchitecture, number>;
    /** Of `/tmp` beyond the 512 MB that every function has. */
    ephemeralGbSecond?: number;
  };
  apiGateway: {
    httpRequestsPerMillion: number;
    restRequestsPerMillion: number;
    webSocketMessagesPerMillion?: number;
  };
  dynamodb: TablePrices & {
    writeCapacityHour: number;
    readCapacityHour: number;
    /** Table class `STANDARD_INFREQUENT_ACCESS`. */
    infrequentAccess?: TablePrices;
  };
  cloudwatch: {
    logIngestionGb: number;
    logStorageGb: number;
    metric: number;
    metricAlarm: number;
    compositeAlarm: number;
    dashboard: number;
  };
  xray: { tracesPerMillion: number };
  s3: { storageGb: number; writesPerThousand: number; readsPerThousand: number };
  sqs: { requestsPerMillion: number };
  sns: { emailsPerHundredThousand: number };
  scheduler: { callsPerMillion: number };
  privateLink: { zoneHour: number; dataGb: number };
  kms: { key: number };
  route53: { zone: number };
  transfer: { outGb: number };
  natGateway: { hour: number; dataGb: number };
  /** Two or more of these are what functions are compared with. */
  server: {
    instance: string;
    instanceHour: number;
    processors: number;
    diskGb: number;
    loadBalancerHour: number;
    addressHour: number;
  };
}

export interface TablePrices {
  writesPerMillion: number;
  readsPerMillion: number;
  storageGb: number;
  pointInTimeGb: number;
}

export interface AtlasPrices {
  /** Of three nodes. */
  tierHour: Record<string, number>;
  flexMonth: number;
  snapshotGb: number;
  /** By size, the smallest first: up to so many GB in all, each GB of the step costs this much a month. */
  continuousBackup: { upToGb?: number; gb: number }[];
  /** Of the endpoint, and of each unit of traffic in an hour. */
  privateEndpoint: { hour: number; unitHour: number };
}

export interface Prices extends AwsPrices {
  /** Absent for a region that `prices/atlas.json` does not have. */
  atlas?: AtlasPrices;
}

/** Of services that keep it for good; what ends after a year is left out. */
export type FreeTier = Omit<typeof freeTierFile, "date" | "source">;

/** Prices that were typed by hand. */
export const typedFolder = import.meta.dirname;
/** Prices that `npm run prices` wrote. */
export const generatedFolder = path.join(typedFolder, "generated");
const notRegions = new Set(["atlas.json", "free-tier.json"]);

/** Regions in the folder that have prices, sorted. */
export function regionsIn(place: string): string[] {
  if (!existsSync(place)) return [];
  return readdirSync(place)
    .filter((file) => file.endsWith(".json") && !notRegions.has(file))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

export function pricedRegions(): string[] {
  return [...new Set([...regionsIn(typedFolder), ...regionsIn(generatedFolder)])].sort();
}

export function pricesOf(region: string): Prices {
  for (const place of [generatedFolder, typedFolder]) {
    if (!regionsIn(place).includes(region)) continue;
    const aws = awsPricesIn(place, region);
    const atlas = (atlasFile.regions as Record<string, AtlasPrices>)[region];
    return { ...aws, ...(atlas && { atlas }) };
  }
  throw new UserError(
    `There are no prices of region ${JSON.stringify(region)}; there are: ${pricedRegions().join(", ")}. ` +
      `\`npm run prices -- --region ${region}\` reads them from AWS's public price list.`,
  );
}

export function awsPricesIn(place: string, region: string): AwsPrices {
  return JSON.parse(readFileSync(path.join(place, `${region}.json`), "utf8")) as AwsPrices;
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
  metrics: 0,
  dashboards: 0,
  dashboardMetrics: 0,
  traces: 0,
  sqsRequests: 0,
  snsEmails: 0,
  schedulerCalls: 0,
  transferOutGb: 0,
};
