/** WebSocket APIs: an address on this machine for each, the same from start to start. A program without one costs nothing. */
import { hostname, networkInterfaces } from "node:os";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { whyForeign } from "../callers.ts";
import { reportCalls } from "../emulators/call-reports.ts";
import type { Answered, FrontRequest } from "../emulators/front.ts";
import { AuthorizerFactory } from "../gateway/declared/authorizer-factory.ts";
import type { Endpoint } from "../gateway/endpoints.ts";
import { readHeaderFields } from "../gateway/http/header-fields.ts";
import { type HttpAnswer, type HttpRequest, messageAnswer } from "../gateway/http/http-message.ts";
import { addressOf, closeOthers, handOver, type Served } from "../gateway/http/served.ts";
import { ApiServer } from "../gateway/http/server.ts";
import type { RequestLine } from "../gateway/service.ts";
import type { IamService } from "../iam/service.ts";
import type { Invoker } from "../invocation.ts";
import { keepPort } from "../kept-ports.ts";
import type { Observer } from "../observer.ts";
import type { ServedAddress } from "../served-address.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { own } from "./answers.ts";
import type { ConnectionClock } from "./connection.ts";
import { Connections } from "./connections.ts";
import { CONNECT, readWebSocketApis, type WebSocketApi } from "./declared.ts";
import { WebSocketHandler } from "./handler.ts";
import { isManagement, manage } from "./management.ts";
import { webSocketParity } from "./parity.ts";
import { reporting } from "./reports.ts";

export interface WebSocketOptions {
  invoker: Invoker;
  iam: IamService;
  /** Defaults to 127.0.0.1. */
  host?: string;
  onRequest?(line: RequestLine): void;
  observer?: Observer | undefined;
  /** Limits of a connection, where a test has no time for those of AWS. */
  clock?: ConnectionClock;
}

const LOOPBACK = ["127.0.0.1", "localhost", "::1", "[::1]"];
const HTTPS_PORT = 443;

export class WebSocketService implements Service {
  readonly name = "WebSocket APIs";
  /** Stops before the functions do: they hear of the connections that end with the run. */
  readonly connections: Service = {
    name: "WebSocket connections",
    parity: () => undefined,
    start: async () => {},
    stop: () => this.#connections.end(() => true),
  };
  readonly #options: WebSocketOptions;
  readonly #host: string;
  /** By URN. */
  readonly #served = new Map<string, Served<WebSocketHandler>>();
  readonly #connections: Connections;
  readonly #answered: Answered | undefined;
  #log: (line: string) => void = () => {};

  constructor(options: WebSocketOptions) {
    const { observer, onRequest, clock } = options;
    this.#options = options;
    this.#host = options.host ?? "127.0.0.1";
    this.#answered = observer && reportCalls((calls) => observer.calls({ store: "WebSocket", ...calls }));
    this.#connections = new Connections({
      handler: (urn) => this.#served.get(urn)?.handler,
      report: reporting(observer, onRequest),
      onMistake: (error) => this.#log(`A WebSocket API failed: ${String(error)}`),
      clock,
    });
  }

  parity(resource: RecordedResource, recording: Recording): Parity | undefined {
    return webSocketParity(resource, recording);
  }

  addresses(): ServedAddress[] {
    return [...this.#served.values()].map(({ handler: { api }, url }) => ({
      type: "WEBSOCKET",
      id: api.id,
      name: api.name,
      url,
    }));
  }

  endpoints(): Endpoint[] {
    return [...this.#served.values()].flatMap(({ handler, url }) => endpointsOf(handler.api, url));
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  /** Connections stay open; what comes by them is taken by the program as it is now. */
  async update(context: LocalContext): Promise<void> {
    const { recording, log } = context;
    const { invoker, iam } = this.#options;
    this.#log = log;
    const authorizers = new AuthorizerFactory(recording, { invoker, guard: iam.guard });
    const apis = readWebSocketApis(recording, authorizers);
    const handlers = new Map(apis.map((api) => [api.urn, new WebSocketHandler(api, invoker)]));
    await handOver(this.#served, handlers, (handler) => this.#serve(handler, context));
    await this.#connections.end((urn) => !handlers.has(urn));
    await closeOthers(this.#served, [...handlers.keys()]);
  }

  async stop(): Promise<void> {
    await closeOthers(this.#served, []);
  }

  async #serve(handler: WebSocketHandler, { ports, addresses, log }: LocalContext): Promise<void> {
    const { urn, name, endpoint, stages } = handler.api;
    await this.#connections.prepare();
    const server = new ApiServer({
      respond: (request) => this.#respond(urn, request),
      upgrade: (request, connection) => this.#connections.upgrade(urn, request, connection),
      onMistake: (error) => log(`The WebSocket API ${name} failed: ${String(error)}`),
    });
    const kept = ports.of(`WebSocket API ${name}`);
    const port = await keepPort((at) => server.listen(at, this.#host), kept);
    const url = addressOf(this.#host, port).replace(/^http:/, "ws:");
    this.#served.set(urn, { handler, server, url });
    const cloud = endpoint.replace("https://", "");
    const local = url.replace("ws://", "");
    addresses.replace(`wss://${cloud}`, url);
    addresses.replace(endpoint, `http://${local}`);
    addresses.replace(cloud, local);
    // Functions put https before the host that an event says.
    addresses.withoutTls(
      [`${cloud}:${HTTPS_PORT}`, ...this.#ownNames().map((own) => `${own}:${port}`)],
      port,
    );
    if (stages.length === 0)
      log(`WebSocket API ${name} has no stage: as in the cloud, no connection to it opens.`);
  }

  /** By which clients may call this machine. */
  #ownNames(): string[] {
    if (LOOPBACK.includes(this.#host)) return LOOPBACK;
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    return [...LOOPBACK, hostname(), ...addresses.map(({ address }) => address)];
  }

  async #respond(urn: string, request: HttpRequest): Promise<HttpAnswer> {
    const { joined: headers } = readHeaderFields(request.rawHeaders);
    const handler = this.#served.get(urn)?.handler;
    // By the name that the cloud gives it a function alone can call: no resolver leads there.
    const host = handler && headers.host === new URL(handler.api.endpoint).host ? undefined : headers.host;
    const foreign = whyForeign({ ...headers, host });
    if (foreign !== undefined) return messageAnswer(403, `Forbidden by the local run. ${foreign}.`);
    if (!handler || !isManagement(request.target))
      return messageAnswer(own.forbidden.status, own.forbidden.message);
    const started = performance.now();
    const { method, target: url, body } = request;
    const gone = () => false;
    const asked: FrontRequest = {
      method,
      url,
      headers,
      body,
      gone,
      ...(this.#answered ? { decisions: [] } : {}),
    };
    const answer = manage(asked, {
      api: handler.api,
      guard: this.#options.iam.guard,
      connection: (id) => this.#connections.get(urn, id),
      onRefusal: (refusal) => this.#options.iam.report(refusal, this.#log),
    });
    this.#answered?.(asked, { ...answer, headers: {} }, started);
    return answer;
  }
}

function endpointsOf(api: WebSocketApi, url: string): Endpoint[] {
  return api.stages.flatMap(({ name, socketRoutes }) =>
    [...socketRoutes.values()].map(({ key, target, authorizer }) => ({
      api: api.name,
      method: key,
      path: `/${name}`,
      route: "/",
      url: `${url}/${name}`,
      ...(target.kind === "lambda" ? { function: target.functionName } : {}),
      // Nobody is asked again once a connection is open.
      ...(key === CONNECT && authorizer.label !== undefined ? { authorization: authorizer.label } : {}),
    })),
  );
}
