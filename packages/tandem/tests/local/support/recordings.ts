import type { RecordedResource, Recording } from "../../../program/recording.ts";

/** A recorded resource of which only what matters to the test is said. */
export function resource(type: string, name: string, more: Partial<RecordedResource> = {}): RecordedResource {
  return {
    urn: `urn:pulumi:dev::shop::${type}::${name}`,
    type,
    name,
    custom: true,
    remote: false,
    read: false,
    inputs: {},
    outputs: {},
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
