/** Recordings written by hand: every field there is, once. What a test wants otherwise it says. */
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { makeUrn } from "../../program/urns.ts";

type Named = Pick<RecordedResource, "type" | "name">;

export function recordedResource(said: Named & Partial<RecordedResource>): RecordedResource {
  return {
    urn: makeUrn("dev", "shop", undefined, said.type, said.name),
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
    ...said,
  };
}

export function recordedProgram(
  resources: RecordedResource[],
  said: Partial<Omit<Recording, "resources">> = {},
): Recording {
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
    ...said,
  };
}
