/** Recordings of a test. What it wants otherwise it says. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { madeUpRecording, madeUpResource } from "../../program/made-up.ts";
import type { RecordOptions } from "../../program/record.ts";
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

let runs = 0;

/**
 * Runs the program of a recording once more, in the process of the test, whose SDK and components are loaded: for a program of ES modules
 * that declares everything in its main file, where neither its process nor the reading of its project is what is tested.
 */
export async function recordedHere(
  { cwd, project, stack, config }: Recording,
  { config: more, ...options }: RecordOptions,
): Promise<Recording> {
  const { record } = await import("../../program/record.ts");
  // By another query another module, whose statements run anew.
  const main = `${pathToFileURL(cwd)}/index.ts?run=${++runs}`;
  return record(() => import(main), { ...options, project, stack, config: { ...config, ...more } });
}

function frozen<Content extends object>(content: Content): Content {
  for (const value of Object.values(content)) if (typeof value === "object" && value !== null) frozen(value);
  return Object.freeze(content);
}
