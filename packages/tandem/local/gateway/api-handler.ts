/**
 * One API at work: request in, answer out, no socket. The order of the steps is the cloud's: sizes, stage, preflight,
 * route, throttle, authorizer, API key, validator, permission, function.
 */
import limits from "../../shared/aws/limits.cjs";
import type { Invoker } from "../invocation.ts";
import { StoreNotThere } from "../mongodb/late-store.ts";
import type { ApiSegment } from "../observer.ts";
import { FunctionNotLoaded } from "../workers/lookup.ts";
import {
  type Api,
  type FilesTarget,
  functionBehind,
  type OperationTarget,
  type ReachedRequest,
  type RoutedRequest,
  type Stage,
} from "./api.ts";
import { allowedOrigin, isPreflight, preflightAnswer, withCors } from "./cors.ts";
import {
  type GatewayAnswers,
  gatewayAnswers,
  badRequest as invalidRequest,
  isOwn,
  keyAnswers,
} from "./gateway-answers.ts";
import { inProgramsWords } from "./gateway-responses.ts";
import { addGatewayHeaders, type HeaderFields, readHeaderFields } from "./http/header-fields.ts";
import { type HttpAnswer, type HttpRequest, messageAnswer } from "./http/http-message.ts";
import { mergeFirstSlashes, type RequestTarget, readTarget } from "./http/request-target.ts";
import { proxy } from "./integrations/http-proxy.ts";
import { integrate } from "./integrations/lambda-integration.ts";
import { requestLineBytes } from "./integrations/limits.ts";
import type { ServiceEndpoints } from "./integrations/mapped/service-backend.ts";
import { fileAnswer, REST_OF_PATH } from "./integrations/static-files.ts";
import type { MappedTarget } from "./mapped-target.ts";
import { newRequestIds } from "./payloads/identifiers.ts";
import { type SamplesRequest, traceOfRequest } from "./request-trace.ts";
import { NotJudged } from "./templates/values.ts";

export interface Handled {
  answer: HttpAnswer;
  /** Physical name, when the request came as far as a function. */
  functionName?: string;
  /** Of the function's invocation, once there was one. */
  invocationId?: string;
  /** That the caller is told. */
  requestId?: string;
  /** Why the answer is not the function's own, for the person at the terminal. */
  reason?: string;
  /** Where X-Ray follows it. */
  traced?: ApiSegment;
  /** Key of the route that took it. */
  route?: string;
}

interface Staged {
  stage: Stage;
  /** The same with the slash at its end, as events have it. */
  path: string;
  /** Encoded path without the stage, by which routes are found. */
  routePath: string;
}

const badRequest = messageAnswer(400, "Bad Request");
const headTooLarge = messageAnswer(431, "Request Header Fields Too Large");
const noFile = messageAnswer(404, "Not Found");
const emptyAnswer: HttpAnswer = { status: 204, headers: [], body: "" };

export interface HandlerNeeds {
  invoker: Invoker;
  samples?: SamplesRequest | undefined;
  /** Where services of AWS are reached that integrations call. */
  endpoints?: ServiceEndpoints;
}

export class ApiHandler {
  readonly api: Api;
  readonly #invoker: Invoker;
  readonly #answers: GatewayAnswers;
  readonly #samples: SamplesRequest | undefined;
  readonly #endpoints: ServiceEndpoints;

  constructor(api: Api, { invoker, samples, endpoints = () => undefined }: HandlerNeeds) {
    this.api = api;
    this.#invoker = invoker;
    this.#samples = samples;
    this.#endpoints = endpoints;
    this.#answers = gatewayAnswers(api.protocol);
  }

