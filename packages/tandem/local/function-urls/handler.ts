/** One function URL at work: request in, answer out, no socket. Preflight, caller, size, function: the order of the cloud. */
import limits from "../../shared/aws/limits.cjs";
import { allowedOrigin, type CorsRules, corsHeaders, isPreflight, preflightAnswer } from "../gateway/cors.ts";
import { type HeaderFields, readHeaderFields } from "../gateway/http/header-fields.ts";
import type { HttpAnswer, HttpRequest, StreamedAnswer } from "../gateway/http/http-message.ts";
import { readTarget } from "../gateway/http/request-target.ts";
import { isEventTooLarge } from "../gateway/integrations/limits.ts";
import { newTraceId } from "../gateway/payloads/identifiers.ts";
import { failureOf } from "../gateway/payloads/response.ts";
import { responseV2 } from "../gateway/payloads/response-v2.ts";
import type { Guard } from "../iam/guard.ts";
import type { InvokeOptions, InvokeResult, Invoker } from "../invocation.ts";
import { StoreNotThere } from "../mongodb/late-store.ts";
import { FunctionNotLoaded, InvalidRuntimeException, ResourceNotFoundException } from "../workers/lookup.ts";
import { forbidden, functionError, ownAnswer, throttled, tooLarge } from "./answers.ts";
import { authorize } from "./authorization.ts";
import type { FunctionUrl } from "./declared.ts";
import { type UrlEvent, urlEvent } from "./event.ts";
import { FunctionStream } from "./streamed-answer.ts";

export interface UrlHandled {
  answer: HttpAnswer | StreamedAnswer;
  requestId: string;
  /** Value of X-Amzn-Trace-Id. */
  trace: string;
  /** Whether the request came as far as the function. */
  invoked: boolean;
  /** Why the answer is not the function's own, for the person at the terminal. */
  reason?: string;
  /** Of an answer that streams: what was sent in the end, and why no more. */
  sent?: Promise<{ body: Buffer; reason?: string }>;
}

type Answered = Pick<UrlHandled, "answer" | "reason" | "sent"> & { invoked?: boolean };

const JSON_TYPE = "application/json";

export class UrlHandler {
  readonly url: FunctionUrl;
  readonly #invoker: Invoker;
  readonly #guard: () => Guard;

  constructor(url: FunctionUrl, invoker: Invoker, guard: () => Guard) {
    this.url = url;
    this.#invoker = invoker;
    this.#guard = guard;
  }

  async handle(
    request: HttpRequest,
    requestId: string,
    fields = readHeaderFields(request.rawHeaders),
  ): Promise<UrlHandled> {
    const trace = fields.joined["x-amzn-trace-id"] ?? newTraceId(request.time);
    const { invoked = false, answer, ...handled } = await this.#answer(request, { requestId, trace, fields });
    const headers = [...answer.headers, "x-amzn-RequestId", requestId, "X-Amzn-Trace-Id", trace];
    return { ...handled, invoked, requestId, trace, answer: { ...answer, headers } };
  }

  /** Without rules of the URL the function answers preflights itself. */
  allowsOrigin(origin: string): boolean {
    const { cors } = this.url;
    return !cors || allowedOrigin(cors, origin) !== undefined;
  }

