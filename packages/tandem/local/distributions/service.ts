/** Distributions of CloudFront: an address on this machine for each, the same from start to start, without a cache. */
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { whyForeign } from "../callers.ts";
import type { Endpoint } from "../gateway/endpoints.ts";
import { readHeaderFields } from "../gateway/http/header-fields.ts";
import { type HttpAnswer, type HttpRequest, messageAnswer } from "../gateway/http/http-message.ts";
import { addressOf, closeOthers, handOver, type Served } from "../gateway/http/served.ts";
import { ApiServer } from "../gateway/http/server.ts";
import type { RequestLine } from "../gateway/service.ts";
import { keepPort } from "../kept-ports.ts";
import type { ServedAddress } from "../served-address.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { BucketReader } from "../websites/bucket-reader.ts";
import { answerDistribution } from "./answer.ts";
import { DISTRIBUTION, type Distribution, readDistributions } from "./declared.ts";
import { distributionParity } from "./parity.ts";

export interface DistributionOptions {
  /** Where S3 is reached, once it is. */
  endpoint(): string | undefined;
  /** Defaults to 127.0.0.1. */
  host?: string;
  onRequest?(line: RequestLine): void;
}

export class DistributionService implements Service {
  readonly name = "distributions";
  readonly #options: DistributionOptions;
  readonly #host: string;
  readonly #reader: BucketReader;
  /** By URN. */
  readonly #served = new Map<string, Served<Distribution>>();

  constructor(options: DistributionOptions) {
    this.#options = options;
    this.#host = options.host ?? "127.0.0.1";
    this.#reader = new BucketReader(options.endpoint);
  }

  parity(resource: RecordedResource, recording: Recording): Parity | undefined {
    return distributionParity(resource, recording);
  }

  addresses(): ServedAddress[] {
    return [...this.#served.values()].map(({ handler: { urn, name }, url }) => ({
      type: "DISTRIBUTION",
      id: urn,
      name,
      url,
    }));
  }

  /** One line a distribution. */
  endpoints(): Endpoint[] {
    return [...this.#served.values()].map(({ handler: { name }, url }) => ({
      ...{ api: name, method: "GET", path: "/", route: "/", url: `${url}/` },
      serves: `distribution ${name}`,
    }));
  }

  async start(context: LocalContext): Promise<void> {
    await this.update(context);
  }

  async update(context: LocalContext): Promise<void> {
    const { recording } = context;
    // Most programs have none, and to read what is around one takes time.
    const isDeclared = recording.resources.some(({ type }) => type === DISTRIBUTION);
    const declared = isDeclared ? readDistributions(recording) : [];
    const distributions = new Map(declared.map((one) => [one.urn, one]));
    await handOver(this.#served, distributions, (one) => this.#serve(one, context));
    await closeOthers(this.#served, [...distributions.keys()]);
  }

  async stop(): Promise<void> {
    await closeOthers(this.#served, []);
    this.#reader.close();
  }

  async #serve(distribution: Distribution, context: LocalContext): Promise<void> {
    const { urn, name, host } = distribution;
    const { ports, addresses, log } = context;
    const server = new ApiServer({
      respond: (request) => this.#respond(urn, request, context),
      onMistake: (error) => log(`The distribution ${name} failed: ${String(error)}`),
    });
    const kept = ports.of(`distribution ${name}`);
    const url = addressOf(this.#host, await keepPort((port) => server.listen(port, this.#host), kept));
    this.#served.set(urn, { handler: distribution, server, url });
    if (host === "") return;
    for (const scheme of ["https", "http"]) addresses.replace(`${scheme}://${host}`, url);
    addresses.replace(host, new URL(url).host);
  }

  async #respond(urn: string, request: HttpRequest, { addresses }: LocalContext): Promise<HttpAnswer> {
    const started = performance.now();
    const distribution = this.#served.get(urn)?.handler;
    if (!distribution) return messageAnswer(404, "Not Found");
    const foreign = whyForeign(readHeaderFields(request.rawHeaders).joined);
    if (foreign !== undefined) return messageAnswer(403, `Forbidden by the local run. ${foreign}.`);
    const { answer, reason } = await answerDistribution(distribution, request, {
      read: (region) => this.#reader.in(region),
      local: (host) => localOf(host, (address) => addresses.apply(address)),
    });
    this.#options.onRequest?.({
      api: distribution.name,
      method: request.method,
      path: request.target,
      status: answer.status,
      milliseconds: performance.now() - started,
      ...(reason === undefined ? {} : { reason }),
    });
    return answer;
  }
}

/** By TLS in the cloud, by HTTP here. */
function localOf(host: string, apply: (address: string) => string): URL {
  const url = new URL(apply(`https://${host}`));
  if (url.host !== host) url.protocol = "http:";
  return url;
}
