import type { PermissionChange } from "../diff/diff.ts";
import { type Entry, entry } from "./entry.ts";
import { type Line, line } from "./line.ts";

/** One entry for everything that becomes wider, or narrower, for one holder. */
export function permissionEntries(changes: readonly PermissionChange[]): Entry[] {
  const groups = Map.groupBy(changes, ({ direction, subjectKind, subject }) =>
    [direction === "widened" ? 0 : 1, subjectKind, subject].join(" "),
  );
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => groupEntry(group));
}

function groupEntry(group: PermissionChange[]): Entry {
  const [{ direction, subject, subjectKind } = group[0] as PermissionChange] = group;
  return entry(
    direction === "widened" ? "+" : "-",
    line`${[direction]}: ${[subjectKind]} ${subject}`,
    group.map(grantLine),
  );
}

function grantLine({ direction, effect, principal, action, resource, condition }: PermissionChange): Line {
  const come = (direction === "widened") === (effect === "Allow");
  return [
    ...(come ? [] : ["no longer "]),
    ...(effect === "Deny" ? ["denied: "] : []),
    ...(principal === undefined ? [] : line`${principal} may `),
    ...line`${action} on ${resource}`,
    ...(condition === undefined ? [] : line` if ${condition}`),
  ];
}
