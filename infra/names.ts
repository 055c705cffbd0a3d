/**
 * How cloud resources are called: service and stage in front, so that two stages, and two services, fit one account.
 * This module alone decides it; components give it their logical name.
 */
import * as pulumi from "@pulumi/pulumi";

export function physicalName(logicalName: string): string {
  return `${pulumi.getProject()}-${pulumi.getStack()}-${logicalName}`;
}

/** Variable prefix of a component: `movies` → `MOVIES`, `film-reports` → `FILM_REPORTS`. */
export function variablePrefix(logicalName: string): string {
  return logicalName.replaceAll("-", "_").toUpperCase();
}

/** For what AWS's default tags do not reach. */
export function identityTags(): Record<string, string> {
  return { service: pulumi.getProject(), stage: pulumi.getStack() };
}
