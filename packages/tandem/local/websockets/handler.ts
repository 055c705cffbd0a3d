/** One WebSocket API at work: a handshake, a message or an end comes in, what is to be answered goes out; no socket. */

import {
  type AuthorizerDecision,
  type Identity,
  type LambdaTarget,
  type RoutedRequest,
  unsupported,
} from "../gateway/api.ts";
import { addGatewayHeaders, type HeaderFields } from "../gateway/http/header-fields.ts";
import type { HttpRequest } from "../gateway/http/http-message.ts";
import { readTarget } from "../gateway/http/request-target.ts";
import {
  type ConnectionFacts,
  connectEvent,
  connectionFacts,
  disconnectEvent,
  messageEvent,
} from "../gateway/payloads/event-websocket.ts";
import { newRequestId, newTraceId } from "../gateway/payloads/identifiers.ts";
import { failureOf, noAnswerWithin } from "../gateway/payloads/response.ts";
import type { InvokeResult, Invoker } from "../invocation.ts";
import { StoreNotThere } from "../mongodb/late-store.ts";
import { within } from "../pausable-clock.ts";
import { FunctionNotLoaded } from "../workers/lookup.ts";
import { notRun, type OwnMessage, ofAnswer, own } from "./answers.ts";
import {
  CONNECT,
  DEFAULT,
  DISCONNECT,
  type WebSocketApi,
  type WebSocketRoute,
  type WebSocketStage,
} from "./declared.ts";
import { type FunctionAnswer, readResult } from "./result.ts";

/** What became of a handshake, a message or an end. */
export interface MessageOutcome {
  requestId: string;
  /** As of an HTTP answer, for the log. */
  status: number;
  stage?: string;
  route?: string;
  /** Of a function or a mock. */
  answer?: FunctionAnswer;
  /** Whether a message is answered with it. */
  answers?: boolean;
  /** Said by the API in place of an answer. */
  own?: OwnMessage;
  functionName?: string;
  invocationId?: string;
  /** Why the answer is the API's own, for the person at the terminal. */
  reason?: string;
  trace?: string;
}

export interface Handshake extends MessageOutcome {
  connectionId: string;
  /** Of a connection that may be opened. */
  facts?: ConnectionFacts;
}

type NotCalled = Required<Pick<MessageOutcome, "own" | "reason">>;
type Called = Pick<MessageOutcome, "answer" | "own" | "functionName" | "invocationId" | "reason">;

export class WebSocketHandler {
  readonly api: WebSocketApi;
  readonly #invoker: Invoker;

  constructor(api: WebSocketApi, invoker: Invoker) {
    this.api = api;
    this.#invoker = invoker;
  }

  /** Adds to the headers what the gateway adds. */
  async connect(request: HttpRequest, fields: HeaderFields): Promise<Handshake> {
    const requestId = newRequestId();
    const connectionId = newRequestId();
    const { encodedPath, query } = readTarget(request.target);
    const stage = this.#stage(encodedPath.slice(1).replace(/\/$/, ""));
    if (!stage) {
      const reason = `no stage takes ${encodedPath}`;
      return { connectionId, ...outcome(requestId, { own: own.forbidden, reason }) };
    }
    addGatewayHeaders(fields, request);
    const trace = fields.joined["x-amzn-trace-id"] ?? newTraceId(request.time);
    fields.joined["x-amzn-trace-id"] = trace;
    const reached = {
      api: this.api,
      stage,
      parameters: undefined,
      request,
      target: { encodedPath, path: encodedPath, query },
      routePath: CONNECT,
      fields,
      requestId,
      extendedRequestId: requestId,
      trace: { header: trace },
      connection: { id: connectionId, connectedAt: request.time },
    };
    const route = stage.socketRoutes.get(CONNECT);
    // Nobody is asked where the program declares no route for it.
    if (!route) {
      const facts = connectionFacts(reached);
      return { connectionId, facts, ...outcome(requestId, { answer: { status: 200 } }), stage: stage.name };
    }
    const { key, authorizer } = route;
    const routed = { ...reached, route: { key, authorizer, target: unsupported("no request leads to it") } };
    const { identity, ...called } = await this.#opened(routed, route);
    const settled = outcome(requestId, called);
    return {
      connectionId,
      ...settled,
      stage: stage.name,
      route: route.key,
      trace,
      ...(settled.status < 300 ? { facts: connectionFacts(routed, identity) } : {}),
    };
  }

