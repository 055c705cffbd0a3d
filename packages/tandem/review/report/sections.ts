/** A difference as a person reads it: sections in the order of what a reviewer must see first, one entry a thing. */
import { OPEN_ROUTE_RULE } from "../diff/danger/open-routes.ts";
import type { Diff } from "../diff/diff.ts";
import { codeEntries } from "./code-entries.ts";
import { costEntries } from "./cost-entries.ts";
import { type Entry, entry } from "./entry.ts";
import { line } from "./line.ts";
import { permissionEntries } from "./permission-entries.ts";
import { propertyEntries, regionEntries } from "./property-entries.ts";
import { resourceEntries } from "./resource-entries.ts";
import { routeEntries } from "./route-entries.ts";
import { acrossStacks } from "./stages.ts";
import { variableEntries } from "./variable-entries.ts";

export interface Section {
  title: string;
  entries: Entry[];
  /** Where not everything can be shown, the sections of the lowest rank are cut first. */
  rank: number;
  /** To be looked up, not to be read. */
  folded?: true;
}

/** What is the same for several stacks is told once; sections that have nothing to tell are left out. */
export function sectionsOf(diffs: readonly Diff[]): Section[] {
  const section = (title: string, rank: number, entriesOf: (diff: Diff) => Entry[]): Section => ({
    title,
    rank,
    entries: acrossStacks(diffs.map((diff) => ({ stack: diff.stack, entries: entriesOf(diff) }))),
  });
  const resources = new Map(diffs.map((diff) => [diff, resourceEntries(diff)]));
  const properties = section("All properties", 0, (diff) => [
    ...propertyEntries(diff, resources.get(diff)?.reported ?? new Set()),
    ...regionEntries(diff),
  ]);
  return [
    section("Danger", 5, ({ danger }) => danger.map(({ message }) => entry("!", [message]))),
    section("Rules", 6, ruleEntries),
    widenedFirst(section("Permissions", 4, permissionEntries)),
    section("Routes", 3, ({ routes }) => routeEntries(routes)),
    section("Cost", 7, ({ cost }) => costEntries(cost)),
    section("Code", 2, codeEntries),
    section("The rest", 1, (diff) => [
      ...(resources.get(diff)?.entries ?? []),
      ...variableEntries(diff.variables),
      ...regionEntries(diff).map(({ sign, text }) => entry(sign, text)),
    ]),
    { ...properties, folded: true as const },
  ].filter(({ entries }) => entries.length > 0);
}

/** An opened route is told among the dangers, with the waiver that would allow it. */
function isDanger({ change, rule, resource }: Diff["violations"][number], { danger }: Diff): boolean {
  return (
    change === "new" &&
    rule === OPEN_ROUTE_RULE &&
    danger.some(({ kind, name }) => kind === "opened" && name === resource)
  );
}

/** Of all stacks: what is wider in one of them is not read after what is narrower in another. */
function widenedFirst(section: Section): Section {
  const order = ({ sign }: Entry) => (sign === "+" ? 0 : 1);
  return { ...section, entries: section.entries.toSorted((a, b) => order(a) - order(b)) };
}

/** What is newly broken, each with what to do; what no longer is, in one line. */
function ruleEntries(diff: Diff): Entry[] {
  const broken = diff.violations.filter(
    (violation) => violation.change === "new" && !isDanger(violation, diff),
  );
  const mended = diff.violations.filter(({ change }) => change === "gone");
  return [
    ...broken.map(({ rule, resource, message }) =>
      entry("!", [...line`${rule} newly broken at ${resource}: `, message]),
    ),
    ...(mended.length === 0
      ? []
      : [
          entry(
            "-",
            ["no longer broken"],
            mended.map(({ rule, resource }) => line`${rule} at ${resource}`),
          ),
        ]),
  ];
}
