/** Resources of which a section above has not told everything: one line each, and one for all that change in the same way. */

import { LOG_GROUP } from "../../program/reading/holds-data.ts";
import type { Diff, PropertyChange, ResourceChange } from "../diff/diff.ts";
import { STACK } from "../diff/pseudo-resources.ts";
import { isReplaced } from "../diff/resources.ts";
import { DASHBOARD, dashboardLines } from "./dashboard-lines.ts";
import { type Entry, entry, listed, type Sign } from "./entry.ts";
import { type Line, line } from "./line.ts";
import { newLines } from "./new-lines.ts";
import { isReportedElsewhere } from "./reported-elsewhere.ts";
import { changeLine } from "./values.ts";
import { named, wordFor } from "./words.ts";

/** More changes of one resource are counted, and told among all properties. */
const MOST_LINES = 3;
/** More names are counted, and told there as well. */
const MOST_NAMES = 6;

export interface ResourceEntries {
  entries: Entry[];
  /** Resources of which a reader of these entries has seen everything. */
  reported: Set<string>;
}

export function resourceEntries(diff: Diff): ResourceEntries {
  const visible = diff.resources
    .filter((change) => !isReportedElsewhere(change, diff))
    .sort((a, b) => orderOf(a) - orderOf(b));
  const lines = visible.map((change) => ({ change, details: detailsOf(change, diff) }));
  const groups = Map.groupBy(lines, ({ change, details }) => {
    const { kind, type, urn, formerly } = change;
    return formerly || details.own ? urn : JSON.stringify([kind, type, isReplaced(change), details.lines]);
  });
  const reported = new Set<string>();
  const entries = [...groups.values()].map((group) => {
    const changes = group.map(({ change }) => change);
    const [{ details }] = group as [(typeof group)[number]];
    if (details.complete && changes.length <= MOST_NAMES) for (const { urn } of changes) reported.add(urn);
    return resourceEntry(changes, details.lines);
  });
  return { entries, reported };
}

/** What is new or gone first, what only mirrors the rest of the program last. */
function orderOf({ kind, type }: ResourceChange): number {
  if (type === DASHBOARD || type === STACK) return 2;
  return kind === "created" || kind === "deleted" ? 0 : 1;
}

export const SIGNS: Record<ResourceChange["kind"], Sign> = {
  created: "+",
  deleted: "-",
  changed: "~",
  renamed: "~",
};

function resourceEntry(changes: ResourceChange[], lines: Line[]): Entry {
  const [first] = changes as [ResourceChange];
  if (changes.length === 1)
    return entry(SIGNS[first.kind], [...named(first.type, first.name), ...outcome(first)], lines);
  const names = listed(
    changes.map(({ name }) => name),
    MOST_NAMES,
  );
  return entry(
    SIGNS[first.kind],
    [`${wordFor(first.type, changes.length)} `, ...names, ...outcome(first)],
    lines,
  );
}

export function outcome(change: ResourceChange): Line {
  const { formerly, type, kind } = change;
  const replaced = isReplaced(change) ? [", replaced"] : [];
  const logs =
    type === LOG_GROUP && (kind === "deleted" || replaced.length > 0) ? [", with what was logged"] : [];
  if (formerly === undefined) return [...replaced, ...logs];
  const how = formerly.renaming === "alias" ? ", renamed from " : ", without an alias renamed from ";
  return [how, ...line`${formerly.name}`, ...replaced, ...logs];
}

interface Details {
  lines: Line[];
  /** Nothing more is to be said of the resource. */
  complete: boolean;
  /** They are about this one resource: no other can share them. */
  own?: true;
}

function detailsOf(change: ResourceChange, diff: Diff): Details {
  if (change.kind === "created" || change.kind === "deleted") {
    const lines = newLines(change, diff);
    return { lines, complete: false, ...(lines.length > 0 && { own: true as const }) };
  }
  const unreported = change.properties.filter(({ reportedIn }) => reportedIn === undefined);
  const dashboard = change.type === DASHBOARD ? dashboardLines(unreported) : undefined;
  if (dashboard !== undefined) return { lines: dashboard, complete: false };
  const lines = unreported.map((property) => propertyLine(property, change.kind));
  if (lines.length <= MOST_LINES) return { lines, complete: true };
  const shown = lines.slice(0, MOST_LINES - 1);
  return { lines: [...shown, [`and ${lines.length - shown.length} more properties`]], complete: false };
}

export function propertyLine(property: PropertyChange, kind: ResourceChange["kind"]): Line {
  const replaces = property.replaces && kind !== "created" ? [" (forces a replacement)"] : [];
  const elsewhere = property.elsewhere === undefined ? [] : [` (${property.elsewhere})`];
  const from = kind !== "created" && property.before === undefined && !property.secret ? ["nothing → "] : [];
  return [...line`${property.path}: `, ...from, ...changeLine(property), ...elsewhere, ...replaces];
}
