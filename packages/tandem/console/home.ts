/** The run as a whole: what the program is, what becomes of it here, and how it goes. */
import { countByState, groupByType, type ParityGroup } from "../local/parity.ts";
import { regionOf } from "../local/region.ts";
import type { LocalRun } from "../local/run.ts";
import type { FunctionSummary } from "./functions.ts";
import type { Recorder } from "./recorder.ts";

export interface HomeSummary {
  project: string;
  stack: string;
  region: string;
  apis: { name: string; url: string }[];
  databases: { name: string; where: string }[];
  counts: Recorder["counts"];
  /** Functions that failed in the last hour. */
  failing: { name: string; logicalName: string; errors: number }[];
  resources: { realised: number; recordedOnly: number; unsupported: number };
  /** What is not realised, by type. */
  left: ParityGroup[];
}

export function homeOf(
  run: LocalRun,
  recorder: Recorder,
  functions: readonly FunctionSummary[],
): HomeSummary {
  const { recording, parity } = run;
  const states = countByState(parity);
  return {
    project: recording.project,
    stack: recording.stack,
    region: regionOf(recording),
    apis: Object.entries(run.services.gateway?.urls ?? {}).map(([name, url]) => ({ name, url })),
    databases: [...run.facts().databases],
    counts: recorder.counts,
    failing: functions
      .filter(({ numbers }) => numbers.errors > 0)
      .map(({ name, logicalName, numbers }) => ({ name, logicalName, errors: numbers.errors })),
    resources: {
      realised: states.realised,
      recordedOnly: states["recorded only"],
      unsupported: states.unsupported,
    },
    left: groupByType(parity).filter(({ state }) => state !== "realised"),
  };
}

/** `architecture-light.svg` and the like; undefined where there is none of that name. */
export async function pictureOf(run: LocalRun, name: string): Promise<string | undefined> {
  // Loaded when somebody looks: it brings the reading of a whole review.
  const { picturesOf } = await import("../review/graph/pictures.ts");
  return picturesOf(run.recording).get(name);
}
