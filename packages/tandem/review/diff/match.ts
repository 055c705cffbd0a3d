/** Pairs the resources of two programs: by URN, then by what the one program says the other calls it. */
import type { RecordedResource, Recording } from "../../program/recording.ts";
import type { Renaming } from "./diff.ts";

export interface Pair {
  before: RecordedResource;
  after: RecordedResource;
  renaming?: Renaming;
}

export interface Matching {
  pairs: Pair[];
  created: RecordedResource[];
  deleted: RecordedResource[];
}

export function matchResources(before: Recording | undefined, after: Recording | undefined): Matching {
  const old = byUrn(before);
  const now = byUrn(after);
  const pairs: Pair[] = [];
  const take = (urn: string, formerUrn: string, renaming?: Renaming) => {
    const [oldResource, newResource] = [old.get(formerUrn), now.get(urn)];
    if (oldResource === undefined || newResource === undefined) return;
    old.delete(formerUrn);
    now.delete(urn);
    pairs.push({ before: oldResource, after: newResource, ...(renaming && { renaming }) });
  };
  for (const urn of [...now.keys()]) take(urn, urn);
  for (const { urn, aliases } of [...now.values()]) for (const alias of aliases) take(urn, alias, "alias");
  for (const { urn, aliases } of [...old.values()]) for (const alias of aliases) take(alias, urn, "lost");
  return { pairs, created: [...now.values()], deleted: [...old.values()] };
}

/**
 * What the engine acts upon in a cloud, in the order of names so that the order of the program does not matter: resources of its own,
 * remote components (they do not expand in a recording) and providers. Local components are what is declared below them.
 */
function byUrn(recording: Recording | undefined): Map<string, RecordedResource> {
  const acted = (recording?.resources ?? []).filter(
    ({ custom, remote, read }) => (custom || remote) && !read,
  );
  return new Map(
    acted.map((resource) => [resource.urn, resource] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
