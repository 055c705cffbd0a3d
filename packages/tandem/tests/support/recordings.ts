/** Recordings of a test. What it wants otherwise it says. */
import path from "node:path";
import { madeUpRecording, madeUpResource } from "../../program/made-up.ts";
import { type RecordProgramOptions, recordProgram } from "../../program/record-program.ts";
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

const recordings = new Map<string, Promise<Recording>>();

/** A program without bundles, recorded once in a process of tests; nobody can change what others read. */
export function recordedOnce({
  cwd,
  ...options
}: Pick<RecordProgramOptions, "cwd" | "stack" | "config">): Promise<Recording> {
  const wanted = { cwd: path.resolve(cwd), ...options };
  const key = JSON.stringify(wanted);
  const recording = recordings.get(key) ?? recordProgram({ ...wanted, bundle: false }).then(frozen);
  recordings.set(key, recording);
  return recording;
}

function frozen<Content extends object>(content: Content): Content {
  for (const value of Object.values(content)) if (typeof value === "object" && value !== null) frozen(value);
  return Object.freeze(content);
}
