import type { Recording } from "../program/recording.ts";

/** Of the stack itself, for what concerns no single resource. */
export function stackUrn({ project, stack }: Pick<Recording, "project" | "stack">): string {
  return `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
}
