/** The local API Gateway: one port an API, whatever functions stand behind. */

import type { RecordedResource, Recording } from "../../program/recording.ts";
import { UserError } from "../../shared/user-error.js";
import { whyForeign } from "../callers.ts";
import { DeploymentRefusals } from "../deployment-refusals.ts";
import type { Guard } from "../iam/guard.ts";
import type { Invoker } from "../invocation.ts";
import type { Observer, RequestEvent } from "../observer.ts";
import type { ServedAddress } from "../served-address.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import type { Api } from "./api.ts";
import { ApiHandler, type Handled } from "./api-handler.ts";
import { AuthorizerFactory } from "./declared/authorizer-factory.ts";
import { methodWarnings } from "./declared/integration-method.ts";
import { gatewayParity } from "./declared/parity.ts";
import { quotaWarnings } from "./declared/quotas.ts";
import { readApis } from "./declared/read-apis.ts";
import { responseRefusals } from "./declared/read-responses.ts";
import { validationRefusals } from "./declared/read-validation.ts";
import { type Endpoint, endpointsOf } from "./endpoints.ts";
import { gatewayAnswers } from "./gateway-answers.ts";
import { type HeaderFields, readHeaderFields } from "./http/header-fields.ts";
import { type HttpAnswer, type HttpRequest, messageAnswer } from "./http/http-message.ts";
import { addressOf, closeOthers, handOver, type Served } from "./http/served.ts";
import { ApiServer } from "./http/server.ts";
import type { LocalIssuer } from "./issuer/issuer.ts";
import { issuerAnswer } from "./issuer/issuer-endpoints.ts";
import { jwtIssuers } from "./issuer/jwt-issuers.ts";
import { KeyUsage } from "./keys/usage-plans.ts";
import type { SamplesRequest } from "./request-trace.ts";

export interface GatewayOptions {
  invoker: Invoker;
  /** Of the program as it is now. */
  guard(): Guard;
  /** Defaults to 127.0.0.1. */
  host?: string;
  /** Port of the first API, 0 for any; each further API takes the next free one. */
  port: number;
  onRequest?(line: RequestLine): void;
  observer?: Observer | undefined;
  /** Which requests X-Ray follows, of stages that it traces. */
  samples?: SamplesRequest | undefined;
  /** Where what AWS refuses is told. */
  refusals?: DeploymentRefusals;
}

/** One line of the access log. */
export interface RequestLine {
  api: string;
  method: string;
  path: string;
  status: number;
  milliseconds: number;
  /** Physical name of the function. */
  function?: string;
  /** Why the gateway, not the function, answered so. */
  reason?: string;
  /** Id that the caller was told. */
  requestId?: string;
  /** Id of the function's invocation. */
  invocation?: string;
}