  /** `fields` are the request's own, read once by whoever needs them before; the handler adds to them. */
  async handle(request: HttpRequest, fields = readHeaderFields(request.rawHeaders)): Promise<Handled> {
    const { protocol } = this.api;
    const reached: ReachedRequest = { api: this.api, request, fields, ...newRequestIds(protocol) };
    const { requestId, extendedRequestId } = reached;
    const handled = await this.#answer(reached);
    const { status, body, headers } = isOwn(handled.answer)
      ? inProgramsWords(handled.answer, reached)
      : handled.answer;
    const ids =
      protocol === "REST"
        ? ["x-amzn-RequestId", requestId, "x-amz-apigw-id", extendedRequestId]
        : ["Apigw-Requestid", requestId];
    return { ...handled, requestId, answer: { status, headers: [...headers, ...ids], body } };
  }

  /**
   * Whether the program lets pages of this origin call. Where it has no rules for the gateway, but something answers OPTIONS,
   * it has rules of its own.
   */
  allowsOrigin({ target }: HttpRequest, origin: string): boolean {
    if (this.api.cors) return allowedOrigin(this.api.cors, origin) !== undefined;
    const staged = this.#findStage(readTarget(target));
    return staged?.stage.routes.match("OPTIONS", staged.routePath) !== undefined;
  }

