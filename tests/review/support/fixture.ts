/** A pair of tiny programs, and the report of what the second would change. */
import { record } from "../../../program/record.ts";
import type { Build, Value } from "../../../program/recording.ts";
import { compare, type Program } from "../../../review/diff/compare.ts";
import type { Report } from "../../../review/report/report.ts";

export interface Version {
  program: () => unknown;
  config?: Record<string, Value>;
  /** Keys of `config` whose values are secrets. */
  secrets?: string[];
  builds?: Build[];
  /** What is found out about a program besides its recording. */
  found?: Omit<Program, "recording">;
}

/** Undefined where there is no such program yet. */
export interface Fixture {
  before: Version | undefined;
  after: Version | undefined;
}

export async function reportOf({ before, after }: Fixture): Promise<Report> {
  return {
    base: { revision: "main", commit: "0123456789abcdef0123456789abcdef01234567" },
    notes: [],
    diffs: [compare(await programOf(before), await programOf(after))],
    failures: [],
  };
}

export async function programOf(version: Version | undefined): Promise<Program> {
  if (version === undefined) return {};
  const { program, config, secrets, builds = [], found } = version;
  const recording = await record(program, {
    project: "shop",
    config: { "aws:region": "eu-central-1", ...config },
    ...(secrets && { secrets }),
  });
  return { ...found, recording: { ...recording, builds } };
}
