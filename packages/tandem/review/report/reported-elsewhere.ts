/** Which resources need no line of their own, because what they are for is told where it belongs. */

import type { Diff, ResourceChange } from "../diff/diff.ts";
import { propertiesOfGrants } from "../program-view/grants.ts";
import { propertiesOfEndpoints } from "../program-view/routes.ts";

/** Types that are nothing but the permission, or the endpoint, that they declare. */
const HOLDERS = /:(Role|User|Key|Bucket|Topic|Queue|Secret|RestApi|VpcEndpoint|Api)$/;

export function isReportedElsewhere(change: ResourceChange, diff: Diff): boolean {
  if (change.kind === "changed") return change.properties.every(({ reportedIn }) => reportedIn !== undefined);
  if (change.kind === "renamed") return false;
  // What serves another one is told with it.
  if (change.partOf !== undefined) return true;
  if (HOLDERS.test(change.type)) return false;
  const { type, urn } = change;
  if (type in propertiesOfEndpoints && diff.routes.some(({ source }) => source === urn)) return true;
  return type in propertiesOfGrants && diff.permissions.some(({ sources }) => sources.includes(urn));
}
