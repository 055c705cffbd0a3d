/** What becomes of a distribution, and of what stands beside it. */
import type { RecordedResource, Recording } from "../../program/recording.ts";
import type { Parity } from "../service.ts";
import { DISTRIBUTION, leftOut, readDistributions } from "./declared.ts";

const BESIDE: Record<string, Parity> = {
  "aws:cloudfront/originAccessControl:OriginAccessControl": realised("the bucket's policy is asked for it"),
  "aws:cloudfront/originAccessIdentity:OriginAccessIdentity": realised("the bucket's policy is asked for it"),
  "aws:cloudfront/cachePolicy:CachePolicy": realised("says what goes on to an origin; nothing is cached"),
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": realised("says what goes on to an origin"),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": unsupported("its headers are not added"),
  "aws:cloudfront/function:Function": unsupported("nothing runs at the edge of one machine"),
};

export function distributionParity(resource: RecordedResource, recording: Recording): Parity | undefined {
  if (resource.type !== DISTRIBUTION) return BESIDE[resource.type];
  if (resource.inputs.enabled === false) return realised("not served: enabled is false");
  const distribution = readDistributions(recording).find(({ urn }) => urn === resource.urn);
  for (const { pattern, origin } of distribution?.behaviors ?? [])
    if (origin.kind === "unsupported") return unsupported(`${pattern} answers 501: ${origin.reason}`);
  const missing = leftOut(resource);
  const without = missing.length === 0 ? "" : `, without ${missing.join(" and ")}`;
  return realised(`an address of its own on this machine, by HTTP and without a cache${without}`);
}

function realised(reason: string): Parity {
  return { state: "realised", reason };
}

function unsupported(reason: string): Parity {
  return { state: "unsupported", reason };
}
