/** Asks the checked-in table of what the providers say: which changes replace a resource, which lists have no order. */

import type { PropertyTable } from "./extract.ts";
import fromComments from "./from-comments.json" with { type: "json" };
import { writtenByHand } from "./written-by-hand.ts";

const replaces = merged(fromComments.replaces, writtenByHand.replaces);
const sets = merged(fromComments.sets, writtenByHand.sets);

/** @param path without indices, e.g. `replicas.kmsKeyArn` */
export function replacesOnChange(type: string, path: string): boolean {
  // Since version 7 of the AWS SDK every resource can name its region, and none can move.
  if (path === "region" && type.startsWith("aws:")) return true;
  const listed = replaces.get(type);
  return listed !== undefined && withAncestors(path).some((ancestor) => listed.has(ancestor));
}

export function isSet(type: string, path: string): boolean {
  return sets.get(type)?.has(path) ?? false;
}

/** `a.b.c` → `a`, `a.b`, `a.b.c` */
function withAncestors(path: string): string[] {
  const steps = path.split(".");
  return steps.map((_, index) => steps.slice(0, index + 1).join("."));
}

function merged(...tables: PropertyTable[]): Map<string, Set<string>> {
  const result = new Map<string, Set<string>>();
  for (const table of tables) {
    for (const [type, paths] of Object.entries(table)) {
      result.set(type, new Set([...(result.get(type) ?? []), ...paths]));
    }
  }
  return result;
}

/** Properties of a provider that choose the account: the engine replaces nothing, and finds nothing. */
const ACCOUNT =
  /^(accessKey|allowedAccountIds|assumeRole|assumeRoles|assumeRoleWithWebIdentity|profile|baseUrl|publicKey)\b/;

export function choosesAccount(path: string): boolean {
  return ACCOUNT.test(path);
}
