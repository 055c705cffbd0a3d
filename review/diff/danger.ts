/** What a reviewer must not overlook: data or protected resources that would be lost, and protection taken away. */
import type { RecordedResource } from "../../program/recording.ts";
import type { Danger, DangerKind, ResourceChange } from "./diff.ts";
import { typeName } from "./names.ts";
import { isProvider } from "./pseudo-resources.ts";
import type { Fate } from "./resources.ts";
import { holdsData } from "./stateful.ts";

/** Switches of resources that keep data from being lost; turned off, it can be. */
const SAFEGUARDS = new Set([
  "backupEnabled",
  "deletionProtection",
  "deletionProtectionEnabled",
  "options.protect",
  "options.retainOnDelete",
  "pitEnabled",
  "pointInTimeRecovery.enabled",
  "retainBackupsEnabled",
  "terminationProtectionEnabled",
  "versioningConfiguration.status",
]);

export function dangers(fates: readonly Fate[]): Danger[] {
  return fates.flatMap(({ change, before }) => (before === undefined ? [] : dangersOf(change, before)));
}

function dangersOf(change: ResourceChange, before: RecordedResource): Danger[] {
  const found =
    change.kind === "deleted"
      ? ofDeletion(before)
      : [...ofReplacement(change, before), ...ofSafeguards(change)];
  const { type, name, urn } = change;
  return found.map(([kind, message]) => ({ kind, type, name, urn, message }));
}

type Found = [DangerKind, string];

function ofDeletion(before: RecordedResource): Found[] {
  const what = describe(before);
  if (before.retainOnDelete) {
    return [
      ["forgotten", `${what} is forgotten: it stays in the cloud, and no program manages it any more.`],
    ];
  }
  if (before.protect) {
    return [
      [
        "deleted-but-protected",
        `${what} is protected and gone from the program: the deployment will refuse.`,
      ],
    ];
  }
  return holdsData(before.type) ? [["deleted", `${what} is deleted with everything in it.`]] : [];
}

function ofReplacement(change: ResourceChange, before: RecordedResource): Found[] {
  if (isProvider(before.type)) return ofMove(change);
  if (!before.protect && !holdsData(before.type)) return [];
  const what = describe(before);
  const end = before.protect ? "it is protected: the deployment will refuse" : "everything in it is lost";
  if (change.formerly?.renaming === "lost") {
    const message = `${what} is called ${change.name} without an alias, so it is deleted and created anew; ${end}.`;
    return [["replaced", message]];
  }
  const causes = change.properties.filter(({ replaces }) => replaces).map(({ path }) => path);
  if (causes.length === 0) return [];
  return [["replaced", `${what} is replaced because ${causes.join(", ")} cannot change in place; ${end}.`]];
}

/** Another region is another place for everything the provider looks after. */
function ofMove(change: ResourceChange): Found[] {
  return change.properties
    .filter(({ replaces }) => replaces)
    .map(({ path }) => [
      "moved",
      `${describe(change)} works elsewhere (${path}): every resource it looks after is deleted and created anew there.`,
    ]);
}

function ofSafeguards(change: ResourceChange): Found[] {
  return change.properties
    .filter(({ path, before, after }) => SAFEGUARDS.has(path) && isOn(before) && !isOn(after))
    .map(({ path }) => ["unprotected", `${describe(change)} loses a safeguard: ${path} is turned off.`]);
}

function isOn(value: unknown): boolean {
  return value === true || value === "Enabled";
}

function describe({ type, name }: { type: string; name: string }): string {
  return `${typeName(type)} "${name}"`;
}
