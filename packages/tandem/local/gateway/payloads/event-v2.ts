/** The event of payload format 2.0. What is absent is left out, never null. */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Identity, RoutedRequest } from "../api.ts";
import { eventBody, isTextType } from "../http/request-body.ts";
import { joinedQuery } from "../http/request-target.ts";
import { commonLogTime } from "./identifiers.ts";

export type EventV2 = APIGatewayProxyEventV2 & {
  requestContext: { authorizer?: Identity };
};

export function eventV2(routed: RoutedRequest, identity?: Identity): EventV2 {
  const { api, stage, route, parameters, request, target, fields, requestId } = routed;
  const { joined: headers, cookies } = fields;
  const domainName = headers.host ?? `${api.id}.execute-api.${api.region}.amazonaws.com`;
  const { body, isBase64Encoded } = eventBody(request.body, isTextType(headers["content-type"]));
  const query = joinedQuery(target.query);
  const event: EventV2 = {
    version: "2.0",
    routeKey: route.key,
    rawPath: target.path,
    rawQueryString: target.query,
    headers,
    requestContext: {
      accountId: api.accountId,
      apiId: api.id,
      domainName,
      domainPrefix: firstLabel(domainName),
      http: {
        method: request.method,
        path: target.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: route.key,
      stage: stage.name,
      time: commonLogTime(request.time),
      timeEpoch: request.time,
    },
    isBase64Encoded,
  };
  if (cookies) event.cookies = cookies;
  if (query) event.queryStringParameters = query;
  if (parameters) event.pathParameters = parameters;
  if (stage.variables) event.stageVariables = stage.variables;
  if (body !== undefined) event.body = body;
  if (identity) event.requestContext.authorizer = shown(identity);
  return event;
}

/** `principalId` is for format 1.0 only. */
function shown(identity: Identity): Identity {
  return "lambda" in identity ? { lambda: identity.lambda } : identity;
}

export function firstLabel(domainName: string): string {
  const end = domainName.search(/[.:]/);
  return end < 0 ? domainName : domainName.slice(0, end);
}
