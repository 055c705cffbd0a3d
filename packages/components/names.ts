/**
 * How cloud resources are called: service and stage in front, so that two stages, and two services, fit one account.
 * This module alone decides it; components give it their logical name.
 */
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { Mistake } from "./mistake.ts";
import { joinName, type NameKind, nameMistake, variableMistake, variableOf } from "./name-rules.ts";

/** Longest that Lambda takes, less the digest and a dash. */
const READABLE_LENGTH = 100 - 9;

/**
 * @param suffix what a component puts behind its own logical name
 * @throws {Mistake} where the service would refuse the name, long after the program ran
 */
export function physicalName(logicalName: string, kind: NameKind, suffix?: string): string {
  const parts = { project: pulumi.getProject(), stack: pulumi.getStack(), name: logicalName, suffix };
  const mistake = nameMistake(kind, parts);
  if (mistake !== undefined) throw new Mistake(mistake);
  return joinName(parts);
}

/** Of the variables that a component gives: `orders` → `ORDERS`. @throws {Mistake} where Lambda would refuse them */
export function variablePrefix(logicalName: string): string {
  const mistake = variableMistake(logicalName);
  if (mistake !== undefined) throw new Mistake(mistake);
  return variableOf(logicalName);
}

/** For what AWS's default tags do not reach. */
export function identityTags(): Record<string, string> {
  return { service: pulumi.getProject(), stage: pulumi.getStack() };
}

/**
 * Id of a statement in a function's policy: letters, digits, dashes and underscores. Without one the provider makes one up
 * each time, and a deployment that was killed and goes on would give the same permission twice.
 */
export function statementId(logicalName: string): string {
  const readable = logicalName
    .replace(/[^\w-]+/g, "-")
    .slice(0, READABLE_LENGTH)
    .replace(/-+$/, "");
  const digest = createHash("sha256").update(logicalName).digest("hex").slice(0, 8);
  return `${readable}-${digest}`;
}
