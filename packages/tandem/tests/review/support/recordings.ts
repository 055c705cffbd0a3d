/** Recordings of which only what matters to a test is said. */
import type { RecordedResource, Values } from "../../../program/recording.ts";
import { makeUrn } from "../../../program/urns.ts";
import { recordedResource } from "../../support/recordings.ts";

export { recordedProgram as recording } from "../../support/recordings.ts";

export function resource(
  type: string,
  name: string,
  inputs: Values = {},
  more: Partial<RecordedResource> = {},
): RecordedResource {
  return recordedResource({ type, name, inputs, ...more, outputs: { ...inputs, ...more.outputs } });
}

export function urn(type: string, name: string): string {
  return makeUrn("dev", "shop", undefined, type, name);
}
