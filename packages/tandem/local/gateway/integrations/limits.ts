/** Sizes beyond which API Gateway or Lambda refuses a request. */
import limits from "../../../shared/aws/limits.cjs";
import type { HttpRequest } from "../http/http-message.ts";

/** Spaces and line end of `GET /path HTTP/1.1`. */
const REQUEST_LINE_OVERHEAD = 4;

export function requestLineBytes({ method, target, protocol }: HttpRequest): number {
  return method.length + target.length + protocol.length + REQUEST_LINE_OVERHEAD;
}

/** Whether the event of a request with a body of so many bytes is more than Lambda takes. */
export function isEventTooLarge(event: object, bodyBytes: number): boolean {
  // JSON writes a byte of a body as six at most (`\u0001`), so only events of large bodies need counting.
  if (bodyBytes * 6 + 8 * limits.apiGateway.largestHead <= limits.lambda.largestEvent) return false;
  return Buffer.byteLength(JSON.stringify(event)) > limits.lambda.largestEvent;
}
