/** Static sites of buckets: an address on this machine for each, the same from start to start. A program without one costs nothing. */
import type { GetObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import type { RecordedResource } from "../../program/recording.ts";
import { whyForeign } from "../callers.ts";
import { readHeaderFields } from "../gateway/http/header-fields.ts";
import { type HttpAnswer, type HttpRequest, messageAnswer } from "../gateway/http/http-message.ts";
import { addressOf, closeOthers, type Served } from "../gateway/http/served.ts";
import { ApiServer } from "../gateway/http/server.ts";
import { operatorCredentials } from "../iam/credentials.ts";
import { keepPort } from "../kept-ports.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { answerSite, type ReadObject, type SiteObject } from "./answer.ts";
import { readWebsites, unservedWebsites, type Website, websiteParity } from "./declared.ts";

export interface WebsiteOptions {
  /** Where S3 is reached, once it is. */
  endpoint(): string | undefined;
  /** Defaults to 127.0.0.1. */
  host?: string;
}

/** What S3 hands on of an object. */
const FIELDS: [header: string, field: keyof GetObjectCommandOutput][] = [
  ["Content-Type", "ContentType"],
  ["Cache-Control", "CacheControl"],
  ["Content-Disposition", "ContentDisposition"],
  ["Content-Encoding", "ContentEncoding"],
  ["Content-Language", "ContentLanguage"],
];

export class WebsiteService implements Service {
  readonly name = "static sites";
  readonly #options: WebsiteOptions;
  readonly #host: string;
  /** By URN. */
  readonly #served = new Map<string, Served<Website>>();
  /** By region, made for the first page of it. */
  readonly #clients = new Map<string, S3Client>();

  constructor(options: WebsiteOptions) {
    this.#options = options;
    this.#host = options.host ?? "127.0.0.1";
  }

  parity(resource: RecordedResource): Parity | undefined {
    return websiteParity(resource);
  }

  /** Logical name of each and its address. */
  get urls(): Record<string, string> {
    return Object.fromEntries([...this.#served.values()].map(({ handler, url }) => [handler.name, url]));
  }

  async start(context: LocalContext): Promise<void> {
    for (const { name, why } of unservedWebsites(context.recording)) context.log(`Site of ${name}: ${why}.`);
    await this.update(context);
    for (const { handler, url } of this.#served.values())
      context.log(`Site of bucket ${handler.bucket}: ${url}`);
  }

  async update(context: LocalContext): Promise<void> {
    const sites = readWebsites(context.recording);
    for (const site of sites) {
      const known = this.#served.get(site.urn);
      if (known) known.handler = site;
      else await this.#serve(site, context);
    }
    await closeOthers(
      this.#served,
      sites.map(({ urn }) => urn),
    );
  }

  async stop(): Promise<void> {
    await closeOthers(this.#served, []);
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
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
    return answerSite(site, request, this.#reading(site.region));
  }

  /** The site itself judges who may read; the store is asked as by the person at this machine. */
  #reading(region: string): ReadObject {
    return async (Bucket, Key) => {
      // Loaded when somebody asks for a page.
      const { GetObjectCommand, S3Client } = await import("@aws-sdk/client-s3");
      const client =
        this.#clients.get(region) ??
        new S3Client({
          endpoint: this.#options.endpoint() ?? "",
          region,
          credentials: operatorCredentials,
          forcePathStyle: true,
          maxAttempts: 1,
        });
      this.#clients.set(region, client);
      try {
        return await siteObject(await client.send(new GetObjectCommand({ Bucket, Key })));
      } catch (error) {
        if ((error as Error).name === "NoSuchKey") return undefined;
        throw error;
      }
    };
  }
}

async function siteObject(output: GetObjectCommandOutput): Promise<SiteObject> {
  const headers = FIELDS.flatMap(([header, field]) => {
    const value = output[field];
    return typeof value === "string" ? [header, value] : [];
  });
  const modified = output.LastModified;
  return {
    headers: modified ? [...headers, "Last-Modified", modified.toUTCString()] : headers,
    etag: output.ETag ?? "",
    body: Buffer.from((await output.Body?.transformToByteArray()) ?? []),
  };
}
