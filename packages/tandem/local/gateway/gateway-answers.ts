/** What API Gateway answers by itself. REST APIs use other words and other statuses than HTTP APIs. */
import type { Protocol } from "../observer.ts";
import { type HttpAnswer, messageAnswer } from "./http/http-message.ts";

export interface GatewayAnswers {
  noRoute: HttpAnswer;
  unauthorized: HttpAnswer;
  forbidden: HttpAnswer;
  throttled: HttpAnswer;
  tooLarge: HttpAnswer;
  /** The function failed, or what it returned cannot be made an answer. */
  functionError: HttpAnswer;
  /** The gateway could not call the function. */
  integrationError: HttpAnswer;
  integrationTimeout: HttpAnswer;
}

const http: GatewayAnswers = {
  noRoute: messageAnswer(404, "Not Found"),
  unauthorized: messageAnswer(401, "Unauthorized"),
  forbidden: messageAnswer(403, "Forbidden"),
  throttled: messageAnswer(429, "Too Many Requests"),
  tooLarge: messageAnswer(413, "Request Entity Too Large"),
  functionError: messageAnswer(500, "Internal Server Error"),
  integrationError: messageAnswer(500, "Internal Server Error"),
  integrationTimeout: messageAnswer(503, "Service Unavailable"),
};

const INTERNAL = "InternalServerErrorException";

/** Of a REST API, also to a request without a signature where one is wanted. */
export const missingToken = typedAnswer(403, "MissingAuthenticationTokenException", {
  message: "Missing Authentication Token",
});

const rest: GatewayAnswers = {
  noRoute: missingToken,
  unauthorized: messageAnswer(401, "Unauthorized"),
  forbidden: messageAnswer(403, "Forbidden"),
  throttled: messageAnswer(429, "Too Many Requests"),
  tooLarge: messageAnswer(413, "Request Too Long"),
  functionError: typedAnswer(502, INTERNAL, { message: "Internal server error" }),
  integrationError: typedAnswer(500, INTERNAL, { message: "Internal server error" }),
  integrationTimeout: messageAnswer(504, "Endpoint request timed out"),
};

/** Of a REST API, to a request that its validator does not let pass. */
export function badRequest(message: string): HttpAnswer {
  return typedAnswer(400, "BadRequestException", { message });
}

export function gatewayAnswers(protocol: Protocol): GatewayAnswers {
  return protocol === "REST" ? rest : http;
}

/** What a caller is told whom an authorizer that is a function does not let through. */
export interface AuthorizerAnswers {
  unauthorized: HttpAnswer;
  /** No statement allows the call. */
  denied: HttpAnswer;
  /** A statement denies it. */
  explicitlyDenied: HttpAnswer;
  /** The function failed, or its result cannot be taken. */
  failed: HttpAnswer;
}

const httpAuthorizer: AuthorizerAnswers = {
  unauthorized: http.unauthorized,
  denied: http.forbidden,
  explicitlyDenied: http.forbidden,
  failed: http.integrationError,
};

/** AWS writes `Message` here where its other answers have `message`, and no text at all of a failure. */
const restAuthorizer: AuthorizerAnswers = {
  unauthorized: typedAnswer(401, "UnauthorizedException", { message: "Unauthorized" }),
  denied: typedAnswer(403, "AccessDeniedException", {
    Message: "User is not authorized to access this resource",
  }),
  explicitlyDenied: typedAnswer(403, "AccessDeniedException", {
    Message: "User is not authorized to access this resource with an explicit deny",
  }),
  failed: typedAnswer(500, "AuthorizerConfigurationException", { message: null }),
};

export function authorizerAnswers(protocol: Protocol): AuthorizerAnswers {
  return protocol === "REST" ? restAuthorizer : httpAuthorizer;
}

function typedAnswer(status: number, type: string, body: object): HttpAnswer {
  const headers = ["Content-Type", "application/json", "x-amzn-ErrorType", type];
  return { status, headers, body: JSON.stringify(body) };
}
