/** Routes that only one program has, and those that let others in or lead elsewhere. */
import type { Endpoint } from "../program-view/routes.ts";
import type { RouteChange, RouteState } from "./diff.ts";
import type { Translate } from "./properties.ts";

export function compareRoutes(before: Endpoint[], after: Endpoint[], translate: Translate): RouteChange[] {
  const old = new Map(before.map((endpoint) => [keyOf(endpoint, translate), endpoint]));
  const now = new Map(after.map((endpoint) => [keyOf(endpoint, (text) => text), endpoint]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .flatMap((key) => compareEndpoint(old.get(key), now.get(key), translate));
}

function keyOf({ api, route }: Endpoint, translate: Translate): string {
  return `${translate(api.urn)} ${route}`;
}

function compareEndpoint(
  old: Endpoint | undefined,
  now: Endpoint | undefined,
  translate: Translate,
): RouteChange[] {
  const endpoint = now ?? old;
  if (endpoint === undefined) return [];
  const common = { api: endpoint.api.name, route: endpoint.route, source: endpoint.source.urn };
  if (old === undefined || now === undefined) {
    const change = old === undefined ? "opened" : "closed";
    return [{ change, ...common, ...(old && { before: stateOf(old) }), ...(now && { after: stateOf(now) }) }];
  }
  const sameFunction = translate(old.function?.urn ?? "") === (now.function?.urn ?? "");
  if (sameFunction && old.authorization === now.authorization) return [];
  return [{ change: "changed", ...common, before: stateOf(old), after: stateOf(now) }];
}

function stateOf({ authorization, function: lambda }: Endpoint): RouteState {
  return { authorization, ...(lambda && { function: lambda.name }) };
}
