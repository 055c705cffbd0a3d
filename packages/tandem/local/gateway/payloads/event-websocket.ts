/** Events of a WebSocket API: of its connections that open and close, and of the messages that come in. */
import type { Identity, RoutedRequest } from "../api.ts";
import { listedQuery } from "../http/request-target.ts";
import { authorizerContext, domainName, lastOfEach, listedHeaders } from "./event-v1.ts";
import { commonLogTime } from "./identifiers.ts";

/** What every event of a connection says of it. */
export interface ConnectionFacts {
  connectionId: string;
  /** Milliseconds since 1970. */
  connectedAt: number;
  apiId: string;
  stage: string;
  /** Host that the client called. */
  domainName: string;
  sourceIp: string;
  userAgent?: string;
  /** By which it was let in. */
  identity?: Identity;
}

/** What differs between the events of one connection. */
export interface EventFacts {
  routeKey: string;
  requestId: string;
  /** Milliseconds since 1970. */
  time: number;
  variables?: Record<string, string> | undefined;
}

type Own = Record<string, string | number>;

export function connectEvent(routed: RoutedRequest, identity?: Identity) {
  const { request, route, stage, target, requestId } = routed;
  const { time } = request;
  const { variables } = stage;
  const facts = connectionFacts(routed, identity);
  const multiValueHeaders = listedHeaders(routed);
  const query = listedQuery(target.query);
  return {
    headers: lastOfEach(multiValueHeaders),
    multiValueHeaders,
    ...(query ? { queryStringParameters: lastOfEach(query), multiValueQueryStringParameters: query } : {}),
    ...eventOf(facts, { routeKey: route.key, requestId, time, variables }, "CONNECT"),
  };
}

export function connectionFacts(
  routed: Pick<RoutedRequest, "api" | "stage" | "request" | "fields" | "connection" | "requestId">,
  identity?: Identity,
): ConnectionFacts {
  const { api, stage, request, fields, connection, requestId } = routed;
  const { "user-agent": userAgent } = fields.joined;
  return {
    connectionId: connection?.id ?? requestId,
    connectedAt: connection?.connectedAt ?? request.time,
    apiId: api.id,
    stage: stage.name,
    domainName: domainName(routed),
    sourceIp: request.sourceIp,
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(identity ? { identity } : {}),
  };
}

export function messageEvent(facts: ConnectionFacts, of: EventFacts, body: string) {
  return { ...eventOf(facts, of, "MESSAGE", { messageId: of.requestId }), body };
}

export function disconnectEvent(facts: ConnectionFacts, of: EventFacts, status: number, reason: string) {
  const headers = { Host: facts.domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" };
  const lists = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return {
    headers,
    multiValueHeaders: Object.fromEntries(lists) as Record<keyof typeof headers, string[]>,
    ...eventOf(facts, of, "DISCONNECT", { disconnectStatusCode: status, disconnectReason: reason }),
  };
}

function eventOf(
  { connectionId, connectedAt, apiId, stage, domainName, sourceIp, userAgent, identity }: ConnectionFacts,
  { routeKey, requestId, time, variables }: EventFacts,
  eventType: "CONNECT" | "MESSAGE" | "DISCONNECT",
  own: Own = {},
) {
  return {
    ...(variables ? { stageVariables: variables } : {}),
    requestContext: {
      routeKey,
      ...(identity ? contextOf(identity) : {}),
      ...own,
      eventType,
      extendedRequestId: requestId,
      requestTime: commonLogTime(time),
      messageDirection: "IN",
      stage,
      connectedAt,
      requestTimeEpoch: time,
      identity: { ...callerOf(identity), ...(userAgent === undefined ? {} : { userAgent }), sourceIp },
      requestId,
      domainName,
      connectionId,
      apiId,
    },
    isBase64Encoded: false,
  };
}

/** A caller with a signature stands under `identity` of the request. */
function contextOf(identity: Identity): { authorizer?: Record<string, unknown> } {
  return "iam" in identity ? {} : authorizerContext(identity);
}

function callerOf(identity: Identity | undefined): Record<string, string> {
  if (!identity || !("iam" in identity)) return {};
  const { accessKey, accountId, callerId: caller, userArn, userId: user } = identity.iam;
  return { accessKey, accountId, caller, userArn, user };
}
