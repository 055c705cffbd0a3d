/** Runs an integration that is no proxy: request mapping, backend, response mapping. Loaded for the first request that needs one. */
import type { Invoker } from "../../../invocation.ts";
import { within } from "../../../pausable-clock.ts";
import type { RoutedRequest } from "../../api.ts";
import { type GatewayAnswers, unsupportedMediaType } from "../../gateway-answers.ts";
import { InvalidHeader } from "../../http/answer-headers.ts";
import { messageAnswer } from "../../http/http-message.ts";
import type { BackendAnswer, MappedRequest, MappedTarget } from "../../mapped-target.ts";
import { noAnswerWithin, THROTTLED } from "../../payloads/response.ts";
import { NotJudged, parsed } from "../../templates/values.ts";
import { exchange, isNoAnswer, type NoAnswer } from "../exchange.ts";
import type { Integrated } from "../lambda-integration.ts";
import { BadMapping, mapRequest, UnsupportedMediaType } from "./request-mapping.ts";
import { mapResponse } from "./response-mapping.ts";
import { callServer } from "./server-backend.ts";
import { callService, type ServiceNeeds } from "./service-backend.ts";

export interface MappedNeeds extends ServiceNeeds {
  invoker: Invoker;
}

export async function runMapped(
  target: MappedTarget,
  routed: RoutedRequest,
  needs: MappedNeeds,
): Promise<Integrated> {
  try {
    const given = await call(target, mapRequest(target.request, routed), routed, needs);
    if ("reason" in given) return given;
    const { invocationId } = given;
    const answer = mapResponse(target.responses, given, routed);
    // A mock calls nobody whom a trace could follow.
    if (target.backend.kind !== "nothing") answer.headers.push("X-Amzn-Trace-Id", routed.trace.header);
    return { answer, ...(invocationId === undefined ? {} : { invocationId }) };
  } catch (error) {
    return failed(error, needs.answers);
  }
}

function failed(error: unknown, answers: GatewayAnswers): Integrated {
  if (!(error instanceof Error)) throw error;
  const reason = error.message;
  if (error instanceof NotJudged) return { answer: messageAnswer(501, reason), reason };
  if (error instanceof UnsupportedMediaType) return { answer: unsupportedMediaType, reason };
  if (error instanceof BadMapping || error instanceof InvalidHeader)
    return { answer: answers.integrationError, reason };
  throw error;
}

async function call(
  { backend, timeoutMilliseconds }: MappedTarget,
  asked: MappedRequest,
  routed: RoutedRequest,
  needs: MappedNeeds,
): Promise<BackendAnswer | NoAnswer> {
  switch (backend.kind) {
    case "nothing":
      return mocked(asked);
    case "function":
      return callFunction(backend, asked, routed, timeoutMilliseconds, needs);
    case "server": {
      const outgoing = callServer(backend, asked, routed);
      const given = await exchange(outgoing, timeoutMilliseconds, needs.answers);
      return isNoAnswer(given) ? given : { ...given, selects: String(given.status) };
    }
    case "service":
      return callService(backend, asked, routed, timeoutMilliseconds, needs);
  }
}

/** Of a MOCK the mapped body says which response it is. */
function mocked({ body }: MappedRequest): BackendAnswer {
  const request = parsed(body.toString());
  const status = Number(request instanceof Map ? request.get("statusCode") : undefined);
  if (!Number.isInteger(status))
    throw new BadMapping(`the request template of a mock integration gives no statusCode: ${body}`);
  return { status, headers: [], body: Buffer.alloc(0), selects: String(status) };
}

type FunctionBackend = Extract<MappedTarget["backend"], { kind: "function" }>;

async function callFunction(
  { functionArn, permission }: FunctionBackend,
  { body, headers }: MappedRequest,
  routed: RoutedRequest,
  timeoutMilliseconds: number,
  { invoker, answers }: MappedNeeds,
): Promise<BackendAnswer | NoAnswer> {
  const refused = permission.refused(routed.request.method);
  if (refused !== undefined) return { answer: answers.integrationError, reason: refused };
  const event = eventOf(body.toString());
  const type = headers["x-amz-invocation-type"] === "Event" ? "Event" : "RequestResponse";
  const traceHeader = routed.trace.header;
  const invocation = invoker.invoke(functionArn, event, { caller: "api", type, traceHeader });
  const result = await within(timeoutMilliseconds, invocation);
  if (!result) return { answer: answers.integrationTimeout, reason: noAnswerWithin(timeoutMilliseconds) };
  const { status, payload, error, requestId: invocationId } = result;
  if (status === "throttled") return { answer: answers.integrationError, reason: THROTTLED };
  const given = { headers: ["Content-Type", "application/json"], invocationId };
  if (status === "error") {
    const { errorType = "Error", errorMessage = "", trace = [] } = error ?? {};
    const text = JSON.stringify({ errorType, errorMessage, trace });
    return { ...given, status: 200, body: Buffer.from(text), selects: errorMessage };
  }
  const text = type === "Event" ? "" : (payload ?? "null");
  return {
    ...given,
    status: type === "Event" ? 202 : 200,
    body: Buffer.from(text),
    selects: messageIn(text),
  };
}

/** Recorded: no body at all is an empty event. */
function eventOf(body: string): unknown {
  try {
    return JSON.parse(body === "" ? "{}" : body);
  } catch {
    throw new BadMapping("what the function would get is no JSON");
  }
}

/** A function that returns an error's fields is taken for one that failed. */
function messageIn(payload: string): string | undefined {
  const value = parsed(payload);
  const message = value instanceof Map ? value.get("errorMessage") : undefined;
  return typeof message === "string" ? message : undefined;
}
