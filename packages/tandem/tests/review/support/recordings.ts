/** Recordings of which only what matters to a test is said. */
import type { RecordedResource, Recording, Values } from "../../../program/recording.ts";
import { makeUrn } from "../../../program/urns.ts";

export function resource(
  type: string,
  name: string,
  inputs: Values = {},
  more: Partial<RecordedResource> = {},
): RecordedResource {
  return {
    urn: makeUrn("dev", "shop", undefined, type, name),
    type,
    name,
    custom: true,
    remote: false,
    read: false,
    inputs,
    outputs: { ...inputs, ...more.outputs },
    protect: false,
    retainOnDelete: false,
    dependencies: [],
    propertyDependencies: {},
    aliases: [],
    ignoreChanges: [],
    ...more,
  };
}

export function recording(resources: RecordedResource[], more: Partial<Recording> = {}): Recording {
  return {
    version: 1,
    project: "shop",
    stack: "dev",
    cwd: "/shop",
    config: { "aws:region": "eu-central-1" },
    resources,
    outputs: {},
    builds: [],
    sources: [],
    diagnostics: [],
    ...more,
  };
}

export function urn(type: string, name: string): string {
  return makeUrn("dev", "shop", undefined, type, name);
}
