/**
 * How cloud resources are called: service and stage in front, so that two stages, and two services, fit one account.
 * This module alone decides it; components give it their logical name.
 */
import * as pulumi from "@pulumi/pulumi";
import { Mistake } from "./mistake.ts";
import { joinName, type NameKind, nameMistake, variableMistake, variableOf } from "./name-rules.ts";

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
