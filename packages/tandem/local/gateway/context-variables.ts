/** What authorizers, gateway responses and mappings may name of a request: `$context` and the parts of the request itself. */
import { isObject } from "../../shared/json.ts";
import type { ReachedRequest } from "./api.ts";
import { listedQuery, mergeFirstSlashes, queryPairs, readTarget } from "./http/request-target.ts";
import { authorizerContext } from "./payloads/event-v1.ts";
import { firstLabel } from "./payloads/event-v2.ts";
import { commonLogTime } from "./payloads/identifiers.ts";
import { textAtPath } from "./templates/json-path.ts";

/** @param name without `$context.`; undefined for what is not known, or not yet */
export function contextVariable(name: string, reached: ReachedRequest): string | undefined {
  const { api, request, fields, stage, route, target, requestId, extendedRequestId } = reached;
  switch (name) {
    case "accountId":
      return api.accountId;
    case "apiId":
      return api.id;
    case "domainName":
      return fields.joined.host;
    case "connectionId":
      return reached.connection?.id;
    case "extendedRequestId":
      return extendedRequestId;
    case "requestId":
      return requestId;
    case "httpMethod":
      return request.method;
    case "path":
      return api.protocol === "REST"
        ? mergeFirstSlashes(readTarget(request.target).encodedPath)
        : target?.path;
    case "protocol":
      return request.protocol;
    case "requestTime":
      return commonLogTime(request.time);
    case "requestTimeEpoch":
      return String(request.time);
    case "resourceId":
      return route?.resourceId;
    case "resourcePath":
      return route?.key.slice(route.key.indexOf(" ") + 1);
    case "routeKey":
      return route?.key;
    case "stage":
      return stage?.name;
    case "identity.apiKey":
      return reached.apiKey?.value;
    case "identity.apiKeyId":
      return reached.apiKey?.id;
    case "identity.sourceIp":
      return request.sourceIp;
    case "identity.userAgent":
      return fields.joined["user-agent"];
    case "deploymentId":
      return stage?.deploymentId;
    case "domainPrefix":
      return firstLabel(fields.joined.host ?? api.id);
    default:
      return ofCaller(name, reached);
  }
}

/** `authorizer.claims.sub`, `identity.userArn`: what an authorizer said. */
function ofCaller(name: string, { identity }: ReachedRequest): string | undefined {
  if (!identity) return undefined;
  const [start, ...path] = name.split(".");
  const known: Record<string, unknown> =
    "iam" in identity ? { identity: { ...identity.iam } } : authorizerContext(identity);
  const found = [start ?? "", ...path].reduce<unknown>(
    (value, key) => (isObject(value) ? value[key] : undefined),
    known,
  );
  if (found === undefined || found === null) return undefined;
  return typeof found === "object" ? JSON.stringify(found) : String(found);
}

const MAPPING =
  /^(?:method\.(request\.(?:header|querystring|path|multivalueheader|multivaluequerystring|body))|(context|stageVariables))\.(.+)$/;

/** Where a mapping of a REST API puts what it names: `integration.request.path.id`. */
export const MAPPED_TO = /^integration\.request\.(path|querystring|header)\.(.+)$/;

/** Whether a mapping of a REST API can name it. */
export function isMappable(source: string): boolean {
  return /^'.*'$/s.test(source) || MAPPING.test(source) || source === "method.request.body";
}

/**
 * What a mapping of a REST API names: a text in quotes, `method.request.header.Accept`, `context.stage`, `stageVariables.host`. Undefined where
 * the request has nothing there.
 */
export function mappedValue(source: string, reached: ReachedRequest): string | undefined {
  const literal = /^'(.*)'$/s.exec(source)?.[1];
  if (literal !== undefined) return literal;
  const [, ofRequest, place = ofRequest ?? "", name = ""] = MAPPING.exec(source) ?? [];
  return source === "method.request.body" ? reached.request.body.toString() : valueAt(place, name, reached);
}

/** @param place `request.header`, `request.querystring`, `request.path`, `context` or `stageVariables` */
export function valueAt(place: string, name: string, reached: ReachedRequest): string | undefined {
  switch (place) {
    case "request.header":
    case "request.multivalueheader":
      return headerValue(name.toLowerCase(), reached);
    case "request.querystring":
      return [...queryPairs(reached.target?.query ?? "")].find(([key]) => key === name)?.[1];
    case "request.multivaluequerystring":
      return listedQuery(reached.target?.query ?? "")?.[name]?.join(",");
    case "request.body":
      return textAtPath(reached.request.body, name);
    case "request.path":
      return reached.parameters?.[name];
    case "context":
      return contextVariable(name, reached);
    case "stageVariables":
      return reached.stage?.variables?.[name];
    default:
      return undefined;
  }
}

function headerValue(name: string, { fields }: ReachedRequest): string | undefined {
  if (name === "cookie") return fields.cookies?.join("; ");
  return Object.hasOwn(fields.joined, name) ? fields.joined[name] : undefined;
}
