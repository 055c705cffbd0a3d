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
  entries: Entry[];
}

/** Sections that have nothing to tell are left out. */
export function sectionsOf(diff: Diff): Section[] {
  const sections: Section[] = [
    { title: "Danger", entries: diff.danger.map(({ message }) => entry("!", [message])) },
    { title: "Permissions", entries: permissionEntries(diff.permissions) },
    { title: "Routes", entries: routeEntries(diff.routes) },
    { title: "Variables", entries: variableEntries(diff.variables) },
    { title: "Functions' code", entries: codeEntries(diff.code) },
    { title: "Other resources", entries: resourceEntries(diff) },
    { title: "Policy violations", entries: diff.violations.map(violationEntry) },
    { title: "Cost", entries: costEntries(diff.cost) },
  ];
  return sections.filter(({ entries }) => entries.length > 0);
}

function violationEntry({ change, rule, resource, message }: Diff["violations"][number]): Entry {
  const text: Line = [...line`${rule} ${change} at ${resource}: `, message];
  return entry(change === "new" ? "!" : "-", text);
}
