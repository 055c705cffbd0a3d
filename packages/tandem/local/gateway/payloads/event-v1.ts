/** The event of payload format 1.0, as REST APIs send it and HTTP APIs on request. Here what is absent is null. */
import type { Identity, Route, RoutedRequest } from "../api.ts";
import { canonicalName, putField } from "../http/header-fields.ts";
import { eventBody, isBinaryType, isTextType } from "../http/request-body.ts";
import { listedQuery, mergeFirstSlashes, readTarget } from "../http/request-target.ts";
import { firstLabel } from "./event-v2.ts";
import { commonLogTime } from "./identifiers.ts";

type Lists = Record<string, string[]>;

export function eventV1(routed: RoutedRequest, identity?: Identity) {
  const { api, stage, route, parameters, request, target, fields } = routed;
  const isRest = api.protocol === "REST";
  const contentType = fields.joined["content-type"];
  const isText = isRest ? !isBinaryType(contentType, api.binaryMediaTypes) : isTextType(contentType);
  const { body = null, isBase64Encoded } = eventBody(request.body, isText);
  const multiValueHeaders = listedHeaders(routed);
  const multiValueQueryStringParameters = listedQuery(target.query) ?? null;
  return {
    ...(isRest ? {} : { version: "1.0" }),
    resource: resourcePath(route),
    // A REST API keeps its stage out of `path`; both kinds leave the path encoded.
    path: target.encodedPath,
    httpMethod: request.method,
    headers: lastOfEach(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: multiValueQueryStringParameters && lastOfEach(multiValueQueryStringParameters),
    multiValueQueryStringParameters,
    pathParameters: parameters ?? null,
    stageVariables: stage.variables ?? null,
    requestContext: requestContext(routed, identity),
    body,
    isBase64Encoded,
  };
}

/** What a REST API tells of a request, to functions and to templates. */
export function requestContext(routed: RoutedRequest, identity: Identity | undefined) {
  const { api, stage, route, request, target, requestId, extendedRequestId } = routed;
  const isRest = api.protocol === "REST";
  return {
    resourceId: route.resourceId ?? route.key,
    resourcePath: resourcePath(route),
    httpMethod: request.method,
    extendedRequestId,
    requestTime: commonLogTime(request.time),
    path: isRest ? mergeFirstSlashes(readTarget(request.target).encodedPath) : target.path,
    accountId: api.accountId,
    protocol: request.protocol,
    stage: stage.name,
    domainPrefix: firstLabel(domainName(routed)),
    requestTimeEpoch: request.time,
    requestId,
    identity: callerIdentity(routed, identity),
    domainName: domainName(routed),
    ...(stage.deploymentId === undefined ? {} : { deploymentId: stage.deploymentId }),
    apiId: api.id,
    ...(identity ? authorizerContext(identity) : {}),
  };
}

function resourcePath({ key }: Route): string {
  return key.slice(key.indexOf(" ") + 1);
}

export function domainName({ api, fields }: Pick<RoutedRequest, "api" | "fields">): string {
  return fields.joined.host ?? `${api.id}.execute-api.${api.region}.amazonaws.com`;
}

/** Headers as sent, with those that the gateway adds; an HTTP API spells them `Content-Type`. */
export function listedHeaders({ api, request, fields }: RoutedRequest): Lists {
  const lists: Lists = {};
  const spelling = new Map<string, string>();
  const { rawHeaders } = request;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] as string;
    const lower = sent.toLowerCase();
    if (lower !== "cookie" && !Object.hasOwn(fields.joined, lower)) continue;
    const name = spelling.get(lower) ?? (api.protocol === "HTTP" ? canonicalName(sent) : sent);
    const before = spelling.has(lower) ? (lists[name] as string[]) : [];
    spelling.set(lower, name);
    putField(lists, name, [...before, rawHeaders[index + 1] as string]);
  }
  for (const name of GATEWAY_HEADERS) {
    const value = fields.joined[name];
    if (value === undefined || (api.protocol !== "HTTP" && name === "content-length")) continue;
    putField(lists, spelling.get(name) ?? canonicalName(name), [value]);
  }
  return lists;
}

/** What the gateway adds to, or puts in place of, what the caller sent. */
const GATEWAY_HEADERS = [
  "content-length",
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
];

export function lastOfEach(lists: Lists): Record<string, string> {
  const last: Record<string, string> = {};
  for (const name of Object.keys(lists)) putField(last, name, (lists[name] as string[]).at(-1) as string);
  return last;
}

function callerIdentity({ request, fields, apiKey }: RoutedRequest, identity: Identity | undefined) {
  const iam = identity && "iam" in identity ? identity.iam : undefined;
  return {
    cognitoIdentityPoolId: null,
    accountId: iam?.accountId ?? null,
    cognitoIdentityId: null,
    caller: iam?.callerId ?? null,
    sourceIp: request.sourceIp,
    principalOrgId: null,
    accessKey: iam?.accessKey ?? null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: iam?.userArn ?? null,
    userAgent: fields.joined["user-agent"] ?? null,
    user: iam?.userId ?? null,
    ...(apiKey ? { apiKey: apiKey.value, apiKeyId: apiKey.id } : {}),
  };
}

export function authorizerContext(identity: Identity): { authorizer?: Record<string, unknown> } {
  if ("cognito" in identity) return { authorizer: { ...identity.cognito } };
  if ("jwt" in identity) return { authorizer: { ...identity.jwt } };
  if ("lambda" in identity) {
    return { authorizer: { principalId: identity.principalId ?? null, ...identity.lambda } };
  }
  return {};
}
