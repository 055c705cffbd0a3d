/** Protection taken away without anything being deleted yet: switches, backups, versions, and data that expires. */

import { holdsData } from "../../../program/reading/holds-data.ts";
import { plainObject, plainObjects, textOf } from "../../../program/reading/value.ts";
import type { RecordedResource, Value } from "../../../program/recording.ts";
import { asList } from "../../values/canonical.ts";
import type { PropertyChange, ResourceChange } from "../diff.ts";
import { describe, type Found } from "./found.ts";

/** Switches that keep data from being lost; turned off, it can be. */
const ON = new Set([
  "backupEnabled",
  "deletionProtection",
  "deletionProtectionEnabled",
  "options.protect",
  "options.retainOnDelete",
  "pitEnabled",
  "pointInTimeRecovery.enabled",
  "retainBackupsEnabled",
  "terminationProtectionEnabled",
  "versioning.enabled",
  "versioningConfiguration.status",
]);

/** Switches that let a deletion take along what would else have stopped it, or been kept of it. */
const OFF: Record<string, string> = {
  forceDelete: "it can be deleted with everything in it",
  forceDestroy: "it can be deleted with everything in it",
  skipFinalSnapshot: "no snapshot is taken before it is deleted",
};

/** How long something can be brought back; less is a cut. */
const WINDOW =
  /^(backupRetentionPeriod|restoreWindowDays|recoveryWindowInDays|policyItem\w+\.retentionValue)$/;

/** Resources whose whole purpose is that data can be brought back. */
const KEEPERS: Record<string, string> = {
  "aws:backup/plan:Plan": "what it backs up is backed up no more",
  "aws:backup/selection:Selection": "what it backs up is backed up no more",
  "aws:s3/bucketVersioning:BucketVersioning":
    "versions of objects are kept no more, and a deleted object is gone",
  "aws:s3/bucketVersioningV2:BucketVersioningV2":
    "versions of objects are kept no more, and a deleted object is gone",
  "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule":
    "snapshots are taken and kept no more as it said",
};

export function ofKeeper(before: RecordedResource): Found[] {
  const loss = KEEPERS[before.type];
  return loss === undefined ? [] : [["unprotected", `${describe(before)} is deleted: ${loss}.`]];
}

export function ofSafeguards(change: ResourceChange, before: RecordedResource): Found[] {
  const what = describe(change);
  const found = change.properties.flatMap((property): string[] => lossOf(property, before));
  return found.map((loss) => ["unprotected", `${what} loses a safeguard: ${loss}.`]);
}

function lossOf(property: PropertyChange, resource: RecordedResource): string[] {
  const { path, before, after } = property;
  if (ON.has(path) && isOn(before) && !isOn(after)) return [`${path} is turned off`];
  // A switch may stand in an object that goes as a whole.
  const within = [...ON].filter(
    (on) => on.startsWith(`${path}.`) && isOn(valueAt(before, on.slice(path.length + 1))),
  );
  const off = within.filter((on) => !isOn(valueAt(after, on.slice(path.length + 1))));
  if (off.length > 0) return off.map((on) => `${on} is turned off`);
  const consequence = OFF[path];
  if (
    consequence !== undefined &&
    after === true &&
    (holdsData(resource.type) || path === "skipFinalSnapshot")
  ) {
    return [`${path} is turned on, so ${consequence}`];
  }
  if (/^policyItem\w+(\[\d+\])?$/.test(path) && after === undefined)
    return [`${path} is gone: no such snapshots are kept`];
  if (!WINDOW.test(path.replace(/\[\d+\]/g, "")) || before === undefined) return [];
  if (after === undefined) return [`${path} is no longer said (it was ${JSON.stringify(before)})`];
  return Number(after) < Number(before) ? [`${path} is cut from ${Number(before)} to ${Number(after)}`] : [];
}

function isOn(value: Value | undefined): boolean {
  return value === true || value === "Enabled";
}

function valueAt(value: Value | undefined, path: string): Value | undefined {
  return path.split(".").reduce<Value | undefined>((inner, key) => plainObject(inner)?.[key], value);
}

const TABLE = "aws:dynamodb/table:Table";

/** An item whose key is a time in the past is deleted by DynamoDB as expired. */
export function ofExpiry(after: RecordedResource, before: RecordedResource | undefined): Found[] {
  const attribute = expiringKey(after);
  if (attribute === undefined || (before !== undefined && expiringKey(before) === attribute)) return [];
  const what = describe(after);
  return [
    [
      "unprotected",
      `${what} lets items expire by ${attribute}, which is a key: DynamoDB deletes every item whose key is a time in the past.`,
    ],
  ];
}

function expiringKey({ type, inputs }: RecordedResource): string | undefined {
  const ttl = plainObject(inputs.ttl);
  const attribute = textOf(ttl?.attributeName);
  if (type !== TABLE || attribute === undefined || ttl?.enabled === false) return undefined;
  const indexes = [...asList(inputs.globalSecondaryIndexes), ...asList(inputs.localSecondaryIndexes)];
  const keys = [inputs, ...indexes.flatMap(plainObjects)].flatMap(({ hashKey, rangeKey }) => [
    hashKey,
    rangeKey,
  ]);
  return keys.includes(attribute) ? attribute : undefined;
}

/** Whoever queries an index by its name finds none any more, and the new one has first to be filled. */
export function ofIndexes(after: RecordedResource, before: RecordedResource): Found[] {
  if (after.type !== TABLE) return [];
  const [old, now] = [indexesOf(before), indexesOf(after)];
  return [...old].flatMap(([name, keys]): Found[] => {
    if (now.has(name)) return [];
    const renamed = [...now].find(([other, otherKeys]) => otherKeys === keys && !old.has(other))?.[0];
    const end = renamed === undefined ? "is gone" : `is called ${renamed}: it is deleted and built anew`;
    return [["index-lost", `Index ${name} of ${describe(after)} ${end}; queries that name it fail.`]];
  });
}

function indexesOf({ inputs }: RecordedResource): Map<string, string> {
  const indexes = [...asList(inputs.globalSecondaryIndexes), ...asList(inputs.localSecondaryIndexes)];
  return new Map(
    indexes
      .flatMap(plainObjects)
      .map(({ name, hashKey, rangeKey }) => [String(name), JSON.stringify([hashKey, rangeKey])]),
  );
}
