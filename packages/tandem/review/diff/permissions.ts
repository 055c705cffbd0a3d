/** Which permissions one program gives and the other does not: wider or narrower, for each function. */

import { resourceCovers, textCovers } from "../../program/reading/arn-pattern.ts";
import { textOf } from "../../program/reading/value.ts";
import type { RecordedResource } from "../../program/recording.ts";
import { networkActions } from "../../shared/aws/actions-of-lambda.ts";
import { type Grant, grantsOf } from "../program-view/grants.ts";
import type { ProgramView } from "../program-view/view.ts";
import type { PermissionChange, RouteChange } from "./diff.ts";
import type { Translate } from "./properties.ts";
import type { Providers } from "./providers.ts";

export interface Wording {
  /** Brings URNs and texts of the old program to what the new one calls them. */
  translate: Translate;
  providers: Providers;
  routes: readonly RouteChange[];
}

export function comparePermissions(
  before: ProgramView,
  after: ProgramView,
  wording: Wording,
): PermissionChange[] {
  const { translate, providers } = wording;
  const [ours, theirs] = [grantsOf(before), grantsOf(after)];
  const attached = new Set([...attachedOf(ours).map(translate), ...attachedOf(theirs)]);
  const isReported = ({ holder, holderKind }: Grant) =>
    holderKind !== "policy" || !attached.has(translate(holder.urn));
  const old = keyed(ours.filter(isReported), translate, (holder) =>
    providers.withoutRegion("before", holder),
  );
  const now = keyed(
    theirs.filter(isReported),
    (text) => text,
    (holder) => providers.withoutRegion("after", holder),
  );
  const [gone, come] = [notCovered(old, now), notCovered(now, old)];
  const [olds, news] = [before, after].map(usualGrants);
  return [
    ...changesOf(gone, { targets: new Targets(before), isUsual: news }, wording, {
      Allow: "narrowed",
      Deny: "widened",
    }),
    ...changesOf(come, { targets: new Targets(after), isUsual: olds }, wording, {
      Allow: "widened",
      Deny: "narrowed",
    }),
  ].sort(byText);
}

/** Policies of which somebody is known to have what they allow: a policy that is newly attached gives nobody less. */
function attachedOf(grants: readonly Grant[]): string[] {
  return grants.flatMap(({ holderKind, sources }) =>
    holderKind === "policy" ? [] : sources.map(({ urn }) => urn),
  );
}

interface Keyed {
  grant: Grant;
  holder: string;
  action: string;
  resource: string;
  condition: string;
}

function keyed(
  grants: readonly Grant[],
  translate: Translate,
  withoutRegion: (holder: RecordedResource) => Translate,
): Map<string, Keyed[]> {
  const all = grants.map((grant) => {
    const translated = (text: string) => withoutRegion(grant.holder)(translate(text));
    return {
      grant,
      holder: [
        grant.holderKind,
        translate(grant.holder.urn),
        grant.effect,
        translated(grant.principal ?? ""),
      ].join(" "),
      // Actions are the same in capitals and small letters.
      action: grant.action.toLowerCase(),
      resource: translated(grant.resource),
      condition: translated(grant.condition ?? ""),
    };
  });
  return Map.groupBy(all, ({ holder }) => holder);
}

/** Grants that no grant of the other program contains, each told once with all policies in which it stands. */
function notCovered(ours: Map<string, Keyed[]>, theirs: Map<string, Keyed[]>): Grant[] {
  const found = new Map<string, Grant>();
  for (const [holder, grants] of ours) {
    const others = theirs.get(holder) ?? [];
    for (const one of grants) {
      if (others.some((other) => contains(other, one))) continue;
      const key = [holder, one.action, one.resource, one.condition].join(" ");
      const sources = [...new Set([...(found.get(key)?.sources ?? []), ...one.grant.sources])];
      found.set(key, { ...one.grant, sources });
    }
  }
  return [...found.values()];
}

function contains(whole: Keyed, part: Keyed): boolean {
  return (
    (whole.condition === "" || whole.condition === part.condition) &&
    textCovers(whole.action, part.action) &&
    resourceCovers(whole.resource, part.resource)
  );
}

