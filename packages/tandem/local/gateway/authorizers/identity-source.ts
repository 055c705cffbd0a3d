/** Where an authorizer looks: `$request.header.X`, `$request.querystring.x`, `$context.x`, `$stageVariables.x`. */
import type { RoutedRequest } from "../api.ts";
import { valueAt } from "../context-variables.ts";

const SOURCE = /^(?:\$|method\.|route\.)?(request\.(?:header|querystring)|context|stageVariables)\.(.+)$/;

/** What stands there; undefined when nothing does. REST APIs write `method.request.` in place of `$request.`, WebSocket APIs `route.request.`. */
export function readIdentitySource(expression: string, routed: RoutedRequest): string | undefined {
  const [, place = "", name = ""] = SOURCE.exec(expression) ?? [];
  const value = valueAt(place, name, routed);
  // An empty header or parameter is none.
  return value === "" && place.startsWith("request.") ? undefined : value;
}
