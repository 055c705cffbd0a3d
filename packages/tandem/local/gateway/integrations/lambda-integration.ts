/** Calls the function behind a route and makes an answer of what comes back. */

import type { InvokeResult, Invoker } from "../../invocation.ts";
import { within } from "../../pausable-clock.ts";
import type { Identity, LambdaTarget, RoutedRequest } from "../api.ts";
import type { GatewayAnswers } from "../gateway-answers.ts";
import type { HttpAnswer } from "../http/http-message.ts";
import { eventV1 } from "../payloads/event-v1.ts";
import { eventV2 } from "../payloads/event-v2.ts";
import { type Formatted, failureOf, noAnswerWithin } from "../payloads/response.ts";
import { responseV1 } from "../payloads/response-v1.ts";
import { responseV2 } from "../payloads/response-v2.ts";
import { isEventTooLarge } from "./limits.ts";

export interface Integrated {
  answer: HttpAnswer;
  /** Why the answer is not the function's own. */
  reason?: string;
  /** Of the function's invocation; absent where it was not waited for. */
  invocationId?: string;
}

export async function integrate(
  routed: RoutedRequest,
  target: LambdaTarget,
  identity: Identity | undefined,
  invoker: Invoker,
  answers: GatewayAnswers,
): Promise<Integrated> {
  const event = target.payloadFormat === "2.0" ? eventV2(routed, identity) : eventV1(routed, identity);
  if (isEventTooLarge(event, routed.request.body.length)) {
    return { answer: answers.tooLarge, reason: "the event is more than the 6 MB that Lambda takes" };
  }
  const { header: traceHeader } = routed.trace;
  const invocation = invoker.invoke(target.functionArn, event, { caller: "api", traceHeader });
  const result = await within(target.timeoutMilliseconds, invocation);
  if (result === undefined) {
    return { answer: answers.integrationTimeout, reason: noAnswerWithin(target.timeoutMilliseconds) };
  }
  return { ...answerOf(result, routed, target, answers), invocationId: result.requestId };
}

function answerOf(
  result: InvokeResult,
  routed: RoutedRequest,
  target: LambdaTarget,
  answers: GatewayAnswers,
): Integrated {
  const failed = failureOf(result);
  if (failed)
    return { answer: failed.isThrottled ? answers.throttled : answers.functionError, reason: failed.reason };
  const formatted = format(result.payload, routed, target);
  if ("bad" in formatted) return { answer: answers.functionError, reason: formatted.bad };
  // A REST API tells the trace with what a function answered, and with nothing else.
  if (routed.api.protocol === "REST") formatted.headers.push("X-Amzn-Trace-Id", routed.trace.header);
  return { answer: formatted };
}

function format(
  payload: string | undefined,
  { api, fields }: RoutedRequest,
  target: LambdaTarget,
): Formatted {
  if (target.payloadFormat === "2.0") return responseV2(payload);
  const { protocol, binaryMediaTypes } = api;
  return responseV1(payload, { protocol, binaryMediaTypes, accept: fields.joined.accept });
}
