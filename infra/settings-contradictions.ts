/** Values that are right by themselves and wrong together, or wrong for the stage. */
import * as pulumi from "@pulumi/pulumi";
import { AS_OF, nearestWithAllTiers, SOURCE, tiersOffered } from "../packages/components/atlas-regions.ts";
import { isDedicated, isSmaller } from "../packages/components/atlas-tiers.ts";
import type { ConfigReader } from "../packages/components/config-reader.ts";
import { recorder } from "../packages/components/recorder.ts";
import type { Settings } from "./settings.ts";

export function refuseContradictions(config: ConfigReader, settings: Settings): void {
  refuseUnreachableDatabase(config, settings);
  refuseUnfitTier(config, settings);
  refuseUnofferedTier(config, settings);
  refuseWarmBeyondReserved(config, settings);
  if (settings.production) refuseCarelessness(config, settings);
  // A recorded program touches no cloud: placeholders are as good as values.
  if (!recorder()) refusePlaceholders(config, settings);
}

function refuseUnreachableDatabase(config: ConfigReader, { network, database }: Settings): void {
  if (!network && !database.accessList?.length) {
    config.refuse("atlasAccess", undefined, "at least one CIDR block where networkZones is 0");
  }
}

function refuseUnfitTier(config: ConfigReader, { network, database, production }: Settings): void {
  const { tier, tierCeiling } = database;
  if (!isDedicated(tier)) {
    if (production) config.refuse("atlasTier", tier, "a dedicated tier in production, for its backups");
    if (network)
      config.refuse("atlasTier", tier, "a dedicated tier where networkZones is not 0, for PrivateLink");
    if (tierCeiling)
      config.refuse("atlasTierCeiling", tierCeiling, `nothing: a cluster of tier ${tier} does not grow`);
  } else if (tierCeiling && isSmaller(tierCeiling, tier)) {
    config.refuse("atlasTierCeiling", tierCeiling, `${tier} or larger`);
  }
}

function refuseUnofferedTier(config: ConfigReader, { region, database: { tier } }: Settings): void {
  if (isDedicated(tier) || tiersOffered(region) !== "dedicated") return;
  const nearest = nearestWithAllTiers(region);
  const elsewhere = nearest === undefined ? "" : `, or an aws:region with M0 and FLEX, e.g. ${nearest}`;
  config.refuse("atlasTier", tier, `M10 or larger in ${region}${elsewhere} (${SOURCE}, as of ${AS_OF})`);
}

/** A region that the table does not have may be newer than the table. */
export function warnOfUnknownRegion({ region, database: { tier } }: Settings): void {
  if (tiersOffered(region) !== "unknown") return;
  pulumi.log.warn(
    `Whether Atlas offers clusters of tier ${tier} in ${region} is not known here (as of ${AS_OF}); see ${SOURCE}`,
  );
}

function refuseWarmBeyondReserved(config: ConfigReader, { answering }: Settings): void {
  const { provisionedConcurrency, reservedConcurrency } = answering;
  if (reservedConcurrency !== undefined && provisionedConcurrency > reservedConcurrency) {
    const allowed = `at most the ${reservedConcurrency} of reservedConcurrency`;
    config.refuse("provisionedConcurrency", provisionedConcurrency, allowed);
  }
}

function refuseCarelessness(config: ConfigReader, { api, database, functions, monitoring }: Settings): void {
  if (api.authorizer.type === "open") config.refuse("authorizer", "open", "jwt or iam in production");
  for (const cidr of database.accessList ?? []) {
    if (cidr.endsWith("/0"))
      config.refuse("atlasAccess", cidr, "blocks smaller than the whole internet in production");
  }
  if (functions.reservedConcurrency === undefined) {
    config.refuse("reservedConcurrency", 0, "at least 1 in production, so that connections stay bounded");
  }
  if (!monitoring.alarmEmail)
    config.refuse("alarmEmail", "", "the address of somebody who is told in production");
}

/** What the stack files say until somebody takes the project over. */
function refusePlaceholders(config: ConfigReader, { api }: Settings): void {
  config.refuseLike("atlasOrganization", /^0{24}$/, "the id of your own organisation, no placeholder");
  if (api.authorizer.type === "jwt") {
    config.refuseLike("jwtIssuer", EXAMPLE, "your own issuer, no placeholder");
  }
  for (const origin of api.corsOrigins ?? []) {
    if (EXAMPLE.test(origin)) config.refuse("corsOrigins", origin, "origins of your own, no placeholder");
  }
  config.refuseLike("alarmEmail", EXAMPLE, "an address that somebody reads, no placeholder");
}

/** Domains kept for examples (RFC 2606). */
const EXAMPLE = /[@.:/]example\.(com|org|net)\b/;
