/** Sizes beyond which API Gateway or Lambda refuses a request. */
import limits from "../workers/runtime/limits.cjs";
import type { HttpRequest } from "./http-message.ts";

/** Request line and headers together. */
export const MAX_HEAD_BYTES = 10_240;

/** Body of a request: API Gateway's limit. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Spaces and line end of `GET /path HTTP/1.1`. */
const REQUEST_LINE_OVERHEAD = 4;

export function requestLineBytes({ method, target, protocol }: HttpRequest): number {
  return method.length + target.length + protocol.length + REQUEST_LINE_OVERHEAD;
}

/** Whether the event of a request with a body of so many bytes is more than Lambda takes. */
export function isEventTooLarge(event: object, bodyBytes: number): boolean {
  // JSON writes a byte of a body as six at most (`\u0001`), so only events of large bodies need counting.
  if (bodyBytes * 6 + 8 * MAX_HEAD_BYTES <= limits.LARGEST_EVENT) return false;
  return Buffer.byteLength(JSON.stringify(event)) > limits.LARGEST_EVENT;
}