export class GatewayService implements Service {
  readonly name = "gateway";
  readonly #options: GatewayOptions;
  readonly #host: string;
  readonly #refusals: DeploymentRefusals;
  /** By URN of the API. */
  readonly #served = new Map<string, Served<ApiHandler>>();
  readonly #usage = new KeyUsage();
  #issuer: LocalIssuer | undefined;
  /** The name that tokens carry; undefined when no route asks for a token. */
  #issuerName: string | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#refusals = options.refusals ?? new DeploymentRefusals();
    this.#host = options.host ?? "127.0.0.1";
  }

  parity(resource: RecordedResource, recording: Recording): Parity | undefined {
    return gatewayParity(resource, recording);
  }

  /** Address of the first API; undefined while nothing is served. */
  get url(): string | undefined {
    return this.#served.values().next().value?.url;
  }

  addresses(): ServedAddress[] {
    return [...this.#served.values()].map(({ handler: { api }, url }) => ({
      type: api.protocol,
      id: api.id,
      name: api.name,
      url,
    }));
  }

  /** What can be called, in the order of declaration. */
  endpoints(): Endpoint[] {
    return [...this.#served.values()].flatMap(({ handler, url }) => endpointsOf(handler.api, url));
  }

  async start(context: LocalContext): Promise<void> {
    const { recording, log } = context;
    for (const line of [...quotaWarnings(recording), ...methodWarnings(recording)]) log(line);
    await this.update(context);
  }

  /** Requests under way end on the old routes, the next ones take the new. */
  async update(context: LocalContext): Promise<void> {
    const { recording } = context;
    const refused = [...(await validationRefusals(recording)), ...responseRefusals(recording)];
    this.#refusals.report(refused, context.log);
    this.#issuerName = jwtIssuers(recording)[0]?.issuer;
    if (this.#issuerName !== undefined) this.#issuer ??= await openIssuer(context.dataFolder("issuer"));
    const { invoker, samples } = this.#options;
    const authorizers = new AuthorizerFactory(recording, {
      invoker,
      guard: this.#options.guard(),
      usage: this.#usage,
      ...(this.#issuer ? { issuer: this.#issuer } : {}),
    });
    const endpoints = (service: string) => endpointOf(service, context);
    const apis = readApis(recording, authorizers);
    const handlers = new Map(
      apis.map((api) => [api.urn, new ApiHandler(api, { invoker, samples, endpoints })]),
    );
    await handOver(this.#served, handlers, (handler) => this.#serve(handler, context));
    await closeOthers(this.#served, [...handlers.keys()]);
  }

  async stop(): Promise<void> {
    await closeOthers(this.#served, []);
  }

  async #serve(handler: ApiHandler, context: LocalContext): Promise<void> {
    const { api } = handler;
    const server = new ApiServer({
      respond: (request) => this.#respond(api.urn, request),
      onMistake: (error) => context.log(`The gateway failed: ${stackOf(error)}`),
    });
    const port = await this.#listen(server);
    const url = addressOf(this.#host, port);
    this.#served.set(api.urn, { handler, server, url });
    context.addresses.replace(api.endpoint, url);
    if (api.stages.length === 0) {
      context.log(`API ${api.name} has no stage: as in the cloud, every request to it answers 404.`);
    }
  }

  async #listen(server: ApiServer): Promise<number> {
    const ports = [...this.#served.values()].map(({ server: { port } }) => port);
    const isFirst = ports.length === 0;
    let port = this.#options.port === 0 || isFirst ? this.#options.port : Math.max(...ports) + 1;
    for (;;) {
      try {
        return await server.listen(port, this.#host);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === "EADDRINUSE" && !isFirst && port < 65_535) {
          port += 1;
          continue;
        }
        throw new UserError(portMessage(code, port, this.#host, message));
      }
    }
  }

  async #respond(urn: string, request: HttpRequest): Promise<HttpAnswer> {
    const started = performance.now();
    const served = this.#served.get(urn);
    if (!served) return gatewayAnswers("HTTP").noRoute;
    const { handler, url } = served;
    const fields = readHeaderFields(request.rawHeaders);
    const { joined } = fields;
    const foreign = whyForeign(fields.joined, (origin) => handler.allowsOrigin(request, origin));
    if (foreign !== undefined)
      return this.#report(handler.api, request, started, joined, {
        answer: forbidden(foreign),
        reason: foreign,
      });
    if (this.#issuer && this.#issuerName !== undefined && request.target.startsWith("/_tandem/")) {
      const answer = issuerAnswer(request.target, url, this.#issuerName, this.#issuer.publicKeys);
      if (answer) return answer;
    }
    return this.#report(handler.api, request, started, joined, await handler.handle(request, fields));
  }

  /** The answer, once a line of the access log says it. */
  #report(
    api: Api,
    request: HttpRequest,
    started: number,
    fields: HeaderFields["joined"],
    handled: Handled,
  ): HttpAnswer {
    const { method, target } = request;
    const { answer, functionName, invocationId, reason, requestId } = handled;
    const milliseconds = performance.now() - started;
    this.#options.observer?.request(happened(api, request, { started, milliseconds }, fields, handled));
    this.#options.onRequest?.({
      api: api.name,
      method,
      path: target,
      status: answer.status,
      milliseconds,
      ...(functionName === undefined ? {} : { function: functionName }),
      ...(reason === undefined ? {} : { reason }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(invocationId === undefined ? {} : { invocation: invocationId }),
    });
    return answer;
  }
}

function happened(
  api: Api,
  { time, method, target, rawHeaders, body }: HttpRequest,
  { started, milliseconds }: Pick<RequestEvent, "started" | "milliseconds">,
  fields: HeaderFields["joined"],
  { answer, functionName, invocationId, reason, route, traced }: Handled,
): RequestEvent {
  return {
    time,
    started,
    milliseconds,
    api: api.name,
    apiId: api.id,
    protocol: api.protocol,
    stage: stageOf(api, target),
    route,
    method,
    target,
    headers: rawHeaders,
    body,
    status: answer.status,
    answerHeaders: answer.headers,
    answerBody: answer.body,
    functionName,
    invocationId,
    reason,
    traceHeader: fields["x-amzn-trace-id"],
    traced,
  };
}

/** Services that share an endpoint have its variable. */
function endpointOf(service: string, { addresses }: LocalContext): URL | undefined {
  const variables = addresses.variables();
  const address = variables[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? variables.AWS_ENDPOINT_URL;
  return address === undefined ? undefined : new URL(address);
}

/** Cheaper than carrying it through every step of a request. */
function stageOf({ stages }: Api, target: string): string | undefined {
  let found: string | undefined;
  for (const { name } of stages) {
    if (name === "$default") found ??= name;
    const next = target[name.length + 1];
    const ends = next === undefined || next === "/" || next === "?";
    if (ends && target.startsWith(name, 1)) return name;
  }
  return found;
}

function forbidden(why: string): HttpAnswer {
  return messageAnswer(403, `Forbidden by the local run. ${why}.`);
}

/** Loaded only where a route asks for tokens: what checks signatures takes longer to load than the gateway. */
async function openIssuer(folder: string): Promise<LocalIssuer> {
  const { LocalIssuer } = await import("./issuer/issuer.ts");
  return LocalIssuer.open(folder);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function portMessage(code: string | undefined, port: number, host: string, message: string): string {
  if (code === "EADDRINUSE") {
    return `Port ${port} on ${host} is taken by another process, maybe another local run. End that one, or choose a port with --port, e.g. --port ${port + 1}.`;
  }
  if (code === "EACCES")
    return `Port ${port} may not be opened by this user. Choose one above 1023 with --port.`;
  return `The gateway cannot listen on ${host}:${port}: ${message}`;
}
