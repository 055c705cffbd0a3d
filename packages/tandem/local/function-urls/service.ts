/** Function URLs: an address on this machine for each, the same from start to start. A program without one costs nothing. */
import { randomUUID } from "node:crypto";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import limits from "../../shared/aws/limits.cjs";
import { whyForeign } from "../callers.ts";
import type { Endpoint } from "../gateway/endpoints.ts";
import { readHeaderFields } from "../gateway/http/header-fields.ts";
import {
  type HttpAnswer,
  type HttpRequest,
  isStreamed,
  messageAnswer,
  type StreamedAnswer,
} from "../gateway/http/http-message.ts";
import { addressOf, closeOthers, handOver, type Served } from "../gateway/http/served.ts";
import { ApiServer, DEFAULT_TIMEOUTS } from "../gateway/http/server.ts";
import type { RequestLine } from "../gateway/service.ts";
import type { Guard } from "../iam/guard.ts";
import type { Invoker } from "../invocation.ts";
import { keepPort } from "../kept-ports.ts";
import type { Observer } from "../observer.ts";
import type { ServedAddress } from "../served-address.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { noSuchUrl } from "./answers.ts";
import { functionUrlParity, readFunctionUrls } from "./declared.ts";
import { type UrlHandled, UrlHandler } from "./handler.ts";

export interface FunctionUrlOptions {
  invoker: Invoker;
  /** Of the program as it is now. */
  guard(): Guard;
  /** Defaults to 127.0.0.1. */
  host?: string;
  onRequest?(line: RequestLine): void;
  observer?: Observer | undefined;
}

/** A function may take its whole time before it says anything. */
const TIMEOUTS = { ...DEFAULT_TIMEOUTS, idle: (limits.lambda.timeout.longest + 5) * 1_000 };

export class FunctionUrlService implements Service {
  readonly name = "function URLs";
  readonly #options: FunctionUrlOptions;
  readonly #host: string;
  /** By URN. */
  readonly #served = new Map<string, Served<UrlHandler>>();

  constructor(options: FunctionUrlOptions) {
    this.#options = options;
    this.#host = options.host ?? "127.0.0.1";
  }

  parity(resource: RecordedResource, recording: Recording): Parity | undefined {
    return functionUrlParity(resource, recording);
  }

  addresses(): ServedAddress[] {
    return [...this.#served.values()].map(({ handler, url }) => ({
      type: "URL",
      id: handler.url.id,
      name: handler.url.name,
      url,
    }));
  }

  endpoints(): Endpoint[] {
    return [...this.#served.values()].map(({ handler, url }) => ({
      api: handler.url.name,
      method: "ANY",
      path: "/",
      route: "$default",
      url: `${url}/`,
      function: handler.url.functionName,
      ...(handler.url.authorization === "NONE" ? {} : { authorization: handler.url.authorization }),
    }));
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  async update(context: LocalContext): Promise<void> {
    const { invoker, guard } = this.#options;
    const urls = readFunctionUrls(context.recording);
    const handlers = new Map(urls.map((url) => [url.urn, new UrlHandler(url, invoker, guard)]));
    await handOver(this.#served, handlers, (handler) => this.#serve(handler, context));
    await closeOthers(this.#served, [...handlers.keys()]);
  }

  async stop(): Promise<void> {
    await closeOthers(this.#served, []);
  }

  async #serve(handler: UrlHandler, { ports, addresses, log }: LocalContext): Promise<void> {
    const { urn, name, endpoint } = handler.url;
    const server = new ApiServer({
      respond: (request) => this.#respond(urn, request),
      onMistake: (error) => log(`The function URL ${name} failed: ${String(error)}`),
      timeouts: TIMEOUTS,
    });
    const kept = ports.of(`function URL ${name}`);
    const url = addressOf(this.#host, await keepPort((port) => server.listen(port, this.#host), kept));
    this.#served.set(urn, { handler, server, url });
    addresses.replace(endpoint, url);
  }

  async #respond(urn: string, request: HttpRequest): Promise<HttpAnswer | StreamedAnswer> {
    const started = performance.now();
    const handler = this.#served.get(urn)?.handler;
    if (!handler) return noSuchUrl;
    const fields = readHeaderFields(request.rawHeaders);
    const foreign = whyForeign(fields.joined, (origin) => handler.allowsOrigin(origin));
    if (foreign !== undefined) return messageAnswer(403, `Forbidden by the local run. ${foreign}.`);
    const handled = await handler.handle(request, randomUUID(), fields);
    const { answer, sent } = handled;
    const report = (outcome: UrlHandled, body: string | Buffer) =>
      this.#report(handler, request, outcome, started, body);
    if (!isStreamed(answer)) report(handled, answer.body);
    else
      void sent?.then(
        ({ body, reason }) => report(reason === undefined ? handled : { ...handled, reason }, body),
        (error: unknown) => report({ ...handled, reason: String(error) }, ""),
      );
    return answer;
  }

  #report(
    { url }: UrlHandler,
    { time, method, target, rawHeaders, body }: HttpRequest,
    { answer, requestId, invoked, reason, trace }: UrlHandled,
    started: number,
    answerBody: string | Buffer,
  ): void {
    const milliseconds = performance.now() - started;
    const known = reason === undefined ? {} : { reason };
    const { status } = answer;
    this.#options.observer?.request({
      time,
      started,
      milliseconds,
      api: url.name,
      apiId: url.id,
      protocol: "URL",
      method,
      target,
      headers: rawHeaders,
      body,
      status,
      answerHeaders: answer.headers,
      answerBody,
      functionName: url.functionName,
      ...(invoked ? { invocationId: requestId } : {}),
      ...known,
      traceHeader: trace,
    });
    this.#options.onRequest?.({
      api: url.name,
      method,
      path: target,
      status,
      milliseconds,
      function: url.functionName,
      requestId,
      ...known,
      ...(invoked ? { invocation: requestId } : {}),
    });
  }
}
