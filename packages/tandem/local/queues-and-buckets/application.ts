/**
 * What the library finds in the place of Fastify: takes its routes, its readers of bodies and what it adds to answers, and answers
 * a request by them. Fastify is a hundred modules for a server that nobody calls, half of what the thread took to start.
 */
import type { IncomingHttpHeaders } from "node:http";
import { type ParsedUrlQuery, parse } from "node:querystring";
import type { Answer, FrontRequest } from "../emulators/front.ts";

interface Asked {
  headers: IncomingHttpHeaders;
  /** `bucket`, and `*` for the key; decoded. */
  params: Record<string, string>;
  query: ParsedUrlQuery;
  body: unknown;
}

type Route = (request: Asked, reply: Reply) => unknown;

type Done = (error?: unknown, read?: unknown) => void;

interface BodyReader {
  parseAs: "string" | "buffer";
  read(request: undefined, body: string | Buffer, done: Done): void;
}

interface Hooks {
  /** Before an answer goes out. */
  onSend(request: Asked, reply: Reply, payload: unknown, done: Done): void;
  preClose(): void;
}

/** An answer while it is made. */
class Reply {
  statusCode = 200;
  readonly headers: Record<string, string> = {};
  payload: unknown;

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  header(name: string, value: unknown): this {
    this.headers[name.toLowerCase()] = String(value);
    return this;
  }

  hasHeader(name: string): boolean {
    return name.toLowerCase() in this.headers;
  }

  send(payload?: unknown): this {
    this.payload = payload;
    return this;
  }
}

export class Application {
  /** By method and pattern, of which two are asked: `/`, and `/:bucket/*` for a bucket by the key that is empty. */
  readonly #routes = new Map<string, Route>();
  /** By type, and `*` for all others. */
  readonly #readers = new Map<string, BodyReader>();
  readonly #hooks: { [Name in keyof Hooks]: Hooks[Name][] } = { onSend: [], preClose: [] };

  addContentTypeParser(
    type: string,
    { parseAs }: Pick<BodyReader, "parseAs">,
    read: BodyReader["read"],
  ): void {
    this.#readers.set(type, { parseAs, read });
  }

  /** Fastify's own, which are not here. */
  removeContentTypeParser(_type: string): void {}

  addHook<Name extends keyof Hooks>(name: Name, hook: Hooks[Name]): void {
    this.#hooks[name].push(hook);
  }

  route({ method, url, handler }: { method: string; url: string; handler: Route }): void {
    this.#routes.set(`${method} ${url}`, handler);
  }

  get(url: string, handler: Route): void {
    this.route({ method: "GET", url, handler });
  }

  head(url: string, handler: Route): void {
    this.route({ method: "HEAD", url, handler });
  }

  post(url: string, handler: Route): void {
    this.route({ method: "POST", url, handler });
  }

  put(url: string, handler: Route): void {
    this.route({ method: "PUT", url, handler });
  }

  delete(url: string, handler: Route): void {
    this.route({ method: "DELETE", url, handler });
  }

  /** Rejects with what a route throws. */
  async answer(request: FrontRequest): Promise<Answer> {
    const { method, url, headers } = request;
    const [path, search = ""] = split(url, "?");
    const [bucket, key = ""] = split(path.slice(1), "/");
    const pattern = bucket === "" ? "/" : "/:bucket/*";
    const route = this.#routes.get(`${method} ${pattern}`);
    if (!route) throw new Error(`fauxqs has no route ${method} ${pattern}`);
    const params = { bucket: decodeURIComponent(bucket), "*": decodeURIComponent(key) };
    const asked = { headers, params, query: parse(search), body: await this.#bodyOf(request) };
    const reply = new Reply();
    const result = await route(asked, reply);
    if (result !== undefined) reply.send(result);
    const body = written(reply.payload);
    for (const hook of this.#hooks.onSend)
      await new Promise<void>((done) => hook(asked, reply, body, () => done()));
    return { status: reply.statusCode, headers: reply.headers, body };
  }

  async #bodyOf({ headers, body }: FrontRequest): Promise<unknown> {
    const reader = this.#readers.get(headers["content-type"] ?? "*") ?? this.#readers.get("*");
    // Nothing is no JSON, of whatever type it is said to be.
    if (!reader || body.length === 0) return body;
    const given = reader.parseAs === "string" ? body.toString() : body;
    return new Promise((resolve, reject) => {
      reader.read(undefined, given, (error, read) => (error ? reject(error) : resolve(read)));
    });
  }

  close(): void {
    for (const hook of this.#hooks.preClose) hook();
  }
}

/** At the first separator. */
function split(text: string, separator: string): [before: string, behind?: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** The routes say the type of each. */
function written(payload: unknown): string | Buffer {
  if (payload === undefined) return "";
  return typeof payload === "string" || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
}

/** As the library calls it. */
export default function fastify(): Application {
  return new Application();
}
