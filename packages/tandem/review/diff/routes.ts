/** Routes that only one program has, and those that let others in or lead elsewhere. */
import type { Door } from "../program-view/routes.ts";
import type { RouteChange, RouteState } from "./diff.ts";
import type { Translate } from "./properties.ts";

export function compareRoutes(before: Door[], after: Door[], translate: Translate): RouteChange[] {
  const old = new Map(before.map((door) => [keyOf(door, translate), door]));
  const now = new Map(after.map((door) => [keyOf(door, (text) => text), door]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .flatMap((key) => compareDoor(old.get(key), now.get(key), translate));
}

function keyOf({ api, route }: Door, translate: Translate): string {
  return `${translate(api.urn)} ${route}`;
}

function compareDoor(old: Door | undefined, now: Door | undefined, translate: Translate): RouteChange[] {
  const door = now ?? old;
  if (door === undefined) return [];
  const common = { api: door.api.name, route: door.route, source: door.source.urn };
  if (old === undefined || now === undefined) {
    const change = old === undefined ? "opened" : "closed";
    return [{ change, ...common, ...(old && { before: stateOf(old) }), ...(now && { after: stateOf(now) }) }];
  }
  const sameFunction = translate(old.function?.urn ?? "") === (now.function?.urn ?? "");
  if (sameFunction && old.authorization === now.authorization) return [];
  return [{ change: "changed", ...common, before: stateOf(old), after: stateOf(now) }];
}

function stateOf({ authorization, function: lambda }: Door): RouteState {
  return { authorization, ...(lambda && { function: lambda.name }) };
}
