/** A difference as a person reads it: sections in the order of what a reviewer must see first, one entry a thing. */
import type { Diff } from "../diff/diff.ts";
import { codeEntries } from "./code-entries.ts";
import { costEntries } from "./cost-entries.ts";
import { type Entry, entry } from "./entry.ts";
import { type Line, line } from "./line.ts";
import { permissionEntries } from "./permission-entries.ts";
import { resourceEntries } from "./resource-entries.ts";
import { routeEntries } from "./route-entries.ts";
import { variableEntries } from "./variable-entries.ts";

export interface Section {
  title: string;
  /** Those of which it tells the same. */
  stacks: string[];
  entries: Entry[];
}

/**
 * First what matters most, of all stacks. What is the same for several of them is told once; sections that have nothing to
 * tell are left out.
 */
export function sectionsOf(diffs: readonly Diff[]): Section[] {
  const all = diffs.flatMap((diff) =>
    sectionsOfStack(diff).map((section, order) => ({ ...section, order, stack: diff.stack })),
  );
  const groups = Map.groupBy(all, ({ order, entries }) => JSON.stringify([order, entries]));
  return [...groups.values()]
    .map((group) => ({ ...(group[0] as (typeof all)[number]), stacks: group.map(({ stack }) => stack) }))
    .filter(({ entries }) => entries.length > 0)
    .sort((a, b) => a.order - b.order)
    .map(({ title, stacks, entries }) => ({ title, stacks, entries }));
}

function sectionsOfStack(diff: Diff): Omit<Section, "stacks">[] {
  return [
    { title: "Danger", entries: diff.danger.map(({ message }) => entry("!", [message])) },
    { title: "Permissions", entries: permissionEntries(diff.permissions) },
    { title: "Routes", entries: routeEntries(diff.routes) },
    { title: "Variables", entries: variableEntries(diff.variables) },
    { title: "Functions' code", entries: codeEntries(diff.code) },
    { title: "Other resources", entries: resourceEntries(diff) },
    { title: "Policy violations", entries: diff.violations.map(violationEntry) },
    { title: "Cost", entries: costEntries(diff.cost) },
  ];
}

function violationEntry({ change, rule, resource, message }: Diff["violations"][number]): Entry {
  const text: Line = [...line`${rule} ${change} at ${resource}: `, message];
  return entry(change === "new" ? "!" : "-", text);
}
