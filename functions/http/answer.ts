/** Results of API Gateway's payload format 2.0. A version becomes a strong entity tag. */
import type { APIGatewayProxyStructuredResultV2 as Result } from "aws-lambda";
import { entityTag } from "./entity-tag.ts";
import type { HttpError } from "./http-error.ts";

export type Answer = Result & { statusCode: number };

export function json(statusCode: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return {
    statusCode,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

/** 200 (or another status) with something that has a version. */
export function versioned(
  body: { version: number },
  statusCode = 200,
  headers: Record<string, string> = {},
): Answer {
  return json(statusCode, body, { etag: entityTag(body.version), ...headers });
}

export const noContent = (): Answer => ({ statusCode: 204 });

export function refusal(error: HttpError, requestId: string): Answer {
  const { code, message, fields, retryAfterSeconds } = error;
  const headers: Record<string, string> = {};
  if (retryAfterSeconds !== undefined) headers["retry-after"] = String(retryAfterSeconds);
  return json(error.status, { error: { code, message, fields, requestId } }, headers);
}
