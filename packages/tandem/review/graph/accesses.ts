/** Which function may read or write which store: by the policies of its role, and by the users that Atlas knows. */

import { ROLE } from "../../program/reading/policy-attachments.ts";
import { plainObject, textOf } from "../../program/reading/value.ts";
import type { RecordedResource } from "../../program/recording.ts";
import { reads } from "../program-view/access.ts";
import { grantsOf } from "../program-view/grants.ts";
import type { ProgramView } from "../program-view/view.ts";
import { asList } from "../values/canonical.ts";
import { storeTypes } from "./store-kinds.ts";

export interface Access {
  function: RecordedResource;
  store: RecordedResource;
  reads: boolean;
  writes: boolean;
}

const DATABASE_USER = "mongodbatlas:index/databaseUser:DatabaseUser";
const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";

export function accessesOf(view: ProgramView): Access[] {
  const merged = new Map<string, Access>();
  for (const reach of [...byPolicies(view), ...byDatabaseUsers(view)]) {
    const key = `${reach.function.urn} ${reach.store.urn}`;
    const known = merged.get(key);
    merged.set(key, {
      ...reach,
      reads: reach.reads || known?.reads === true,
      writes: reach.writes || known?.writes === true,
    });
  }
  return [...merged.values()];
}

/** Buckets that only take the access log of others hold nothing of the program's own. */
export function takersOfLogs(view: ProgramView): RecordedResource[] {
  return view
    .ofType("aws:s3/bucketLogging:BucketLogging")
    .flatMap((logging) => view.target(logging, "targetBucket", "aws:s3/bucket:Bucket") ?? []);
}

function* byPolicies(view: ProgramView): Generator<Access> {
  const stores = view.ofType(...storeTypes);
  for (const { holder, holderKind, effect, action, resource } of grantsOf(view)) {
    if (holderKind !== "function" || effect !== "Allow") continue;
    const store = stores.find(({ outputs }) => isWithin(resource, textOf(outputs.arn)));
    if (store === undefined) continue;
    yield { function: holder, store, reads: reads(action), writes: !reads(action) };
  }
}

/** The resource itself, its objects or its indexes. */
function isWithin(resource: string, arn: string | undefined): boolean {
  return arn !== undefined && (resource === arn || resource.startsWith(`${arn}/`));
}

/** A user of Atlas is the role of a function; its scopes name the clusters. */
function* byDatabaseUsers(view: ProgramView): Generator<Access> {
  for (const user of view.ofType(DATABASE_USER)) {
    const role = view.at(user.inputs.username, ROLE);
    const names = asList(user.inputs.scopes).map((scope) => textOf(plainObject(scope)?.name));
    const writes = asList(user.inputs.roles).some(
      (granted) => textOf(plainObject(granted)?.roleName) !== "read",
    );
    for (const store of view
      .ofType(CLUSTER)
      .filter(({ inputs }) => names.includes(textOf(inputs.name) ?? ""))) {
      for (const reader of role === undefined ? [] : view.functionsWithRole(role)) {
        yield { function: reader, store, reads: true, writes };
      }
    }
  }
}
