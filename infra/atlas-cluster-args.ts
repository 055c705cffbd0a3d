import type * as atlas from "@pulumi/mongodbatlas";
import { type AtlasTier, isDedicated } from "./atlas-tiers.ts";

export interface ClusterSettings {
  /** AWS region, e.g. `eu-central-1`. */
  region: string;
  tier: AtlasTier;
}

type ClusterArgs = Pick<atlas.AdvancedClusterArgs, "clusterType" | "replicationSpecs">;
type RegionConfig = atlas.types.input.AdvancedClusterReplicationSpecRegionConfig;

/** What the tier makes of a cluster; name and project are the caller's. */
export function clusterArgs(settings: ClusterSettings): ClusterArgs {
  return {
    clusterType: "REPLICASET",
    replicationSpecs: [{ regionConfigs: [{ ...regionConfig(settings.tier), ...region(settings.region) }] }],
  };
}

function regionConfig(
  tier: AtlasTier,
): Pick<RegionConfig, "providerName" | "backingProviderName" | "electableSpecs"> {
  if (tier === "FLEX") return { providerName: "FLEX", backingProviderName: "AWS" };
  const electableSpecs = isDedicated(tier) ? { instanceSize: tier, nodeCount: 3 } : { instanceSize: tier };
  return isDedicated(tier)
    ? { providerName: "AWS", electableSpecs }
    : { providerName: "TENANT", backingProviderName: "AWS", electableSpecs };
}

function region(awsRegion: string): Pick<RegionConfig, "regionName" | "priority"> {
  return { regionName: atlasRegion(awsRegion), priority: 7 };
}

/** Atlas writes AWS's `eu-central-1` as `EU_CENTRAL_1`. */
export function atlasRegion(awsRegion: string): string {
  return awsRegion.replaceAll("-", "_").toUpperCase();
}
