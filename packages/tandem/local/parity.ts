/** Says of every declared resource what the local run does with it; nothing is skipped in silence. */
import { hideSecretsOf } from "../program/reading/hide-secrets.ts";
import { oncePerRecording } from "../program/reading/once.ts";
import type { RecordedResource, Recording } from "../program/recording.ts";
import { compareTexts } from "../shared/compare-texts.ts";
import type { Parity, ParityState, Service } from "./service.ts";

export interface ParityRow extends Parity {
  type: string;
  name: string;
  urn: string;
}

/** One row a type, for a table a person reads. */
export interface ParityGroup extends Parity {
  type: string;
  count: number;
}

const unknownType: Parity = { state: "unsupported", reason: "the local run does not know this type" };

/**
 * A row for every resource that would be created in a cloud. Local components are left out: they are their children;
 * remote components stay, since they do not expand here.
 */
export function parityRows(recording: Recording, services: readonly Service[]): ParityRow[] {
  return recording.resources
    .filter(
      (resource) => (resource.custom || resource.remote) && !resource.type.startsWith("pulumi:providers:"),
    )
    .map((resource) => ({
      type: resource.type,
      name: resource.name,
      urn: resource.urn,
      ...parityOf(resource, recording, services),
    }));
}

const hiding = oncePerRecording(hideSecretsOf);

function parityOf(resource: RecordedResource, recording: Recording, services: readonly Service[]): Parity {
  for (const service of services) {
    const parity = service.parity(resource, recording);
    // A reason may quote the program.
    if (parity) return { ...parity, reason: hiding(recording)(parity.reason) };
  }
  return resourceWithoutService(resource) ?? unknownType;
}

export function groupByType(rows: readonly ParityRow[]): ParityGroup[] {
  const groups = new Map<string, ParityGroup>();
  for (const { type, state, reason } of rows) {
    const key = `${type} ${state} ${reason}`;
    const group = groups.get(key) ?? { type, state, reason, count: 0 };
    group.count += 1;
    groups.set(key, group);
  }
  const order: ParityState[] = ["unsupported", "realised", "recorded only"];
  return [...groups.values()].sort(
    (a, b) => order.indexOf(a.state) - order.indexOf(b.state) || compareTexts(a.type, b.type),
  );
}

export function countByState(rows: readonly ParityRow[]): Record<ParityState, number> {
  const counts: Record<ParityState, number> = { realised: 0, "recorded only": 0, unsupported: 0 };
  for (const { state } of rows) counts[state] += 1;
  return counts;
}

/** Types that do something in the cloud and nothing here: no settings that one can do without noticing. */
const missing: readonly [pattern: RegExp, reason: string][] = [
  [/^aws:s3\/bucketReplication/, "no object is copied to another bucket"],
  [/^aws:cloudwatch\/logMetricFilter:/, "no metric is made of log lines"],
  [/^aws:cloudwatch\/logSubscriptionFilter:/, "nobody is told of log lines"],
  [/^aws:cloudwatch\/metricStream:/, "no metric leaves the run"],
];

/** Types that mean nothing on one machine, with the reason. A service that realises a type is asked before these lists. */
const reasons: readonly [pattern: RegExp, reason: string][] = [
  [/^aws:cloudwatch\/logGroup:/, "log lines go to the terminal; retention is the cloud's"],
  [
    /^aws:cloudwatch\/(metricAlarm|compositeAlarm):/,
    "evaluated beside the page to look at, which tells topics and functions",
  ],
  [/^aws:cloudwatch\/dashboard:/, "drawn on the page to look at, of what the run measures"],
  [/^aws:cloudwatch\//, "it means nothing to the run"],
  [/^aws:xray\//, "traces stay on this machine"],
  [/^aws:(ec2|vpc)\/|^awsx:ec2:/, "one machine has no network boundary"],
  [/^aws:kms\//, "data on this machine is not encrypted"],
  [/^aws:sns\/smsPreferences:/, "no text message is sent from here"],
  [/^aws:(acm|route53)\//, "names and certificates are the cloud's"],
  [/^aws:lambda\/provisionedConcurrencyConfig:/, "local workers start in milliseconds"],
  [/^aws:iam\//, "no function's permissions depend on it"],
  [/^aws:s3\/bucketLifecycle/, "no object and no version is deleted for its age here"],
  [/^aws:s3\//, "a setting of the bucket that is not enforced here"],
  [/^aws:sqs\//, "a setting of the queue that is not enforced here"],
  [/^mongodbatlas:/, "the local MongoDB has no projects, users, alerts or endpoints"],
];

function resourceWithoutService(resource: RecordedResource): Parity | undefined {
  if (resource.read) return { state: "recorded only", reason: "it was read, not declared" };
  const gap = missing.find(([pattern]) => pattern.test(resource.type));
  if (gap) return { state: "unsupported", reason: gap[1] };
  const known = reasons.find(([pattern]) => pattern.test(resource.type));
  return known && { state: "recorded only", reason: known[1] };
}
