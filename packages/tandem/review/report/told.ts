/** Which resources need no line of their own, because what they are for is told where it belongs. */

import type { Diff, ResourceChange } from "../diff/diff.ts";
import { toldByGrants } from "../program-view/grants.ts";
import { toldByDoors } from "../program-view/routes.ts";

/** Types that are nothing but the permission, or the door, that they declare. */
const HOLDERS = /:(Role|User|Key|Bucket|Topic|Queue|Secret|RestApi|VpcEndpoint|Api)$/;

export function isToldElsewhere(change: ResourceChange, diff: Diff): boolean {
  if (change.kind === "changed") return change.properties.every(({ toldIn }) => toldIn !== undefined);
  if (change.kind === "renamed") return false;
  // What serves another one is told with it.
  if (change.partOf !== undefined) return true;
  if (HOLDERS.test(change.type)) return false;
  const { type, urn } = change;
  if (type in toldByDoors && diff.routes.some(({ source }) => source === urn)) return true;
  return type in toldByGrants && diff.permissions.some(({ sources }) => sources.includes(urn));
}
