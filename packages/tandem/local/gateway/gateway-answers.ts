/** What API Gateway answers by itself. REST and WebSocket APIs use other words and other statuses than HTTP APIs. */
import type { Protocol } from "../observer.ts";
import type { Invalid } from "./api.ts";
import { type HttpAnswer, messageAnswer } from "./http/http-message.ts";
import type { KeyRefusal } from "./keys/usage-plans.ts";

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
  /** The server behind a route could not be reached. */
  endpointUnreachable: HttpAnswer;
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
  endpointUnreachable: messageAnswer(503, "Service Unavailable"),
};

/** Types of the answers that a program may word in its own way, as `aws.apigateway.Response` calls them. */
export const RESPONSE_TYPES = [
  "ACCESS_DENIED",
  "API_CONFIGURATION_ERROR",
  "AUTHORIZER_CONFIGURATION_ERROR",
  "AUTHORIZER_FAILURE",
  "BAD_REQUEST_BODY",
  "BAD_REQUEST_PARAMETERS",
  "DEFAULT_4XX",
  "DEFAULT_5XX",
  "EXPIRED_TOKEN",
  "INTEGRATION_FAILURE",
  "INTEGRATION_TIMEOUT",
  "INVALID_API_KEY",
  "INVALID_SIGNATURE",
  "MISSING_AUTHENTICATION_TOKEN",
  "QUOTA_EXCEEDED",
  "REQUEST_TOO_LARGE",
  "RESOURCE_NOT_FOUND",
  "THROTTLED",
  "UNAUTHORIZED",
  "UNSUPPORTED_MEDIA_TYPE",
  "WAF_FILTERED",
] as const;

export type ResponseType = (typeof RESPONSE_TYPES)[number];

/** An answer of a REST API's own. */
export interface OwnAnswer extends HttpAnswer {
  error: OwnError;
}

interface OwnError {
  type: ResponseType;
  message: string | null;
  /** What is wrong with a body. */
  validation?: string;
}

export function isOwn(answer: HttpAnswer): answer is OwnAnswer {
  return "error" in answer;
}

const INTERNAL = "InternalServerErrorException";

/** Of a REST API, also to a request without a signature where one is wanted. */
export const missingToken = own(
  403,
  "MISSING_AUTHENTICATION_TOKEN",
  "MissingAuthenticationTokenException",
  "Missing Authentication Token",
);

const rest: GatewayAnswers = {
  noRoute: missingToken,
  unauthorized: own(401, "UNAUTHORIZED", "UnauthorizedException", "Unauthorized"),
  forbidden: own(403, "ACCESS_DENIED", "AccessDeniedException", "Forbidden"),
  throttled: own(429, "THROTTLED", "TooManyRequestsException", "Too Many Requests"),
  tooLarge: own(413, "REQUEST_TOO_LARGE", "RequestTooLargeException", "Request Too Long"),
  functionError: own(502, "DEFAULT_5XX", INTERNAL, "Internal server error"),
  integrationError: own(500, "INTEGRATION_FAILURE", INTERNAL, "Internal server error"),
  integrationTimeout: own(504, "INTEGRATION_TIMEOUT", INTERNAL, "Endpoint request timed out"),
  endpointUnreachable: own(504, "INTEGRATION_FAILURE", INTERNAL, "Network error communicating with endpoint"),
};

/** Of a REST API, to a request whose API key is not let in. */
export const keyAnswers: Record<KeyRefusal, HttpAnswer> = {
  forbidden: own(403, "INVALID_API_KEY", "ForbiddenException", "Forbidden"),
  throttled: rest.throttled,
  quota: own(429, "QUOTA_EXCEEDED", "LimitExceededException", "Limit Exceeded"),
};

/** Of a REST API, to a body that an integration takes nothing of. */
export const unsupportedMediaType = own(
  415,
  "UNSUPPORTED_MEDIA_TYPE",
  "BadRequestException",
  "Unsupported Media Type",
);

/** Of a REST API, to a token of a user pool whose time is over. */
export const expiredToken = own(
  401,
  "UNAUTHORIZED",
  "UnauthorizedException",
  "The incoming token has expired",
);

/** Of a REST API, to a request that its validator does not let pass. */
export function badRequest({ what, message, detail }: Invalid): HttpAnswer {
  if (what === "parameters") return own(400, "BAD_REQUEST_PARAMETERS", "BadRequestException", message);
  const answer = own(400, "BAD_REQUEST_BODY", "BadRequestException", message);
  return { ...answer, error: { ...answer.error, validation: detail } } as OwnAnswer;
}

export function gatewayAnswers(protocol: Protocol): GatewayAnswers {
  return protocol === "HTTP" ? http : rest;
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

const DENIED = "User is not authorized to access this resource";

const restAuthorizer: AuthorizerAnswers = {
  unauthorized: rest.unauthorized,
  denied: denied(DENIED),
  explicitlyDenied: denied(`${DENIED} with an explicit deny`),
  // AWS has no text at all for it.
  failed: own(500, "AUTHORIZER_CONFIGURATION_ERROR", "AuthorizerConfigurationException", null),
};

/** Of a REST API with AWS_IAM: whoever signed may not call it. */
export function notAllowed(message: string): HttpAnswer {
  return denied(maskedAccount(message));
}

/** API Gateway tells accounts by their last four digits. */
export function maskedAccount(message: string): string {
  return message.replace(/(arn:aws:execute-api:[^:]*:)\d{8}(\d{4}:)/g, "$1********$2");
}

/** Of a REST API with AWS_IAM: the signature is not right. */
export function badSignature(exception: string, message: string): HttpAnswer {
  return own(403, "INVALID_SIGNATURE", exception, message);
}

/** AWS writes `Message` here where its other answers have `message`. */
function denied(message: string): OwnAnswer {
  return {
    ...own(403, "ACCESS_DENIED", "AccessDeniedException", message),
    body: JSON.stringify({ Message: message }),
  };
}

export function authorizerAnswers(protocol: Protocol): AuthorizerAnswers {
  return protocol === "HTTP" ? httpAuthorizer : restAuthorizer;
}

/** @param exception as the header `x-amzn-ErrorType` calls it */
function own(status: number, type: ResponseType, exception: string, message: string | null): OwnAnswer {
  const headers = ["Content-Type", "application/json", "x-amzn-ErrorType", exception];
  return { status, headers, body: JSON.stringify({ message }), error: { type, message } };
}
