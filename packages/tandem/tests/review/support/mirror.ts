/** What the difference of two programs looks like from the other end. */
import type { Diff, PropertyChange, ResourceChange, Summary } from "../../../review/diff/diff.ts";

/** Danger is left out: that something is created is no danger, that it is deleted is. */
export type Mirrored = Omit<Diff, "danger" | "stack" | "summary"> & {
  summary: Omit<Summary, "renamed" | "replaced"> & { moved: number };
};

export function forwards(diff: Diff): Mirrored {
  const { danger: _, stack: __, summary, ...rest } = diff;
  return sorted({ ...rest, summary: withMoved(summary) });
}

/** A rename that keeps a resource one way replaces it the other way. */
function withMoved({ renamed, replaced, ...rest }: Summary): Mirrored["summary"] {
  return { ...rest, moved: renamed + replaced };
}

export function mirrored(diff: Diff): Mirrored {
  const { summary, permissions, routes, variables, code, resources, violations } = diff;
  return sorted({
    summary: withMoved({ ...summary, created: summary.deleted, deleted: summary.created }),
    permissions: permissions.map((change) => ({
      ...change,
      direction: change.direction === "widened" ? "narrowed" : "widened",
    })),
    routes: routes.map(({ change, ...rest }) => ({
      ...swapped(rest),
      change: change === "opened" ? "closed" : change === "closed" ? "opened" : "changed",
    })),
    variables: variables.map(swapped),
    code: code.map(({ packagesAdded, packagesRemoved, ...rest }) => ({
      ...swapped(rest),
      packagesAdded: packagesRemoved,
      packagesRemoved: packagesAdded,
    })),
    resources: resources.map(mirroredResource),
    violations: violations.map((violation) => ({
      ...violation,
      change: violation.change === "new" ? "gone" : "new",
    })),
  });
}

const KINDS = { created: "deleted", deleted: "created", changed: "changed", renamed: "renamed" } as const;

function mirroredResource(change: ResourceChange): ResourceChange {
  const { kind, type, name, urn, partOf, formerly, properties } = change;
  const mirroredProperties = properties.map(mirroredProperty);
  if (formerly === undefined) {
    const part = partOf === undefined ? {} : { partOf };
    return { kind: KINDS[kind], type, name, urn, ...part, properties: mirroredProperties };
  }
  const { renaming, ...now } = formerly;
  return {
    kind: KINDS[kind],
    ...now,
    formerly: { type, name, urn, renaming: renaming === "alias" ? "lost" : "alias" },
    properties: mirroredProperties,
  };
}

/** An item that moved from 3 to 2 moves from 2 to 3. */
function mirroredProperty(property: PropertyChange): PropertyChange {
  const path = property.path.replace(/\[(\d+)→(\d+)\]/g, "[$2→$1]");
  return swapped({ ...property, path });
}

function swapped<T extends { before?: unknown; after?: unknown }>({ before, after, ...rest }: T): T {
  return {
    ...rest,
    ...(after !== undefined && { before: after }),
    ...(before !== undefined && { after: before }),
  } as T;
}

/** The order of the entries is that of names, which are others from the other end. */
function sorted(diff: Mirrored): Mirrored {
  return Object.fromEntries(
    Object.entries(diff).map(([section, entries]) => [
      section,
      Array.isArray(entries) ? entries.map(withSortedKeys).sort(byText) : entries,
    ]),
  ) as unknown as Mirrored;
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => {
        const value = withSortedKeys(item);
        // What went from a list stands before what came into it, from either end.
        return [key, key === "properties" && Array.isArray(value) ? value.sort(byText) : value];
      }),
  );
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
