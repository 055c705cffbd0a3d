/** The configuration of a stack, read once and ordered by the component that takes it. */
import * as pulumi from "@pulumi/pulumi";
import type { AtlasDatabaseArgs } from "../packages/components/atlas-database.ts";
import { atlasTiers } from "../packages/components/atlas-tiers.ts";
import type { BucketArgs } from "../packages/components/bucket.ts";
import { ConfigReader, type Form } from "../packages/components/config-reader.ts";
import type { DynamoTableArgs } from "../packages/components/dynamo-table.ts";
import type { HttpApiArgs } from "../packages/components/http-api.ts";
import type { LambdaFunctionArgs } from "../packages/components/lambda-function.ts";
import type { NetworkArgs } from "../packages/components/network.ts";
import { refuseMissingTags } from "../packages/components/settings-tags.ts";
import type { MonitoringArgs } from "./monitoring/monitoring.ts";
import { refuseContradictions, warnOfUnknownRegion } from "./settings-contradictions.ts";

export interface Settings {
  service: string;
  stage: string;
  region: string;
  /** Losing the stage would hurt: data is protected, writing routes are guarded. */
  production: boolean;
  functions: Pick<LambdaFunctionArgs, "logLevel" | "logRetentionDays" | "reservedConcurrency">;
  /** Of functions behind the API: the same, and workers kept warm. */
  answering: Settings["functions"] & { provisionedConcurrency: number };
  tables: Pick<DynamoTableArgs, "protect">;
  buckets: Pick<BucketArgs, "protect" | "forceDestroy" | "accessLog">;
  network?: NetworkArgs;
  database: Omit<AtlasDatabaseArgs, "network">;
  api: Omit<HttpApiArgs, "routes">;
  monitoring: MonitoringArgs;
  reportSchedule: string;
}

/** Periods that CloudWatch Logs knows. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const forms = {
  region: { pattern: /^[a-z]{2}(-[a-z]+)+-\d$/, allowed: "an AWS region, e.g. eu-central-1" },
  organization: { pattern: /^[0-9a-f]{24}$/, allowed: "the organisation's id, 24 hexadecimal digits" },
  cidr: { pattern: /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/, allowed: "a CIDR block, e.g. 203.0.113.0/24" },
  networkCidr: { pattern: /^(\d{1,3}\.){3}0\/(1[6-9]|2[0-4])$/, allowed: "a CIDR block from /16 to /24" },
  url: { pattern: /^https:\/\/[^\s/]+(\/\S*)?$/, allowed: "an https URL", optional: true },
  origin: {
    pattern: /^(https:\/\/[^\s/*]+|http:\/\/localhost:\d+)$/,
    allowed: "an origin, e.g. https://app.example.com",
  },
  audience: { pattern: /^\S+$/, allowed: "a name without spaces" },
  domain: {
    pattern: /^([a-z0-9-]+\.)+[a-z]{2,}$/,
    allowed: "a domain name, e.g. api.example.com",
    optional: true,
  },
  zone: {
    pattern: /^Z[A-Z0-9]+$/,
    allowed: "a hosted zone's id, e.g. Z0123456789ABCDEFGHIJ",
    optional: true,
  },
  email: { pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, allowed: "an e-mail address", optional: true },
  schedule: { pattern: /^(cron|rate)\(.+\)$/, allowed: "a schedule expression, e.g. cron(0 2 * * ? *)" },
} satisfies Record<string, Form>;

/** @throws {Mistake} that tells every wrong value at once */
export function readSettings(): Settings {
  const config = new ConfigReader();
  const production = config.flag("production");
  const region = config.text("aws:region", forms.region);
  const alarmEmail = config.handedOn("alarmEmail", forms.email) || undefined;
  const logRetentionDays = config.integerOf("logRetentionDays", retentions);
  const functions: Settings["functions"] = {
    logLevel: config.oneOf("logLevel", ["DEBUG", "INFO", "WARN", "ERROR"]),
    logRetentionDays,
    reservedConcurrency: config.integer("reservedConcurrency", { from: 0, to: 1000 }) || undefined,
  };
  const settings: Settings = {
    service: pulumi.getProject(),
    stage: pulumi.getStack(),
    region,
    production,
    functions,
    answering: {
      ...functions,
      provisionedConcurrency: config.integer("provisionedConcurrency", { from: 0, to: 1000 }),
    },
    tables: { protect: production },
    buckets: { protect: production, forceDestroy: !production, accessLog: production },
    network: readNetwork(config, logRetentionDays, region),
    database: {
      organizationId: config.handedOn("atlasOrganization", forms.organization),
      region,
      tier: config.oneOf("atlasTier", atlasTiers),
      tierCeiling: config.optionalOneOf("atlasTierCeiling", atlasTiers),
      accessList: config.list("atlasAccess", forms.cidr),
      alertEmail: alarmEmail,
      protect: production,
    },
    api: {
      authorizer: readAuthorizer(config),
      guardWrites: production,
      corsOrigins: config.list("corsOrigins", forms.origin),
      rateLimit: config.integer("rateLimit", { from: 1, to: 10_000 }),
      burstLimit: config.integer("burstLimit", { from: 1, to: 5_000 }),
      logRetentionDays,
      routeMetrics: production,
      domain: readDomain(config),
    },
    monitoring: { region, alarmEmail, dashboard: config.flag("dashboard") },
    reportSchedule: config.text("reportSchedule", forms.schedule),
  };
  refuseMissingTags(config, settings);
  refuseContradictions(config, settings);
  config.finish();
  warnOfUnknownRegion(settings);
  return settings;
}

function readNetwork(
  config: ConfigReader,
  logRetentionDays: number,
  region: string,
): NetworkArgs | undefined {
  const cidrBlock = config.text("networkCidr", forms.networkCidr);
  const zones = config.integerOf("networkZones", [0, 2, 3]);
  return zones === 0 ? undefined : { cidrBlock, zones, region, logRetentionDays };
}

function readAuthorizer(config: ConfigReader): HttpApiArgs["authorizer"] {
  const type = config.oneOf("authorizer", ["open", "jwt", "iam"]);
  const issuer = config.text("jwtIssuer", { ...forms.url, optional: type !== "jwt" });
  const audience = config.list("jwtAudience", forms.audience);
  if (type === "jwt" && audience.length === 0)
    config.refuse("jwtAudience", undefined, "at least one audience");
  return type === "jwt" ? { type, issuer, audience } : { type };
}

function readDomain(config: ConfigReader): HttpApiArgs["domain"] {
  const name = config.text("domainName", forms.domain);
  const zoneId = config.text("domainZone", forms.zone);
  if (name && !zoneId)
    config.refuse("domainZone", zoneId, "the id of the hosted zone that domainName belongs to");
  if (zoneId && !name) config.refuse("domainName", name, "a domain in the hosted zone that domainZone names");
  return name && zoneId ? { name, zoneId } : undefined;
}
