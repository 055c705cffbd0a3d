/** Where an authorizer looks: `$request.header.X`, `$request.querystring.x`, `$context.x`, `$stageVariables.x`. */

import type { RoutedRequest } from "../api.ts";
import { contextVariable } from "../context-variables.ts";
import { queryPairs } from "../http/request-target.ts";

/** What stands there; undefined when nothing does. REST APIs write `method.request.` in place of `$request.`. */
export function readIdentitySource(expression: string, routed: RoutedRequest): string | undefined {
  const [, place, name = ""] =
    /^(?:\$|method\.)?(\w+(?:\.(?:header|querystring))?)\.(.+)$/.exec(expression) ?? [];
  switch (place) {
    case "request.header":
      return readHeader(name.toLowerCase(), routed);
    case "request.querystring":
      return readQuery(name, routed.target.query);
    case "stageVariables":
      return routed.stage.variables?.[name];
    case "context":
      return contextVariable(name, routed);
    default:
      return undefined;
  }
}

function readHeader(name: string, { fields }: RoutedRequest): string | undefined {
  if (name === "cookie") return fields.cookies?.join("; ");
  return (Object.hasOwn(fields.joined, name) && fields.joined[name]) || undefined;
}

function readQuery(name: string, query: string): string | undefined {
  for (const [key, value] of queryPairs(query)) if (key === name) return value || undefined;
  return undefined;
}
