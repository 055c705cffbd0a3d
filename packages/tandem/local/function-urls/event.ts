/** The event of a request to a function URL: payload format 2.0, but the path stays as it was sent. */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { IamIdentity } from "../gateway/api.ts";
import type { HeaderFields } from "../gateway/http/header-fields.ts";
import type { HttpRequest } from "../gateway/http/http-message.ts";
import { eventBody, isTextType } from "../gateway/http/request-body.ts";
import { joinedQuery, type RequestTarget } from "../gateway/http/request-target.ts";
import { commonLogTime } from "../gateway/payloads/identifiers.ts";
import type { FunctionUrl } from "./declared.ts";

export interface UrlRequest {
  request: HttpRequest;
  target: RequestTarget;
  /** Headers of the caller with those that Lambda adds. */
  fields: HeaderFields;
  requestId: string;
  identity?: IamIdentity | undefined;
}

export type UrlEvent = Omit<APIGatewayProxyEventV2, "requestContext"> & {
  requestContext: Omit<APIGatewayProxyEventV2["requestContext"], "authentication"> & {
    authentication?: null;
    authorizer?: { iam: IamIdentity };
  };
};

const ROUTE = "$default";

export function urlEvent(
  url: FunctionUrl,
  { request, target, fields, requestId, identity }: UrlRequest,
): UrlEvent {
  const { joined: headers, cookies } = fields;
  const { body, isBase64Encoded } = eventBody(request.body, isTextType(headers["content-type"]));
  const query = joinedQuery(target.query);
  return {
    version: "2.0",
    routeKey: ROUTE,
    rawPath: target.encodedPath,
    rawQueryString: target.query,
    ...(cookies ? { cookies } : {}),
    headers,
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: identity?.accountId ?? "anonymous",
      apiId: url.id,
      ...(identity ? { authentication: null, authorizer: { iam: identity } } : {}),
      domainName: headers.host ?? new URL(url.endpoint).host,
      domainPrefix: url.id,
      http: {
        method: request.method,
        path: target.encodedPath,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: ROUTE,
      stage: ROUTE,
      time: commonLogTime(request.time),
      timeEpoch: request.time,
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded,
  };
}
