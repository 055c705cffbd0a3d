/** Requests as API Gateway hands them to a function (payload format 2.0). */
import type { APIGatewayProxyEventV2 } from "aws-lambda";

export interface RequestParts {
  /** As the program declares it, e.g. `GET /orders/{id}`. */
  routeKey: string;
  /** Decoded. */
  path?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  base64?: boolean;
  /** Claims of a token that the gateway has verified. */
  claims?: Record<string, string>;
}

export const REQUEST_ID = "JKJaXmPLvHcESHA=";

export function event(parts: RequestParts): APIGatewayProxyEventV2 {
  const { routeKey, path, query, headers = {}, body, base64 = false, claims } = parts;
  const [method = "", route = ""] = routeKey.split(" ");
  const rawPath = route.replace(/\{(\w+)\+?\}/g, (_, name) => path?.[name] ?? "");
  const rawQueryString = new URLSearchParams(query).toString();
  return {
    version: "2.0",
    routeKey,
    rawPath,
    rawQueryString,
    headers,
    ...(query && { queryStringParameters: query }),
    ...(path && { pathParameters: path }),
    requestContext: {
      accountId: "123456789012",
      apiId: "a1b2c3d4e5",
      domainName: "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com",
      domainPrefix: "a1b2c3d4e5",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" },
      requestId: REQUEST_ID,
      routeKey,
      stage: "$default",
      time: "23/Nov/2026:09:12:01 +0000",
      timeEpoch: 1_795_425_121_000,
      ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
    },
    ...(body !== undefined && { body: base64 ? Buffer.from(body).toString("base64") : body }),
    isBase64Encoded: base64,
  };
}

/** A request with a JSON body. */
export function jsonEvent(parts: Omit<RequestParts, "body">, body: unknown): APIGatewayProxyEventV2 {
  return event({
    ...parts,
    headers: { "content-type": "application/json", ...parts.headers },
    body: JSON.stringify(body),
  });
}
