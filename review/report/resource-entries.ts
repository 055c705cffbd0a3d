import type { Diff, PropertyChange, ResourceChange } from "../diff/diff.ts";
import { typeName } from "../diff/names.ts";
import { isReplaced } from "../diff/resources.ts";
import { type Entry, entry, type Sign } from "./entry.ts";
import { type Line, line } from "./line.ts";
import { changeLine } from "./values.ts";

/** Resources of which a section above has not told everything. */
export function resourceEntries(diff: Diff): Entry[] {
  return diff.resources.flatMap((change) => {
    const untold = change.properties.filter((property) => !isTold(property, diff));
    const told = change.kind === "changed" && untold.length === 0;
    return told ? [] : [resourceEntry(change, untold)];
  });
}

/** A section that found the change to make no difference has not told it. */
function isTold({ toldIn }: PropertyChange, diff: Diff): boolean {
  return toldIn !== undefined && diff[toldIn].length > 0;
}

const SIGNS: Record<ResourceChange["kind"], Sign> = {
  created: "+",
  deleted: "-",
  changed: "~",
  renamed: "~",
};

function resourceEntry(change: ResourceChange, properties: PropertyChange[]): Entry {
  const { kind, type, name } = change;
  // What a deleted resource was like, the base tells.
  const details = kind === "deleted" ? [] : properties.map((property) => propertyLine(property, kind));
  return entry(SIGNS[kind], line`${typeName(type)} ${name}${fate(change)}`, details);
}

function fate(change: ResourceChange): Line {
  const { formerly } = change;
  const replaced = isReplaced(change) ? [", replaced"] : [];
  if (formerly === undefined) return replaced;
  const how = formerly.renaming === "alias" ? ", renamed from " : ", without an alias renamed from ";
  return [how, ...line`${formerly.name}`, ...replaced];
}

function propertyLine(property: PropertyChange, kind: ResourceChange["kind"]): Line {
  const replaces = property.replaces && kind !== "created" ? [" (forces a replacement)"] : [];
  const from = kind !== "created" && property.before === undefined && !property.secret ? ["nothing → "] : [];
  return [...line`${property.path}: `, ...from, ...changeLine(property), ...replaces];
}
