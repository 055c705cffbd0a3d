/** ARNs of what a stage owns: names of resources begin with service and stage (packages/components/names.ts). */
import * as pulumi from "@pulumi/pulumi";

export interface Scope {
  account: pulumi.Input<string>;
  region: pulumi.Input<string>;
  /** e.g. `tandem-dev-`. */
  prefix: string;
  /** Project, as the tag `service` says it. */
  service: string;
  /** Stacks, as the tag `stage` says it; `*` for any text. */
  stagePattern: string;
}

/** @param kind what stands before the name, e.g. `table/` */
export function named(
  { account, region, prefix }: Scope,
  service: string,
  kind: string,
): pulumi.Output<string> {
  return pulumi.interpolate`arn:aws:${service}:${region}:${account}:${kind}${prefix}*`;
}

/** Of services without regions. */
export function namedGlobally(
  { account, prefix }: Scope,
  service: string,
  kind: string,
): pulumi.Output<string> {
  return pulumi.interpolate`arn:aws:${service}::${account}:${kind}${prefix}*`;
}

/** Bucket names are the world's, so their ARNs name no account. */
export function buckets({ prefix }: Scope): string {
  return `arn:aws:s3:::${prefix}*`;
}

/** APIs and domains go by ids that AWS gives. */
export function apis({ region }: Scope, kind: string): pulumi.Output<string> {
  return pulumi.interpolate`arn:aws:apigateway:${region}::/${kind}`;
}
