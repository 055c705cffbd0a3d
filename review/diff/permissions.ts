/** Which permissions one program gives and the other does not: wider or narrower, for each function. */
import type { Grant } from "../program-view/grants.ts";
import type { PermissionChange } from "./diff.ts";
import type { Translate } from "./properties.ts";

/**
 * @param translate brings URNs and texts of the old program to what the new one calls them
 */
export function comparePermissions(
  before: readonly Grant[],
  after: readonly Grant[],
  translate: Translate,
): PermissionChange[] {
  const old = keyed(before, translate);
  const now = keyed(after, (text) => text);
  const gone = notCovered(old, now).map((grant) =>
    change(grant, grant.effect === "Allow" ? "narrowed" : "widened"),
  );
  const come = notCovered(now, old).map((grant) =>
    change(grant, grant.effect === "Allow" ? "widened" : "narrowed"),
  );
  return [...gone, ...come].sort(byText);
}

interface Keyed {
  grant: Grant;
  holder: string;
  action: string;
  resource: string;
  condition: string;
}

function keyed(grants: readonly Grant[], translate: Translate): Map<string, Keyed[]> {
  const all = grants.map((grant) => ({
    grant,
    holder: [grant.holderKind, translate(grant.holder.urn), grant.effect, grant.principal ?? ""].join(" "),
    // Actions are the same in capitals and small letters.
    action: grant.action.toLowerCase(),
    resource: translate(grant.resource),
    condition: translate(grant.condition ?? ""),
  }));
  return Map.groupBy(all, ({ holder }) => holder);
}

/** Grants that no grant of the other program contains, each told once. */
function notCovered(ours: Map<string, Keyed[]>, theirs: Map<string, Keyed[]>): Grant[] {
  const found = new Map<string, Grant>();
  for (const [holder, grants] of ours) {
    const others = theirs.get(holder) ?? [];
    for (const one of grants) {
      if (others.some((other) => contains(other, one))) continue;
      found.set([holder, one.action, one.resource, one.condition].join(" "), one.grant);
    }
  }
  return [...found.values()];
}

function contains(whole: Keyed, part: Keyed): boolean {
  return (
    (whole.condition === "" || whole.condition === part.condition) &&
    matches(whole.action, part.action) &&
    matches(whole.resource, part.resource)
  );
}

/** Whether everything that `text` means, with its own wildcards, is meant by the pattern as well. */
function matches(pattern: string, text: string): boolean {
  if (pattern === text || pattern === "*") return true;
  if (!/[*?]/.test(pattern)) return false;
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === "*") return ".*";
    return part === "?" ? "[^*]" : part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "s").test(text);
}

function change(grant: Grant, direction: PermissionChange["direction"]): PermissionChange {
  const { holder, holderKind, effect, principal, action, resource, condition } = grant;
  return {
    direction,
    subject: holder.name,
    subjectKind: holderKind,
    effect,
    ...(principal !== undefined && { principal }),
    action,
    resource,
    ...(condition !== undefined && { condition }),
  };
}

function byText(a: PermissionChange, b: PermissionChange): number {
  const [one, other] = [a, b].map((change) =>
    [
      change.subjectKind,
      change.subject,
      change.action,
      change.resource,
      change.condition,
      change.effect,
    ].join(" "),
  );
  return (one ?? "") < (other ?? "") ? -1 : 1;
}
