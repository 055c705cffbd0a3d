/** Everything that the lines above leave out, resource by resource: what nobody reads first, and everybody may look up. */
import type { Diff, PropertyChange, ResourceChange } from "../diff/diff.ts";
import { typeName } from "../diff/names.ts";
import { DASHBOARD, dashboardLines } from "./dashboard-lines.ts";
import { type Entry, entry } from "./entry.ts";
import { type Line, line, shortened } from "./line.ts";
import { outcome, propertyLine, SIGNS } from "./resource-entries.ts";

/** More properties of one resource are counted. */
const MOST = 20;
/** Values of something new are there to be recognised; the program has them in full. */
const LONGEST_NEW_VALUE = 80;

/** @param told resources of which everything is told above */
export function propertyEntries(diff: Diff, reported: ReadonlySet<string>): Entry[] {
  const entries = diff.resources.flatMap((change) => {
    const unreported = change.properties.filter(({ reportedIn }) => reportedIn === undefined);
    if (reported.has(change.urn) || change.kind === "deleted") return [];
    if (change.kind === "changed" && unreported.length === 0) return [];
    const details = detailsOf(change, unreported);
    return [
      entry(
        SIGNS[change.kind],
        [...line`${typeName(change.type)} ${change.name}`, ...outcome(change)],
        details,
      ),
    ];
  });
  return [...entries, ...goneEntries(diff)];
}

/** What a deleted resource was like, the base tells. */
function goneEntries({ resources }: Diff): Entry[] {
  const gone = resources.filter(({ kind }) => kind === "deleted");
  if (gone.length === 0) return [];
  const names = gone.map(({ type, name, properties }) => [
    ...line`${typeName(type)} ${name}`,
    ` (${counted(properties.length)})`,
  ]);
  return [entry("-", ["gone"], names)];
}

function detailsOf({ kind, type }: ResourceChange, properties: readonly PropertyChange[]): Line[] {
  // Which graphs win or lose what is told above.
  if (type === DASHBOARD && kind === "changed" && dashboardLines(properties) !== undefined)
    return [[counted(properties.length)]];
  const limit = kind === "created" ? LONGEST_NEW_VALUE : undefined;
  const shown = properties.slice(0, MOST).map((property) => cut(propertyLine(property, kind), limit));
  const left = properties.length - shown.length;
  return left === 0 ? shown : [...shown, [`and ${left} more`]];
}

function counted(count: number): string {
  return count === 1 ? "1 property" : `${count} properties`;
}

function cut(line: Line, limit: number | undefined): Line {
  if (limit === undefined) return line;
  return line.map((part) =>
    typeof part === "object" && "code" in part ? { code: shortened(part.code, limit) } : part,
  );
}

/** One line for all that only stands in another region now. */
export function regionEntries(diff: Diff): Entry[] {
  const following = diff.resources.flatMap(({ name, properties }) => {
    const count = properties.filter(({ reportedIn }) => reportedIn === "region").length;
    return count === 0 ? [] : [{ name, count }];
  });
  if (following.length === 0) return [];
  const sum = following.reduce((total, { count }) => total + count, 0);
  const resources = following.length === 1 ? "1 resource" : `${following.length} resources`;
  return [
    entry(
      "~",
      [`the region: ${counted(sum)} of ${resources} follow it and differ in nothing else`],
      [
        following.flatMap(
          ({ name, count }, index): Line => [...(index === 0 ? [] : [", "]), { code: name }, ` ${count}`],
        ),
      ],
    ),
  ];
}