  async #answer(request: HttpRequest, context: RequestContext): Promise<Answered> {
    const { cors } = this.url;
    const { origin } = context.fields.joined;
    if (!cors) return this.#called(request, context);
    if (isPreflight(request.method, context.fields.joined))
      return { answer: { ...preflightAnswer(cors, origin), status: 200 } };
    const answered = await this.#called(request, context);
    return { ...answered, answer: withOwnCors(answered.answer, cors, origin) };
  }

  async #called(request: HttpRequest, { requestId, trace, fields }: RequestContext): Promise<Answered> {
    const bytes = Math.max(request.body.length, Number(fields.joined["content-length"] ?? 0));
    if (bytes > limits.lambda.largestEvent) return { answer: tooLarge, reason: "the body is over 6 MB" };
    const authorization = authorize(this.url, request, fields, this.#guard());
    if (!authorization.allowed) return authorization;
    const { identity } = authorization;
    addOwnHeaders(fields, request, trace);
    const event = urlEvent(this.url, {
      request,
      target: readTarget(request.target),
      fields,
      requestId,
      identity,
    });
    if (isEventTooLarge(event, request.body.length))
      return { answer: tooLarge, reason: "the event is more than the 6 MB that Lambda takes" };
    const options: InvokeOptions = { caller: "url", traceHeader: trace, requestId };
    try {
      const answered = await (this.url.streams
        ? this.#streamed(event, options)
        : this.#whole(event, options));
      return { ...answered, invoked: true };
    } catch (error) {
      return notCalled(error);
    }
  }

  async #whole(event: UrlEvent, options: InvokeOptions): Promise<Answered> {
    const result = await this.#invoker.invoke(this.url.functionArn, event, options);
    const failed = failedAnswer(result);
    if (failed) return failed;
    const formatted = formattedOf(result.payload);
    return "bad" in formatted ? { answer: functionError, reason: formatted.bad } : { answer: formatted };
  }

  async #streamed(event: UrlEvent, options: InvokeOptions): Promise<Answered> {
    const stream = new FunctionStream();
    const running = this.#invoker.invoke(this.url.functionArn, event, { ...options, stream });
    const sent = running.then((result) => {
      const failed = failedAnswer(result);
      if (failed) stream.fail(new Error(failed.reason));
      else stream.end();
      return { body: stream.kept, ...(failed?.reason === undefined ? {} : { reason: failed.reason }) };
    });
    // Whatever is thrown is told by whoever waits for the invocation itself.
    sent.catch(() => {});
    const head = stream.head.then((answer): Answered => ({ answer, sent }));
    head.catch(() => {});
    const first = await Promise.race([
      head,
      running.then(
        () => undefined,
        () => undefined,
      ),
    ]).catch((error: Error): Answered => ({ answer: functionError, reason: error.message }));
    if (first) return first;
    const result = await running;
    const failed = failedAnswer(result);
    if (failed) return failed;
    // It may have streamed so little that head and end came together.
    if (result.payload === undefined && stream.hasBegun)
      return head.catch((error: Error) => ({ answer: functionError, reason: error.message }));
    // A handler that does not stream: what it returned goes out as it is, nothing is read out of it.
    return { answer: { status: 200, headers: ["Content-Type", JSON_TYPE], body: result.payload ?? "null" } };
  }
}

interface RequestContext {
  requestId: string;
  trace: string;
  fields: HeaderFields;
}

function failedAnswer(result: InvokeResult): { answer: HttpAnswer; reason: string } | undefined {
  const failed = failureOf(result);
  return failed && { answer: failed.isThrottled ? throttled : functionError, reason: failed.reason };
}

/** What a streaming handler wrote where the URL does not stream may be no JSON: it then is the body. */
function formattedOf(payload: string | undefined): HttpAnswer | { bad: string } {
  try {
    return responseV2(payload, JSON_TYPE);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { status: 200, headers: ["Content-Type", JSON_TYPE], body: payload ?? "" };
  }
}

function notCalled(error: unknown): Answered {
  if (error instanceof ResourceNotFoundException) return { answer: forbidden, reason: error.message };
  if (error instanceof FunctionNotLoaded)
    return { answer: ownAnswer(502, error.message), reason: error.message };
  if (error instanceof InvalidRuntimeException)
    return { answer: ownAnswer(501, error.message), reason: error.message };
  if (error instanceof StoreNotThere) {
    const retry = error.retryAfter === undefined ? [] : ["Retry-After", String(error.retryAfter)];
    return { answer: ownAnswer(503, error.message, retry), reason: error.message };
  }
  return { answer: functionError, reason: String(error) };
}

/** Those of the function stay beside those of the URL, also where both say the same: so does Lambda. */
function withOwnCors<A extends HttpAnswer | StreamedAnswer>(
  answer: A,
  rules: CorsRules,
  origin: string | undefined,
): A {
  return { ...answer, headers: [...answer.headers, ...corsHeaders(rules, origin)] };
}

function addOwnHeaders({ joined }: HeaderFields, { sourceIp, port }: HttpRequest, trace: string): void {
  const forwarded = joined["x-forwarded-for"];
  joined["x-amzn-trace-id"] = trace;
  joined["x-forwarded-for"] = forwarded === undefined ? sourceIp : `${forwarded}, ${sourceIp}`;
  joined["x-forwarded-port"] = String(port);
  joined["x-forwarded-proto"] = "http";
}
