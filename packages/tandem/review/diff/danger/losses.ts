/** Data, addresses and protected resources that go because a resource is deleted or replaced. */

import { addressOf, holdsData } from "../../../program/reading/holds-data.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import { canonical } from "../../values/canonical.ts";
import type { ResourceChange } from "../diff.ts";
import { NAMING } from "../renames.ts";
import { describe, type Found } from "./found.ts";

/** @param created what the new program has and the old one has not */
export function ofDeletion(before: RecordedResource, created: readonly RecordedResource[]): Found[] {
  const what = describe(before);
  if (before.retainOnDelete) {
    return [
      ["forgotten", `${what} is forgotten: it stays in the cloud, and no program manages it any more.`],
    ];
  }
  const renamed = renameOf(before, created);
  if (before.protect) {
    return [
      [
        "deleted-but-protected",
        `${what} is protected and gone from the program: the deployment will refuse.${renamed}`,
      ],
    ];
  }
  if (holdsData(before.type)) return [["deleted", `${what} is deleted with everything in it.${renamed}`]];
  const address = addressOf(before.type);
  if (address === undefined) return [];
  return [["address-lost", `${what} is deleted: its ${address}, which others may know, goes.${renamed}`]];
}

export function ofReplacement(change: ResourceChange, before: RecordedResource): Found[] {
  const address = addressOf(before.type);
  if (!before.protect && !holdsData(before.type) && address === undefined) return [];
  const what = describe(before);
  const end = before.protect
    ? "it is protected: the deployment will refuse"
    : address === undefined
      ? "everything in it is lost"
      : `its ${address} becomes another one, and others may know the old one`;
  const kind = before.protect || address === undefined ? "replaced" : "address-lost";
  if (change.formerly?.renaming === "lost") {
    const message = `${what} is called ${change.name} without an alias, so it is deleted and created anew; ${end}.`;
    return [[kind, message]];
  }
  // Where only the provider is another one, the danger of the move says it.
  const causes = change.properties
    .filter(({ replaces, path }) => replaces && (before.protect || path !== "options.provider"))
    .map(({ path }) => path);
  if (causes.length === 0) return [];
  return [[kind, `${what} is replaced because ${causes.join(", ")} cannot change in place; ${end}.`]];
}

/** A resource of the same type and the same keys that comes while this one goes is most likely this one. */
function renameOf(before: RecordedResource, created: readonly RecordedResource[]): string {
  const twin = created.find((other) => other.type === before.type && keysOf(other) === keysOf(before));
  if (twin === undefined) return "";
  const sameName = twin.name === before.name ? "an alias with its old parent" : "an alias";
  return ` It looks like a rename to "${twin.name}": ${sameName} and its old name in the cloud would keep it.`;
}

const KEYS: Record<string, string[]> = {
  "aws:dynamodb/table:Table": ["hashKey", "rangeKey", "attributes"],
  "aws:dynamodb/globalTable:GlobalTable": ["replicas"],
};

/** What makes two resources one in kind: a table's keys; of others, all that is no name. */
function keysOf({ type, inputs }: RecordedResource): string {
  const keys = KEYS[type];
  const kept = Object.entries(inputs).filter(([key]) =>
    keys === undefined ? !NAMING.includes(key) && !/^tags(All)?$/.test(key) : keys.includes(key),
  );
  return canonical(Object.fromEntries(kept), { type, path: "" });
}