  async message(facts: ConnectionFacts, body: string, time: number): Promise<MessageOutcome> {
    const stage = this.#stage(facts.stage);
    const { select } = this.api;
    const key = select?.(body);
    const named = key === undefined || key.startsWith("$") ? undefined : stage?.socketRoutes.get(key);
    const route = named ?? stage?.socketRoutes.get(DEFAULT);
    const requestId = newRequestId();
    if (!select) {
      const refused = notRun("the API's routeSelectionExpression does not run here");
      return { ...outcome(requestId, { own: refused, reason: refused.message }), stage: facts.stage };
    }
    if (!stage || !route) {
      const reason = key === undefined ? "the message names no route" : `there is no route ${key}`;
      return { ...outcome(requestId, { own: own.forbidden, reason }), stage: facts.stage };
    }
    const event = messageEvent(facts, factsOf(route, stage, requestId, time), body);
    return this.#delivered(route, stage, requestId, event, time);
  }

  /** Undefined where the program does not want to know. */
  async disconnect(
    facts: ConnectionFacts,
    status: number,
    reason: string,
    time: number,
  ): Promise<MessageOutcome | undefined> {
    const stage = this.#stage(facts.stage);
    const route = stage?.socketRoutes.get(DISCONNECT);
    if (!stage || !route) return undefined;
    const requestId = newRequestId();
    const event = disconnectEvent(facts, factsOf(route, stage, requestId, time), status, reason);
    return this.#delivered(route, stage, requestId, event, time);
  }

  async #delivered(
    route: WebSocketRoute,
    stage: WebSocketStage,
    requestId: string,
    event: object,
    time: number,
  ): Promise<MessageOutcome> {
    const trace = newTraceId(time);
    const called = await this.#called(route, event, { trace, time });
    const { key, answers } = route;
    return { ...outcome(requestId, called), stage: stage.name, route: key, answers, trace };
  }

  async #opened(routed: RoutedRequest, route: WebSocketRoute): Promise<Called & { identity?: Identity }> {
    const decision = await this.#authorized(routed, route);
    if ("own" in decision) return decision;
    if (!decision.allowed) return { own: ofAnswer(decision.answer), reason: decision.reason };
    const { identity } = decision;
    const { time } = routed.request;
    const called = await this.#called(route, connectEvent(routed, identity), {
      trace: routed.trace.header,
      time,
    });
    return { ...called, ...(identity ? { identity } : {}) };
  }

  async #authorized(routed: RoutedRequest, route: WebSocketRoute): Promise<AuthorizerDecision | NotCalled> {
    try {
      return await route.authorizer.authorize(routed);
    } catch (error) {
      return notCalled(error);
    }
  }

  async #called(
    { key, target, bucket }: WebSocketRoute,
    event: object,
    { trace, time }: { trace: string; time: number },
  ): Promise<Called> {
    if (bucket && !bucket.take(time)) {
      const { burst, rate } = bucket.throttle;
      return { own: own.throttled, reason: `${key} takes ${rate} requests a second and ${burst} at once` };
    }
    if (target.kind === "mock") {
      const { status, body } = target;
      return { answer: { status, body } };
    }
    if (target.kind === "unsupported") return { own: notRun(target.reason), reason: target.reason };
    const { functionName } = target;
    const refused = target.permission.refused(key);
    if (refused !== undefined) return { own: own.integrationError, functionName, reason: refused };
    return { ...(await this.#invoked(target, event, trace)), functionName };
  }

  async #invoked(target: LambdaTarget, event: object, traceHeader: string): Promise<Called> {
    try {
      const invocation = this.#invoker.invoke(target.functionArn, event, { caller: "api", traceHeader });
      const result = await within(target.timeoutMilliseconds, invocation);
      if (result) return { ...answered(result), invocationId: result.requestId };
      return { own: own.timeout, reason: noAnswerWithin(target.timeoutMilliseconds) };
    } catch (error) {
      return notCalled(error);
    }
  }

  #stage(name: string): WebSocketStage | undefined {
    return this.api.stages.find((stage) => stage.name === name);
  }
}

/** The local run says what the cloud would not come to. */
function notCalled(error: unknown): NotCalled {
  if (error instanceof FunctionNotLoaded) return ownWords(502, error.message);
  if (error instanceof StoreNotThere) return ownWords(503, error.message);
  return { own: own.integrationError, reason: String(error) };
}

function ownWords(status: number, message: string): NotCalled {
  return { own: { status, message }, reason: message };
}

function answered(result: InvokeResult): Called {
  const failed = failureOf(result);
  if (failed) return { own: failed.isThrottled ? own.throttled : own.functionError, reason: failed.reason };
  const read = readResult(result.payload);
  return "bad" in read ? { own: own.functionError, reason: read.bad } : { answer: read };
}

function outcome(requestId: string, called: Called): MessageOutcome {
  return { requestId, status: called.own?.status ?? called.answer?.status ?? 200, ...called };
}

function factsOf({ key }: WebSocketRoute, { variables }: WebSocketStage, requestId: string, time: number) {
  return { routeKey: key, requestId, time, variables };
}
