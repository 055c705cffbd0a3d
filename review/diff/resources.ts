/** What becomes of every resource: created, deleted, renamed, changed; and which section tells which property. */
import type { RecordedResource } from "../../program/recording.ts";
import { toldByGrants } from "../program-view/grants.ts";
import { toldByDoors } from "../program-view/routes.ts";
import { FUNCTION } from "../program-view/view.ts";
import type { PropertyChange, ResourceChange, Summary } from "./diff.ts";
import type { Matching, Pair } from "./match.ts";
import { compareProperties, listProperties, type Translate } from "./properties.ts";
import { isPseudoResource } from "./pseudo-resources.ts";

export interface Fate {
  change: ResourceChange;
  /** Absent for a created resource. */
  before?: RecordedResource;
}

/** Only of resources that something happens to, in the order of their names. */
export function fatesOf({ pairs, created, deleted }: Matching, translate: Translate): Fate[] {
  const fates: Fate[] = [
    ...created.map((resource) => ({ change: listed("created", resource) })),
    ...deleted.map((resource) => ({ change: listed("deleted", resource), before: resource })),
    ...pairs.flatMap((pair) => fateOfPair(pair, translate)),
  ];
  return fates.sort((a, b) => (a.change.urn < b.change.urn ? -1 : 1));
}

function listed(kind: "created" | "deleted", resource: RecordedResource): ResourceChange {
  const { type, name, urn } = resource;
  return {
    kind,
    type,
    name,
    urn,
    properties: listProperties(resource, kind === "created" ? "after" : "before"),
  };
}

function fateOfPair({ before, after, renaming }: Pair, translate: Translate): Fate[] {
  const properties = compareProperties(before, after, translate).map((property) =>
    withTeller(after.type, property),
  );
  if (properties.length === 0 && renaming === undefined) return [];
  const { type, name, urn } = after;
  const formerly = renaming && { type: before.type, name: before.name, urn: before.urn, renaming };
  const change: ResourceChange = { kind: "changed", type, name, urn, properties };
  return [{ change: formerly ? { ...change, kind: "renamed", formerly } : change, before }];
}

function withTeller(type: string, property: PropertyChange): PropertyChange {
  const toldIn = tellerOf(type, property.path);
  // Only variables are told without their values; what a secret policy means, nobody is told.
  const isTold = toldIn !== undefined && (toldIn === "variables" || !property.secret);
  return isTold ? { ...property, toldIn } : property;
}

const CODE = ["code", "imageUri", "s3Bucket", "s3Key", "s3ObjectVersion", "sourceCodeHash"];

function tellerOf(type: string, path: string): PropertyChange["toldIn"] {
  const top = path.split(/[.[]/)[0] ?? "";
  if (toldByGrants[type] === top) return "permissions";
  if (toldByDoors[type]?.includes(top)) return "routes";
  if (type !== FUNCTION) return undefined;
  if (path.startsWith("environment.variables.")) return "variables";
  return CODE.includes(top) ? "code" : undefined;
}

export function isReplaced({ properties, formerly }: ResourceChange): boolean {
  return formerly?.renaming === "lost" || properties.some(({ replaces }) => replaces);
}

export function summarise(fates: readonly Fate[], { pairs }: Matching): Summary {
  const of = (kind: string) => fates.filter(({ change }) => kindOf(change) === kind).length;
  const touched = new Set(fates.map(({ change }) => change.urn));
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
