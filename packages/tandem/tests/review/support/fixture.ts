/** A pair of tiny programs, and the report of what the second would change. */
import { record } from "../../../program/record.ts";
import type { Build, Value } from "../../../program/recording.ts";
import { compare, type Program } from "../../../review/diff/compare.ts";
import type { Diff } from "../../../review/diff/diff.ts";
import type { Report } from "../../../review/report/report.ts";

type Config = Record<string, Value>;

export interface Version {
  program: () => unknown;
  config?: Config;
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
  /** What the configuration of each stack says besides; `dev` alone where nothing is said. */
  stacks?: Record<string, Config>;
}

export async function reportOf({ before, after, stacks = { dev: {} } }: Fixture): Promise<Report> {
  const diffs: Diff[] = [];
  for (const [stack, config] of Object.entries(stacks)) {
    diffs.push(compare(await programOf(before, stack, config), await programOf(after, stack, config)));
  }
  return {
    base: { revision: "main", commit: "0123456789abcdef0123456789abcdef01234567" },
    notes: [],
    diffs,
    failures: [],
  };
}

export async function programOf(
  version: Version | undefined,
  stack = "dev",
  more: Config = {},
): Promise<Program> {
  if (version === undefined) return {};
  const { program, config, secrets, builds = [], found } = version;
  const recorded = await record(program, {
    project: "shop",
    stack,
    config: { "aws:region": "eu-central-1", ...config, ...more },
    ...(secrets && { secrets }),
  });
  return { ...found, recording: { ...recorded, builds } };
}
