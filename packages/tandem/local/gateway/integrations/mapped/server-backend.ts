/** The request to another server: nothing of the caller's goes on but what is mapped. */
import type { RoutedRequest } from "../../api.ts";
import type { Backend, MappedRequest } from "../../mapped-target.ts";
import type { Outgoing } from "../exchange.ts";

type Server = Extract<Backend, { kind: "server" }>;

export function callServer(
  { uri, method }: Server,
  { headers, query, path, body }: MappedRequest,
  routed: RoutedRequest,
): Outgoing {
  const url = new URL(filled(uri, path, routed));
  for (const [name, value] of query) url.searchParams.append(name, value);
  return {
    url,
    method: method ?? routed.request.method,
    headers: { ...ownHeaders(routed), ...headers },
    body,
  };
}

/** Recorded: what API Gateway itself sends. */
function ownHeaders({ api, fields, request, trace }: RoutedRequest): Record<string, string> {
  const hasBody = !["GET", "HEAD", "OPTIONS"].includes(request.method);
  const type = fields.joined["content-type"];
  return {
    accept: "application/json",
    "user-agent": `AmazonAPIGateway_${api.id}`,
    "x-amzn-apigateway-api-id": api.id,
    "x-amzn-trace-id": trace.header,
    ...(hasBody && type !== undefined ? { "content-type": type } : {}),
  };
}

/** With its parameters, and what the stage says. */
export function filled(uri: string, path: Record<string, string>, { stage }: RoutedRequest): string {
  return uri
    .replaceAll(/\$\{stageVariables\.(\w+)\}/g, (_all, name: string) => stage.variables?.[name] ?? "")
    .replaceAll(/(?<!\$)\{(\w+)\+?\}/g, (_all, name: string) => path[name] ?? "");
}
