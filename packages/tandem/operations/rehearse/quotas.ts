/**
 * Limits that a deployment can run into, as the services' pages give them (2026-11-26). Each counts what this stack adds; what
 * the account holds already, only the account can tell.
 */

import { number, text } from "../../policies/reading.ts";
import { declared } from "../../program/reading/resources.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import limits from "../../shared/aws/limits.cjs";

export interface Quota {
  what: string;
  limit: number;
  /** Most that one of its owners has, in this stack. */
  count(recording: Recording): number;
  source: string;
}

export interface Use {
  what: string;
  used: number;
  limit: number;
  source: string;
}

export function usesOf(recording: Recording): Use[] {
  return quotas.map(({ what, limit, count, source }) => ({ what, limit, source, used: count(recording) }));
}

const GUIDES = "https://docs.aws.amazon.com";
const ATLAS_LIMITS = "https://www.mongodb.com/docs/atlas/reference/atlas-limits/";

const all = (type: string) => (recording: Recording) => declared(recording, type).length;

/** Of the owner that has most of them; the owner stands under `key`. */
const most =
  (type: string, key: string, weight = (_: RecordedResource) => 1) =>
  (recording: Recording): number => {
    const sums = new Map<string, number>();
    for (const resource of declared(recording, type)) {
      const owner = text(resource, key) ?? "";
      sums.set(owner, (sums.get(owner) ?? 0) + weight(resource));
    }
    return Math.max(0, ...sums.values());
  };

/** Whitespace is not counted; a recorded document has none. */
const policyLength = (resource: RecordedResource): number => (text(resource, "policy") ?? "").length;

export const quotas: Quota[] = [
  {
    what: "reserved concurrency (of 1,000 in an account, 100 stay unreserved)",
    limit: 900,
    count: (recording) =>
      declared(recording, "aws:lambda/function:Function")
        .map(({ inputs }) => number(inputs.reservedConcurrentExecutions))
        .reduce((sum, value) => sum + (Number.isFinite(value) ? value : 0), 0),
    source: `${GUIDES}/lambda/latest/dg/gettingstarted-limits.html`,
  },
  {
    what: "routes of an API",
    limit: limits.apiGateway.mostRoutes,
    count: most("aws:apigatewayv2/route:Route", "apiId"),
    source: `${GUIDES}/apigateway/latest/developerguide/http-api-quotas.html`,
  },
  {
    what: "integrations of an API",
    limit: limits.apiGateway.mostRoutes,
    count: most("aws:apigatewayv2/integration:Integration", "apiId"),
    source: `${GUIDES}/apigateway/latest/developerguide/http-api-quotas.html`,
  },
  {
    what: "roles of an account",
    limit: 1_000,
    count: all("aws:iam/role:Role"),
    source: `${GUIDES}/IAM/latest/UserGuide/reference_iam-quotas.html`,
  },
  {
    what: "characters of a role's own policies together",
    limit: 10_240,
    count: most("aws:iam/rolePolicy:RolePolicy", "role", policyLength),
    source: `${GUIDES}/IAM/latest/UserGuide/reference_iam-quotas.html`,
  },
  {
    what: "X-Ray groups of a region",
    limit: 25,
    count: all("aws:xray/group:Group"),
    source: `${GUIDES}/general/latest/gr/xray.html`,
  },
  {
    what: "X-Ray sampling rules of a region",
    limit: 25,
    count: all("aws:xray/samplingRule:SamplingRule"),
    source: `${GUIDES}/general/latest/gr/xray.html`,
  },
  {
    what: "VPCs of a region",
    limit: 5,
    count: all("awsx:ec2:Vpc"),
    source: `${GUIDES}/vpc/latest/userguide/amazon-vpc-limits.html`,
  },
  {
    what: "database users of an Atlas project",
    limit: 100,
    count: all("mongodbatlas:index/databaseUser:DatabaseUser"),
    source: ATLAS_LIMITS,
  },
  {
    what: "entries of an Atlas project's access list",
    limit: 200,
    count: all("mongodbatlas:index/projectIpAccessList:ProjectIpAccessList"),
    source: ATLAS_LIMITS,
  },
];
