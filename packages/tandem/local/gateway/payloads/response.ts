/** From what a function returned to what the caller gets: the rules that both payload formats share. */
import limits from "../../../shared/aws/limits.cjs";
import type { InvokeResult } from "../../invocation.ts";
import { InvalidHeader } from "../http/answer-headers.ts";
import type { HttpAnswer } from "../http/http-message.ts";

export const THROTTLED = "the function's concurrency is used up";

/** A result that cannot be made an answer; the reason is for the log. */
export interface BadResult {
  bad: string;
}

export type Formatted = HttpAnswer | BadResult;

/** Why an invocation gave nothing that an answer could be made of, for the log; undefined where it did. */
export function failureOf({
  status,
  payload,
  error,
}: InvokeResult): { isThrottled: boolean; reason: string } | undefined {
  if (status === "throttled") return { isThrottled: true, reason: THROTTLED };
  if (status === "error") {
    // The whole message stands in the function's own log; a line of the access log has room for its first.
    const [message = ""] = error?.errorMessage.split("\n") ?? [];
    return { isThrottled: false, reason: `${error?.errorType ?? "Error"}: ${message}` };
  }
  if (!isTooLarge(payload)) return undefined;
  return { isThrottled: false, reason: `the result is over ${limits.lambda.largestAnswer} bytes` };
}

export function noAnswerWithin(milliseconds: number): string {
  return `no answer within the integration's timeout of ${milliseconds} ms`;
}

function isTooLarge(payload: string | undefined): boolean {
  // A character is at most three bytes, so most results need no counting.
  if (payload === undefined || payload.length * 3 <= limits.lambda.largestAnswer) return false;
  return Buffer.byteLength(payload) > limits.lambda.largestAnswer;
}

/** The status as a number; undefined when it does not parse to one that HTTP knows. */
export function statusOf(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599
    ? status
    : undefined;
}

export function badStatus(value: unknown): BadResult {
  return { bad: `statusCode is ${JSON.stringify(value)}: it must be a whole number from 200 to 599` };
}

export function badBody(value: unknown): BadResult {
  const type = Array.isArray(value) ? "array" : typeof value;
  return { bad: `body is of type ${type}: it must be a text, so give it through JSON.stringify` };
}

/** Runs a formatter; a header that cannot be sent makes the result bad. */
export function guarded(format: () => Formatted): Formatted {
  try {
    return format();
  } catch (error) {
    if (error instanceof InvalidHeader) return { bad: error.message };
    throw error;
  }
}
