/** Resources and recordings that no program has declared: every field there is, once. What is to be otherwise is said. */
import type { RecordedResource, Recording } from "./recording.ts";
import { makeUrn } from "./urns.ts";

type Named = Pick<RecordedResource, "type" | "name">;

/** A resource of the program's own, without a parent. */
export function madeUpResource(
  { stack, project }: Pick<Recording, "stack" | "project">,
  fields: Named & Partial<RecordedResource>,
): RecordedResource {
  return {
    urn: makeUrn(stack, project, undefined, fields.type, fields.name),
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
    ...fields,
  };
}

export function madeUpRecording(
  fields: Pick<Recording, "project" | "stack" | "cwd" | "resources"> & Partial<Recording>,
): Recording {
  return { version: 1, config: {}, outputs: {}, builds: [], sources: [], diagnostics: [], ...fields };
}
