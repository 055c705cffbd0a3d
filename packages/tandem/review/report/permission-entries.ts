/** Permissions: one line a grant, with all its actions. */
import type { Diff, PermissionChange, ResourceChange } from "../diff/diff.ts";
import { type Entry, entry } from "./entry.ts";
import { type Line, line } from "./line.ts";
import { named, wordFor } from "./words.ts";

export function permissionEntries({ permissions, resources }: Diff): Entry[] {
  const byUrn = new Map(resources.map((change) => [change.urn, change]));
  // What a new role is usually given is told with the function that it serves.
  const mainOf: MainOf = ({ holder }) => byUrn.get(byUrn.get(holder)?.partOf ?? holder);
  const reported = permissions.filter(({ reportedIn }) => reportedIn === undefined);
  const isGone = ({ holder }: PermissionChange) => byUrn.get(holder)?.kind === "deleted";
  const usual = reported.filter((change) => change.usual && !isGone(change));
  const [widened, narrowed] = (["widened", "narrowed"] as const).map((direction) => {
    const changes = reported.filter((change) => change.direction === direction && !usual.includes(change));
    const ofGone = changes.filter(isGone);
    const others = changes.filter((change) => !ofGone.includes(change));
    return [...grantEntries(others), ...inPassing(ofGone, mainOf, goneEntry)];
  });
  return [...(widened ?? []), ...inPassing(usual, mainOf, usualEntry), ...(narrowed ?? [])];
}

function grantEntries(changes: readonly PermissionChange[]): Entry[] {
  const groups = Map.groupBy(changes, (change) => {
    const { direction, effect, holder, principal, resource, condition } = change;
    return JSON.stringify([direction, effect, holder, principal, resource, condition]);
  });
  return [...groups.values()].map((group) => {
    const [first] = group as [PermissionChange];
    return entry(signOf(first), [
      ...holderOf(first),
      ": ",
      ...grantLine(
        first,
        group.map(({ action }) => action),
      ),
    ]);
  });
}

function signOf({ direction }: PermissionChange): "+" | "-" {
  return direction === "widened" ? "+" : "-";
}

function holderOf({ holderKind, holderName: name }: PermissionChange): Line {
  return line`${[`${holderKind} `]}${name}`;
}

function grantLine(change: PermissionChange, actions: string[]): Line {
  const { direction, effect, principal, condition } = change;
  const come = (direction === "widened") === (effect === "Allow");
  return [
    ...(come ? [] : ["no longer "]),
    ...(effect === "Deny" ? ["denied: "] : []),
    ...(principal === undefined ? [] : line`${principal} may `),
    ...line`${shortActions(actions)} on `,
    ...on(change),
    ...(condition === undefined ? [] : line` if ${condition}`),
  ];
}

/** A resource of this program is called by its name, any other by its ARN. */
function on({ resource, target }: PermissionChange): Line {
  if (target === undefined) return resource === "itself" ? ["itself"] : [{ code: resource }];
  return line`${[`${wordFor(target.type)} `]}${target.name + target.rest}`;
}

/** `s3:GetObject, PutObject, sqs:SendMessage` */
function shortActions(actions: readonly string[]): string {
  return [...new Set(actions)]
    .map((action, index, all) => {
      const [service, name] = action.split(":");
      return name !== undefined && index > 0 && all[index - 1]?.split(":")[0] === service ? name : action;
    })
    .join(", ");
}

type MainOf = (change: PermissionChange) => ResourceChange | undefined;
type ToEntry = (who: Line, group: PermissionChange[], services: string) => Entry;

/** One line for all that a holder has in this way, with the services that it is about. */
function inPassing(changes: readonly PermissionChange[], mainOf: MainOf, toEntry: ToEntry): Entry[] {
  const groups = Map.groupBy(changes, (change) => mainOf(change)?.urn ?? change.holder);
  return [...groups.values()].map((group) => {
    const [first] = group as [PermissionChange];
    const services = [...new Set(group.map(({ action }) => action.split(":")[0]))].sort().join(", ");
    const main = mainOf(first);
    return toEntry(main ? named(main.type, main.name) : holderOf(first), group, services);
  });
}

function usualEntry(who: Line, group: PermissionChange[], services: string): Entry {
  return entry("+", [...who, `: ${counted(group)} as others have (${services})`]);
}

function goneEntry(who: Line, group: PermissionChange[], services: string): Entry {
  const [{ direction }] = group as [PermissionChange];
  return entry(direction === "widened" ? "+" : "-", [
    ...who,
    ` is gone, and with it ${counted(group)} (${services})`,
  ]);
}

function counted(group: readonly PermissionChange[]): string {
  const number = (effect: PermissionChange["effect"], word: string): string[] => {
    const { length } = group.filter((change) => change.effect === effect);
    return length === 0 ? [] : [`${length} ${word}${length === 1 ? "" : "s"}`];
  };
  return [...number("Allow", "permission"), ...number("Deny", "prohibition")].join(" and ");
}
