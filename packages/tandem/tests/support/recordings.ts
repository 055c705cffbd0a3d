/** Recordings of a test. What it wants otherwise it says. */
import { madeUpRecording, madeUpResource } from "../../program/made-up.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";

const shop = { project: "shop", stack: "dev", cwd: "/shop", config: { "aws:region": "eu-central-1" } };

export function recordedResource(
  fields: Pick<RecordedResource, "type" | "name"> & Partial<RecordedResource>,
): RecordedResource {
  return madeUpResource(shop, fields);
}

export function recordedProgram(
  resources: RecordedResource[],
  fields: Partial<Omit<Recording, "resources">> = {},
): Recording {
  return madeUpRecording({ ...shop, resources, ...fields });
}
