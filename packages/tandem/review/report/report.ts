/** What `npm run diff` has to say: one difference a stack, and what they compare. */
import { type Diff, isEmpty, type Summary } from "../diff/diff.ts";
import { costSummary } from "./cost-entries.ts";

export interface Report {
  /** The revision as it was asked for, and its commit. */
  base: { revision: string; commit: string };
  /** What a reader must know to read the differences right. */
  notes: string[];
  diffs: Diff[];
  /** Stacks of which there is nothing to compare, because a program does not run. */
  failures: Failure[];
}

export interface Failure {
  stack: string;
  /** Whose program it is: the one that is compared with, or the changed one. */
  side: "base" | "change";
  /** What was thrown, in the program's own words. */
  reason: string;
  /** File, relative to the project's folder, line and column. */
  position?: string;
}

export const SCOPE =
  "This compares two programs, not the state of a cloud: what somebody changed by hand, or a deployment that failed half-way, shows in `pulumi preview` alone.";

export function hasChanges({ diffs, failures }: Report): boolean {
  return failures.length > 0 || diffs.some((diff) => !isEmpty(diff));
}

/** What a person must know first where there is nothing to compare. */
export function failureText({ base }: Report, { stack, side, position }: Failure): string {
  const where = position === undefined ? "" : `, thrown at ${position}`;
  if (side === "change") return `${stack}: the program does not run${where}`;
  const wayOut = "name a commit at which it does with --base";
  return `${stack}: the program at ${base.revision} does not run, so nothing can be compared with it (${wayOut})${where}`;
}

const KINDS: (keyof Summary)[] = ["created", "deleted", "replaced", "renamed", "changed", "unchanged"];

export function summaryText(diff: Diff): string {
  const { summary, danger, violations, cost } = diff;
  if (isEmpty(diff)) return `nothing changes, ${summary.unchanged} resources stay as they are`;
  const broken = violations.filter(({ change }) => change === "new").length;
  return [
    ...(danger.length > 0 ? [`${danger.length} dangerous`] : []),
    ...KINDS.filter((kind) => summary[kind] > 0).map((kind) => `${summary[kind]} ${kind}`),
    ...(broken > 0 ? [`${broken} ${broken === 1 ? "rule" : "rules"} newly broken`] : []),
    ...(cost ? [costSummary(cost)] : []),
  ].join(", ");
}
