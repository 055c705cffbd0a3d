/** Static sites of buckets: an address on this machine for each, the same from start to start. A program without one costs nothing. */
import type { RecordedResource } from "../../program/recording.ts";
import { whyForeign } from "../callers.ts";
import type { Endpoint } from "../gateway/endpoints.ts";
import { readHeaderFields } from "../gateway/http/header-fields.ts";
import { type HttpAnswer, type HttpRequest, messageAnswer } from "../gateway/http/http-message.ts";
import { addressOf, closeOthers, handOver, type Served } from "../gateway/http/served.ts";
import { ApiServer } from "../gateway/http/server.ts";
import { keepPort } from "../kept-ports.ts";
import type { ServedAddress } from "../served-address.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { answerSite } from "./answer.ts";
import { BucketReader } from "./bucket-reader.ts";
import { readWebsites, unservedWebsites, type Website, websiteParity } from "./declared.ts";

export interface WebsiteOptions {
  /** Where S3 is reached, once it is. */
  endpoint(): string | undefined;
  /** Defaults to 127.0.0.1. */
  host?: string;
}

export class WebsiteService implements Service {
  readonly name = "static sites";
  readonly #host: string;
  /** By URN. */
  readonly #served = new Map<string, Served<Website>>();
  readonly #reader: BucketReader;

  constructor(options: WebsiteOptions) {
    this.#reader = new BucketReader(options.endpoint);
    this.#host = options.host ?? "127.0.0.1";
  }

  parity(resource: RecordedResource): Parity | undefined {
    return websiteParity(resource);
  }

  addresses(): ServedAddress[] {
    return [...this.#served.values()].map(({ handler: { urn, name }, url }) => ({
      type: "SITE",
      id: urn,
      name,
      url,
    }));
  }

  /** One line a site. */
  endpoints(): Endpoint[] {
    return [...this.#served.values()].map(({ handler: { name, bucket }, url }) => ({
      ...{ api: name, method: "GET", path: "/", route: "/", url: `${url}/` },
      serves: `site of ${bucket}`,
    }));
  }

  async start(context: LocalContext): Promise<void> {
    for (const { name, why } of unservedWebsites(context.recording)) context.log(`Site of ${name}: ${why}.`);
    await this.update(context);
  }

  async update(context: LocalContext): Promise<void> {
    const sites = new Map(readWebsites(context.recording).map((site) => [site.urn, site]));
    await handOver(this.#served, sites, (site) => this.#serve(site, context));
    await closeOthers(this.#served, [...sites.keys()]);
  }

  async stop(): Promise<void> {
    await closeOthers(this.#served, []);
    this.#reader.close();
  }

  async #serve(site: Website, { ports, addresses, log }: LocalContext): Promise<void> {
    const { urn, name, host } = site;
    const server = new ApiServer({
      respond: (request) => this.#respond(urn, request),
      onMistake: (error) => log(`The site of ${name} failed: ${String(error)}`),
    });
    const kept = ports.of(`site ${name}`);
    const url = addressOf(this.#host, await keepPort((port) => server.listen(port, this.#host), kept));
    this.#served.set(urn, { handler: site, server, url });
    if (host === "") return;
    addresses.replace(`http://${host}`, url);
    addresses.replace(host, new URL(url).host);
  }

  async #respond(urn: string, request: HttpRequest): Promise<HttpAnswer> {
    const site = this.#served.get(urn)?.handler;
    if (!site) return messageAnswer(404, "Not Found");
    const foreign = whyForeign(readHeaderFields(request.rawHeaders).joined);
    if (foreign !== undefined) return messageAnswer(403, `Forbidden by the local run. ${foreign}.`);
    return answerSite(site, request, this.#reader.in(site.region));
  }
}
