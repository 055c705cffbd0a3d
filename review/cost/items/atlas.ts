/** MongoDB Atlas: the cluster's tier by the hour, its backups by size. */
import type { RecordedResource } from "../../../program/recording.ts";
import { asList } from "../../diff/canonical.ts";
import { plainObject, textOf } from "../../diff/special.ts";
import type { Costing } from "../costing.ts";
import { HOURS } from "../units.ts";

const service = "MongoDB Atlas";
const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
/** Nodes that the hourly price of a tier is for. */
const PRICED_NODES = 3;

export function meterAtlas(costing: Costing): void {
  for (const cluster of costing.view.ofType(CLUSTER)) meterCluster(cluster, costing);
}

function meterCluster(cluster: RecordedResource, { meter, prices, assumed }: Costing): void {
  const { atlas: price } = prices;
  for (const { tier, nodes } of nodesOf(cluster)) {
    if (tier === "M0") continue;
    const hour = price.tierHour[tier];
    if (tier === "FLEX") {
      meter.add({
        service,
        item: `${cluster.name}, Flex`,
        quantity: 1,
        unit: "cluster",
        price: price.flexMonth,
      });
    } else if (hour === undefined) {
      meter.unpriced(CLUSTER, cluster.name, `the price list has no tier ${tier}`);
    } else {
      const quantity = HOURS * (nodes / PRICED_NODES);
      meter.add({ service, item: `${cluster.name}, ${tier}`, quantity, unit: "hours", price: hour });
    }
  }
  const size = assumed["database-size"];
  if (cluster.inputs.backupEnabled === true) {
    meter.add({ service, item: "snapshots", quantity: size, unit: "GB", price: price.snapshotGb });
  }
  if (cluster.inputs.pitEnabled === true) {
    const free = price.continuousBackupFreeGb;
    meter.add({
      service,
      item: "point in time",
      quantity: size,
      unit: "GB",
      price: price.continuousBackupGb,
      free,
    });
  }
}

function nodesOf({ inputs }: RecordedResource): { tier: string; nodes: number }[] {
  return asList(inputs.replicationSpecs)
    .flatMap((spec) => asList(plainObject(spec)?.regionConfigs))
    .map((config) => {
      const region = plainObject(config);
      const electable = plainObject(region?.electableSpecs);
      const tier = region?.providerName === "FLEX" ? "FLEX" : (textOf(electable?.instanceSize) ?? "unknown");
      return { tier, nodes: Number(electable?.nodeCount ?? PRICED_NODES) };
    });
}
