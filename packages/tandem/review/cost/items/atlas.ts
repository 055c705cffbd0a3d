/** MongoDB Atlas: the cluster's tier by the hour, its backups by size, its private endpoints by hour and traffic. */

import { plainObject, textOf } from "../../../program/reading/value.ts";
import type { RecordedResource, Value } from "../../../program/recording.ts";
import { asList } from "../../values/canonical.ts";
import type { Costing } from "../costing.ts";
import type { AtlasPrices } from "../prices/prices.ts";
import { HOURS } from "../units.ts";

const SERVICE = "MongoDB Atlas";
const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const ENDPOINT = "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint";
/** Nodes that the hourly price of a tier is for. */
const PRICED_NODES = 3;
/** GB an hour that one unit of a private endpoint's traffic carries. */
const GB_PER_UNIT_HOUR = 1;

export function meterAtlas(costing: Costing): void {
  const { view, meter, prices } = costing;
  const { atlas } = prices;
  for (const resource of view.ofType(CLUSTER, ENDPOINT)) {
    if (atlas === undefined) {
      meter.unpriced(resource.type, resource.name, `no prices of Atlas in ${prices.region} are written down`);
    } else if (resource.type === CLUSTER) {
      meterCluster(resource, costing, atlas);
    } else {
      meterEndpoint(costing, atlas);
    }
  }
}

function meterCluster(cluster: RecordedResource, costing: Costing, price: AtlasPrices): void {
  const { meter } = costing;
  for (const { tier, nodes, largest } of nodesOf(cluster)) {
    if (tier === "M0") continue;
    const hour = price.tierHour[tier];
    if (tier === "FLEX") {
      const item = `${cluster.name}, Flex`;
      meter.add({ service: SERVICE, item, quantity: 1, unit: "cluster", price: price.flexMonth });
    } else if (hour === undefined) {
      meter.unpriced(CLUSTER, cluster.name, `the price list has no tier ${tier}`);
    } else {
      const quantity = HOURS * (nodes / PRICED_NODES);
      const item = `${cluster.name}, ${tier}`;
      meter.add({ service: SERVICE, item, quantity, unit: "hours", price: hour });
      const most = largest === undefined ? undefined : price.tierHour[largest];
      if (largest !== undefined && most !== undefined) {
        meter.ceiling({ service: SERVICE, item, largest, from: quantity * hour, to: quantity * most });
      }
    }
  }
  meterBackups(cluster, costing, price);
}

/** With point-in-time recovery on, Atlas bills snapshots and oplog together, at the steps of continuous backup. */
function meterBackups({ inputs }: RecordedResource, { meter, assumed }: Costing, price: AtlasPrices): void {
  const size = assumed["database-size"];
  if (inputs.pitEnabled === true) {
    for (const { gigabytes, gb, from } of steps(size + assumed.oplog, price.continuousBackup)) {
      const item = `continuous backup from ${from} GB on`;
      meter.add({ service: SERVICE, item, quantity: gigabytes, unit: "GB", price: gb });
    }
  } else if (inputs.backupEnabled === true) {
    meter.add({ service: SERVICE, item: "snapshots", quantity: size, unit: "GB", price: price.snapshotGb });
  }
}

function* steps(size: number, all: AtlasPrices["continuousBackup"]) {
  let from = 0;
  for (const { upToGb = Number.POSITIVE_INFINITY, gb } of all) {
    yield { from, gb, gigabytes: Math.max(0, Math.min(size, upToGb) - from) };
    from = upToGb;
  }
}

function meterEndpoint({ meter, assumed }: Costing, { privateEndpoint: price }: AtlasPrices): void {
  meter.add({
    service: SERVICE,
    item: "private endpoint",
    quantity: HOURS,
    unit: "hours",
    price: price.hour,
  });
  meter.add({
    service: SERVICE,
    item: "traffic of the private endpoint",
    quantity: assumed["endpoint-data"] / GB_PER_UNIT_HOUR,
    unit: "unit-hours",
    price: price.unitHour,
  });
}

interface Nodes {
  tier: string;
  nodes: number;
  /** The tier up to which Atlas scales it by itself; absent where it does not. */
  largest?: string;
}

function nodesOf({ inputs }: RecordedResource): Nodes[] {
  return asList(inputs.replicationSpecs)
    .flatMap((spec) => asList(plainObject(spec)?.regionConfigs))
    .map((config) => {
      const region = plainObject(config);
      const electable = plainObject(region?.electableSpecs);
      const tier = region?.providerName === "FLEX" ? "FLEX" : (textOf(electable?.instanceSize) ?? "unknown");
      const largest = largestTier(region?.autoScaling);
      const nodes = Number(electable?.nodeCount ?? PRICED_NODES);
      return { tier, nodes, ...(largest !== undefined && { largest }) };
    });
}

function largestTier(autoScaling: Value | undefined): string | undefined {
  const { computeEnabled, computeMaxInstanceSize } = plainObject(autoScaling) ?? {};
  return computeEnabled === true ? textOf(computeMaxInstanceSize) : undefined;
}
