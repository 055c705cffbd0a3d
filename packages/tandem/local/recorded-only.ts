/** Types that mean nothing on one machine, with the reason. A service that realises a type is asked before this list. */
import type { RecordedResource } from "../program/recording.ts";
import type { Parity } from "./service.ts";

const reasons: readonly [pattern: RegExp, reason: string][] = [
  [/^aws:cloudwatch\/logGroup:/, "log lines go to the terminal; retention is the cloud's"],
  [/^aws:cloudwatch\//, "nothing is measured here, so nothing alarms"],
  [/^aws:xray\//, "traces are sent in the cloud only"],
  [/^aws:(ec2|vpc)\/|^awsx:ec2:/, "one machine has no network boundary"],
  [/^aws:kms\//, "data on this machine is not encrypted"],
  [/^aws:sns\//, "nobody is notified from here"],
  [/^aws:(acm|route53)\//, "names and certificates are the cloud's"],
  [/^aws:lambda\/provisionedConcurrencyConfig:/, "local workers start in milliseconds"],
  [/^aws:iam\//, "no function's permissions depend on it"],
  [/^aws:s3\//, "a setting of the bucket that is not enforced here"],
  [/^aws:sqs\//, "a setting of the queue that is not enforced here"],
  [/^mongodbatlas:/, "the local MongoDB has no projects, users, alerts or endpoints"],
];

export function recordedOnly(resource: RecordedResource): Parity | undefined {
  if (resource.read) return { state: "recorded only", reason: "it was read, not declared" };
  const known = reasons.find(([pattern]) => pattern.test(resource.type));
  return known && { state: "recorded only", reason: known[1] };
}
