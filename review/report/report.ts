/** What `npm run diff` has to say: one difference a stack, and what they compare. */
import { type Diff, isEmpty, type Summary } from "../diff/diff.ts";

export interface Report {
  /** The revision as it was asked for, and its commit. */
  base: { revision: string; commit: string };
  /** What a reader must know to read the differences right. */
  notes: string[];
  diffs: Diff[];
}

export const SCOPE =
  "This compares two programs, not the state of a cloud: what somebody changed by hand, or a deployment that failed half-way, shows in `pulumi preview` alone.";

export function hasChanges({ diffs }: Report): boolean {
  return diffs.some((diff) => !isEmpty(diff));
}

export function summaryText(diff: Diff): string {
  if (isEmpty(diff)) return `nothing changes, ${diff.summary.unchanged} resources stay as they are`;
  const counts: [keyof Summary, string][] = [
    ["created", "created"],
    ["deleted", "deleted"],
    ["replaced", "replaced"],
    ["renamed", "renamed"],
    ["changed", "changed"],
    ["unchanged", "unchanged"],
  ];
  const told = counts
    .filter(([key]) => diff.summary[key] > 0)
    .map(([key, word]) => `${diff.summary[key]} ${word}`);
  const dangers = diff.danger.length === 0 ? [] : [`${diff.danger.length} dangerous`];
  return [...dangers, ...told].join(", ");
}
