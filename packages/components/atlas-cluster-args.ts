/** What the tier makes of an Atlas cluster: whom it shares a machine with, what is backed up, how it grows. */
import type * as atlas from "@pulumi/mongodbatlas";
import { KNOWN_AFTER_DEPLOYMENT } from "./as-answered.ts";
import { type AtlasTier, isDedicated } from "./atlas-tiers.ts";

export interface ClusterSettings {
  /** AWS region, e.g. `eu-central-1`. */
  region: string;
  tier: AtlasTier;
  /** Largest tier that a dedicated cluster may grow to by itself; its own tier when not given. */
  tierCeiling?: AtlasTier;
  /** Refuse to end the cluster. What it was backed up to stays in any case. */
  protect?: boolean;
}

type ClusterArgs = Omit<atlas.AdvancedClusterArgs, "name" | "projectId">;

const NODES = 3;

/** Stands in a preview for the address of a cluster that has none yet. */
export const laterAddress = `mongodb+srv://${KNOWN_AFTER_DEPLOYMENT}`;

/** All but the name and the project. */
export function clusterArgs(settings: ClusterSettings): ClusterArgs {
  return isDedicated(settings.tier) ? dedicated(settings) : shared(settings);
}

/** Atlas writes AWS's `eu-central-1` as `EU_CENTRAL_1`. */
export function atlasRegion(awsRegion: string): string {
  return awsRegion.replaceAll("-", "_").toUpperCase();
}

function shared({ region, tier }: ClusterSettings): ClusterArgs {
  const free = { providerName: "TENANT", electableSpecs: { instanceSize: tier } };
  const regionConfig = {
    ...(tier === "FLEX" ? { providerName: "FLEX" } : free),
    backingProviderName: "AWS",
    regionName: atlasRegion(region),
    priority: 7,
  };
  return { clusterType: "REPLICASET", replicationSpecs: [{ regionConfigs: [regionConfig] }] };
}

function dedicated({ region, tier, tierCeiling = tier, protect = false }: ClusterSettings): ClusterArgs {
  const regionConfig = {
    providerName: "AWS",
    regionName: atlasRegion(region),
    priority: 7,
    electableSpecs: { instanceSize: tier, nodeCount: NODES },
    autoScaling: { diskGbEnabled: true, ...growth(tier, tierCeiling) },
  };
  return {
    clusterType: "REPLICASET",
    mongoDbMajorVersion: "8.0",
    replicationSpecs: [{ regionConfigs: [regionConfig] }],
    // What Atlas made of the size by itself is no difference to this program.
    useEffectiveFields: true,
    advancedConfiguration: { minimumEnabledTlsProtocol: "TLS1_2", javascriptEnabled: false },
    backupEnabled: true,
    pitEnabled: true,
    terminationProtectionEnabled: protect,
    // Atlas looks at it when the cluster is deleted: `protect` is off by then.
    retainBackupsEnabled: true,
  };
}

function growth(tier: AtlasTier, ceiling: AtlasTier) {
  if (tier === ceiling) return { computeEnabled: false };
  return {
    computeEnabled: true,
    computeScaleDownEnabled: true,
    computeMinInstanceSize: tier,
    computeMaxInstanceSize: ceiling,
  };
}
