/** What becomes of every resource: created, deleted, renamed, changed. */
import type { RecordedResource } from "../../program/recording.ts";
import type { PropertyChange, ResourceChange, Summary } from "./diff.ts";
import type { Matching, Pair } from "./match.ts";
import type { Parts } from "./parts.ts";
import { compareProperties, listProperties, type Translate } from "./properties.ts";
import type { Providers } from "./providers.ts";
import { isPseudoResource } from "./pseudo-resources.ts";

export interface ComparedResource {
  change: ResourceChange;
  /** Absent for a created resource. */
  before?: RecordedResource;
  /** Absent for a deleted resource. */
  after?: RecordedResource;
}

export interface CompareContext {
  translate: Translate;
  providers: Providers;
  /** What serves what, of the created resources and of the deleted ones. */
  parts: { created: Parts; deleted: Parts };
}

/** Only of resources that something happens to, in the order of their names. */
export function compareResources(
  { pairs, created, deleted }: Matching,
  surroundings: CompareContext,
): ComparedResource[] {
  const { parts } = surroundings;
  const lasting = new Set(pairs.map(({ after }) => after.urn));
  const compared: ComparedResource[] = [
    ...created.map((after) => ({ change: listed("created", after, parts.created), after })),
    ...deleted.map((before) => ({ change: listed("deleted", before, parts.deleted), before })),
    ...pairs.flatMap((pair) => comparePair(pair, surroundings, lasting)),
  ];
  return compared.sort((a, b) => (a.change.urn < b.change.urn ? -1 : 1));
}

function listed(kind: "created" | "deleted", resource: RecordedResource, parts: Parts): ResourceChange {
  const { type, name, urn } = resource;
  const partOf = parts.get(urn);
  return {
    kind,
    type,
    name,
    urn,
    ...(partOf !== undefined && { partOf }),
    properties: listProperties(resource, kind === "created" ? "after" : "before"),
  };
}

function comparePair(
  pair: Pair,
  { translate, providers }: CompareContext,
  lasting: Set<string>,
): ComparedResource[] {
  const { before, after, renaming } = pair;
  const compare = (old: RecordedResource, now: RecordedResource) =>
    compareProperties(old, now, translate, (urn) => lasting.has(urn));
  const properties = providers.followed(pair, compare(before, after), compare);
  if (properties.length === 0 && renaming === undefined) return [];
  const { type, name, urn } = after;
  const formerly = renaming && { type: before.type, name: before.name, urn: before.urn, renaming };
  const change: ResourceChange = { kind: "changed", type, name, urn, properties };
  return [{ change: formerly ? { ...change, kind: "renamed", formerly } : change, before, after }];
}

export function isReplaced({ properties, formerly }: ResourceChange): boolean {
  return formerly?.renaming === "lost" || properties.some(({ replaces }: PropertyChange) => replaces);
}

export function summarise(compared: readonly ComparedResource[], { pairs }: Matching): Summary {
  const of = (kind: string) => compared.filter(({ change }) => kindOf(change) === kind).length;
  const touched = new Set(compared.map(({ change }) => change.urn));
  return {
    created: of("created"),
    deleted: of("deleted"),
    replaced: of("replaced"),
    renamed: of("renamed"),
    changed: of("changed"),
    unchanged: pairs.filter(({ after }) => !touched.has(after.urn) && !isPseudoResource(after)).length,
  };
}

function kindOf(change: ResourceChange): string {
  const survives = change.kind === "changed" || change.kind === "renamed";
  return survives && isReplaced(change) ? "replaced" : change.kind;
}