function changesOf(
  grants: readonly Grant[],
  { targets, isUsual = () => false }: { targets: Targets; isUsual: ((grant: Grant) => boolean) | undefined },
  { routes }: Wording,
  directions: Record<Grant["effect"], PermissionChange["direction"]>,
): PermissionChange[] {
  return grants.map((grant) => {
    const { holder, holderKind, effect, principal, action, resource, condition, sources } = grant;
    const target = targets.at(resource);
    return {
      direction: directions[effect],
      holderName: holder.name,
      holderKind,
      effect,
      ...(principal !== undefined && { principal }),
      action,
      resource,
      ...(condition !== undefined && { condition }),
      ...(target !== undefined && { target }),
      holder: holder.urn,
      ...(isUsual(grant) && { usual: true as const }),
      sources: sources.map(({ urn }) => urn).sort(),
      ...(letsThrough(grant, routes) && { reportedIn: "routes" as const }),
    };
  });
}

/**
 * Whether every holder of this kind in the other program has such a grant, each for what is called after itself: then a new
 * one that has it too is nothing to stop at. What a function in a network needs, only those in it have.
 */
function usualGrants(view: ProgramView): (grant: Grant) => boolean {
  const grants = grantsOf(view).filter(
    ({ holderKind }) => holderKind === "function" || holderKind === "role",
  );
  const holders = Map.groupBy(grants, ({ holderKind, principal }) => `${holderKind} ${principal ?? ""}`);
  const counts = new Map(
    [...holders].map(([kind, group]) => [kind, new Set(group.map(({ holder }) => holder)).size]),
  );
  const having = Map.groupBy(grants, ownWords);
  return (grant) => {
    const count = counts.get(`${grant.holderKind} ${grant.principal ?? ""}`);
    const same = new Set(having.get(ownWords(grant))?.map(({ holder }) => holder)).size;
    return same > 0 && (same === count || networkActions.includes(grant.action));
  };
}

/** The grant as each holder would say it of itself. */
function ownWords({ holder, holderKind, effect, principal, action, resource, condition }: Grant): string {
  const name = textOf(holder.outputs.name) ?? holder.name;
  const translated = [resource, condition ?? ""].map((text) => text.replaceAll(name, "itself"));
  return JSON.stringify([holderKind, effect, principal, action.toLowerCase(), ...translated]);
}

/** Whether the grant is that of an API to call the function behind a route that opens, closes or leads elsewhere. */
function letsThrough({ principal, holder, condition = "" }: Grant, routes: readonly RouteChange[]): boolean {
  if (principal !== "apigateway.amazonaws.com") return false;
  return routes.some(({ route, before, after }) => {
    const behind = [before?.function, after?.function].includes(holder.name);
    // `GET /orders` is let through as `…/*/GET/orders`, and everything at once as `…/*`.
    return behind && (condition.includes(`/${route.replace(" ", "")}"`) || /:[^/]+(\/\*)+"/.test(condition));
  });
}

/** What of the program an ARN, or what is below one, belongs to. */
class Targets {
  readonly #byArn: [string, RecordedResource][];

  constructor(view: ProgramView) {
    this.#byArn = (view.recording?.resources ?? [])
      .flatMap((resource) => {
        const arn = textOf(resource.outputs.arn);
        return arn === undefined || resource.read ? [] : [[arn, resource] as [string, RecordedResource]];
      })
      .sort(([a], [b]) => b.length - a.length);
  }

  at(text: string): PermissionChange["target"] {
    const found = this.#byArn.find(
      ([arn]) => text === arn || (text.startsWith(arn) && /[/:]/.test(text.charAt(arn.length))),
    );
    if (found === undefined) return undefined;
    const [arn, { type, name }] = found;
    return { type, name, rest: text.slice(arn.length) };
  }
}

function byText(a: PermissionChange, b: PermissionChange): number {
  const [one, other] = [a, b].map((change) =>
    [
      change.holderKind,
      change.holderName,
      change.principal,
      change.action,
      change.resource,
      change.condition,
      change.effect,
    ].join(" "),
  );
  return (one ?? "") < (other ?? "") ? -1 : 1;
}
