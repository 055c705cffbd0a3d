import type { RecordedResource, Recording } from "../../../program/recording.ts";
import { recordedProgram, recordedResource } from "../../support/recordings.ts";

/** A recorded resource of which only what matters to the test is said. */
export function resource(type: string, name: string, more: Partial<RecordedResource> = {}): RecordedResource {
  return recordedResource({ type, name, ...more });
}

export function recording(resources: RecordedResource[], more: Partial<Recording> = {}): Recording {
  return recordedProgram(resources, more);
}