  async #answer(reached: ReachedRequest): Promise<Handled> {
    const { cors } = this.api;
    const { request, fields } = reached;
    const { origin } = fields.joined;
    if (cors && isPreflight(request.method, fields.joined)) return { answer: preflightAnswer(cors, origin) };
    const handled = await this.#routed(reached);
    return cors ? { ...handled, answer: withCors(handled.answer, cors, origin) } : handled;
  }

  #routed(reached: ReachedRequest): Handled | Promise<Handled> {
    const { request, fields } = reached;
    const refused = this.#tooLarge(request, fields);
    if (refused) return refused;
    const target = readTarget(request.target);
    const { path } = target;
    if (path === undefined) return { answer: badRequest, reason: "the path's percent encoding is broken" };
    const staged = this.#findStage(target);
    if (staged) reached.stage = staged.stage;
    const isRest = this.api.protocol === "REST";
    const encodedPath = isRest && staged ? staged.path : target.encodedPath;
    reached.target = { encodedPath, path, query: target.query };
    const match = staged?.stage.routes.match(request.method, staged.routePath);
    if (!staged || !match) return this.#noRoute(request);
    addGatewayHeaders(fields, request);
    const { method, time } = request;
    const trace = traceOfRequest(
      staged.stage,
      { method, time, path: target.encodedPath, fields },
      this.#samples,
    );
    const routed: RoutedRequest = Object.assign(reached, {
      stage: staged.stage,
      target: reached.target,
      route: match.route,
      parameters: match.parameters,
      routePath: decodeURIComponent(staged.routePath),
      trace,
    });
    return this.#run(routed);
  }

  async #run(routed: RoutedRequest): Promise<Handled> {
    const handled = await this.#answered(routed);
    handled.route = routed.route.key;
    const { segment } = routed.trace;
    return segment ? { ...handled, traced: segment } : handled;
  }

  async #answered(routed: RoutedRequest): Promise<Handled> {
    const { target, authorizer, bucket } = routed.route;
    if (target.kind === "unsupported") return unsupported(target.reason);
    const functionName = functionBehind(target);
    const called = functionName === undefined ? {} : { functionName };
    if (bucket && !bucket.take(routed.request.time)) {
      const { burst, rate } = bucket.throttle;
      const reason = `${routed.route.key} takes ${rate} requests a second and ${burst} at once`;
      return { answer: this.#answers.throttled, ...called, reason };
    }
    try {
      const decision = await authorizer.authorize(routed);
      if (!decision.allowed) return { answer: decision.answer, ...called, reason: decision.reason };
      const decided = routed.route.keys?.check(routed, decision.identity);
      if (decided?.allowed === false)
        return { answer: keyAnswers[decided.refusal], ...called, reason: decided.reason };
      if (decided) routed.apiKey = decided.key;
      if (decision.identity) routed.identity = decision.identity;
      const invalid = await routed.route.validator?.invalid(routed);
      if (invalid) return { answer: invalidRequest(invalid), ...called, reason: invalid.detail };
      if (target.kind === "mapped") return { ...(await this.#mapped(target, routed)), ...called };
      if (target.kind === "operation") return await this.#operation(target, routed);
      if (target.kind === "files") return await this.#file(target, routed);
      if (target.kind === "http") return await proxy(target, routed, this.#answers);
      const refused = target.permission.refused(routed.request.method);
      if (refused !== undefined)
        return { answer: this.#answers.integrationError, ...called, reason: refused };
      const integrated = await integrate(routed, target, decision.identity, this.#invoker, this.#answers);
      return { ...integrated, ...called };
    } catch (error) {
      if (error instanceof FunctionNotLoaded) {
        return { answer: messageAnswer(502, error.message), ...called, reason: error.message };
      }
      if (error instanceof StoreNotThere)
        return { answer: comeAgain(error), ...called, reason: error.message };
      if (error instanceof NotJudged) return unsupported(error.message);
      return { answer: this.#answers.integrationError, ...called, reason: String(error) };
    }
  }

  /** Loaded for the first request that needs it: most programs have no mappings. */
  async #mapped(target: MappedTarget, routed: RoutedRequest): Promise<Handled> {
    const { runMapped } = await import("./integrations/mapped/mapped.ts");
    const needs = { invoker: this.#invoker, answers: this.#answers, endpoints: this.#endpoints };
    return runMapped(target, routed, needs);
  }

  async #operation(target: OperationTarget, routed: RoutedRequest): Promise<Handled> {
    const { callOperation } = await import("./integrations/service-operation.ts");
    return callOperation(target, routed, { answers: this.#answers, endpoints: this.#endpoints });
  }

  async #file(target: FilesTarget, { parameters }: RoutedRequest): Promise<Handled> {
    const answer = await fileAnswer(target, decodeURIComponent(parameters?.[REST_OF_PATH] ?? ""));
    return answer ? { answer } : { answer: noFile, reason: `there is no such file in ${target.root}` };
  }

  #tooLarge(request: HttpRequest, fields: HeaderFields): Handled | undefined {
    const head = requestLineBytes(request) + fields.bytes;
    if (head > limits.apiGateway.largestHead) {
      return {
        answer: headTooLarge,
        reason: `request line and headers are ${head} bytes, ${limits.apiGateway.largestHead} are allowed`,
      };
    }
    // A body announced as too large is not read at all.
    const body = Math.max(request.body.length, Number(fields.joined["content-length"] ?? 0));
    if (body > limits.apiGateway.largestBody)
      return { answer: this.#answers.tooLarge, reason: "the body is over 10 MB" };
    return undefined;
  }

  /** A named stage is the first segment of the path; of an HTTP API `$default` takes what no other stage does. */
  #findStage({ encodedPath }: RequestTarget): Staged | undefined {
    const isRest = this.api.protocol === "REST";
    const sent = isRest ? mergeFirstSlashes(encodedPath) : encodedPath;
    for (const stage of this.api.stages) {
      const prefix = `/${stage.name}`;
      if (sent !== prefix && !sent.startsWith(`${prefix}/`)) continue;
      const below = sent.slice(prefix.length) || "/";
      if (!isRest) return { stage, path: below, routePath: below };
      // A REST API minds neither slashes twice at the beginning nor one at the end.
      const path = mergeFirstSlashes(below);
      return { stage, path, routePath: path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path };
    }
    const stage = this.api.stages.find(({ name }) => name === "$default");
    return stage && { stage, path: encodedPath, routePath: encodedPath };
  }

  #noRoute(request: HttpRequest): Handled {
    if (this.api.cors && request.method === "OPTIONS") return { answer: emptyAnswer };
    return { answer: this.#answers.noRoute, reason: "no route matches" };
  }
}

function comeAgain({ message, retryAfter }: StoreNotThere): HttpAnswer {
  return messageAnswer(503, message, retryAfter === undefined ? [] : ["Retry-After", String(retryAfter)]);
}

function unsupported(reason: string): Handled {
  return { answer: messageAnswer(501, reason), reason };
}
