/**
 * The console's HTTP server: this machine alone, one token a run, nobody else's pages. Serves the page's files and hands
 * everything below /api/ to the API.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type KeptPort, listenAgain } from "../local/kept-ports.ts";
import { readBody } from "../local/read-body.ts";
import { createServer } from "../shared/node-http.ts";

export interface Reply {
  status: number;
  type?: string;
  headers?: Record<string, string>;
  body: string | Buffer;
}

export interface ConsoleRequest {
  method: string;
  /** As it was sent, without query. */
  path: string;
  query: URLSearchParams;
  body: Buffer;
}

export interface ConsoleParts {
  /** Undefined for what is not there. */
  file(path: string): Promise<Reply | undefined>;
  api(asked: ConsoleRequest): Promise<Reply>;
  /** Server-sent events: `send` until `closed` is called. Gives what ends it. */
  live(send: (event: string, data: unknown) => void): () => void;
}

const LARGEST_BODY = 12 * 1024 * 1024;
/** How often a silent stream says that it is there. */
const BREATH_MS = 15_000;

const HEADERS = {
  // Everything from here, no inline script or style, and nothing that makes HTML of text.
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

export class ConsoleServer {
  readonly #parts: ConsoleParts;
  readonly #server: Server;
  readonly #token = randomBytes(24).toString("base64url");
  readonly #streams = new Set<ServerResponse>();
  #port = 0;

  constructor(parts: ConsoleParts) {
    this.#parts = parts;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else send(response, failure(500, error instanceof Error ? error.message : String(error)));
      });
    });
  }

  /** Where it did at the last start, if it can: somebody may have saved the address. */
  async listen(kept: KeptPort): Promise<void> {
    this.#port = await listenAgain(this.#server, kept);
    this.#server.unref();
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** With the token of this run: opened once, it leaves a cookie. */
  get url(): string {
    return `${this.origin}/?token=${this.#token}`;
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.end();
    const closed = new Promise((resolve) => this.#server.once("close", resolve));
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const foreign = this.#whyForeign(request);
    if (foreign !== undefined) {
      request.resume();
      return send(response, failure(403, foreign));
    }
    const url = new URL(request.url ?? "/", this.origin);
    const given = url.searchParams.get("token");
    if (given !== null && url.pathname === "/") {
      if (!this.#isToken(given)) return send(response, failure(401, WRONG_TOKEN));
      const cookie = `${this.#cookie}=${this.#token}; HttpOnly; SameSite=Strict; Path=/`;
      return send(response, { status: 303, headers: { location: "/", "set-cookie": cookie }, body: "" });
    }
    if (!this.#isKnown(request)) {
      request.resume();
      return send(response, failure(401, WRONG_TOKEN));
    }
    if (url.pathname === "/api/live") return this.#stream(request, response);
    if (!url.pathname.startsWith("/api/")) {
      return send(
        response,
        (await this.#parts.file(url.pathname)) ?? failure(404, `There is no ${url.pathname}.`),
      );
    }
    const body = await readBody(request, LARGEST_BODY);
    if (!body) return send(response, failure(413, `A request takes at most ${LARGEST_BODY} bytes.`));
    const { pathname: path, searchParams: query } = url;
    send(response, await this.#parts.api({ method: request.method ?? "GET", path, query, body }));
  }

  /** A page of any site can send requests here; none of them is answered. */
  #whyForeign({ headers }: IncomingMessage): string | undefined {
    const own = [`127.0.0.1:${this.#port}`, `localhost:${this.#port}`];
    const { host = "", origin } = headers;
    if (!own.includes(host)) return `Host ${JSON.stringify(host)} is not the console's: it is ${own[0]}.`;
    if (origin !== undefined && origin !== `http://${host}`)
      return `Origin ${JSON.stringify(origin)} is not the console's.`;
    const site = headers["sec-fetch-site"];
    const isNavigation = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
    if (site !== undefined && site !== "same-origin" && site !== "none" && !isNavigation)
      return "A page of another site may not ask the console.";
    return undefined;
  }

  /** Cookies know no port: two runs on one machine have names of their own. */
  get #cookie(): string {
    return `tandem_${this.#port}`;
  }

  #isKnown({ headers }: IncomingMessage): boolean {
    const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1];
    if (bearer !== undefined) return this.#isToken(bearer);
    const cookies = (headers.cookie ?? "").split(/; */);
    return cookies.some((cookie) => {
      const [name, value = ""] = cookie.split("=", 2);
      return name === this.#cookie && this.#isToken(value);
    });
  }

  #isToken(given: string): boolean {
    const [a, b] = [Buffer.from(given), Buffer.from(this.#token)];
    return a.length === b.length && timingSafeEqual(a, b);
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
    this.#streams.add(response);
    const end = this.#parts.live((event, data) => {
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    });
    const breath = setInterval(() => response.write(": here\n\n"), BREATH_MS);
    request.on("close", () => {
      clearInterval(breath);
      this.#streams.delete(response);
      end();
    });
  }
}

const WRONG_TOKEN =
  "This address needs the token of this run. Open the link that npm start printed in its last line; each start has a new one.";

export function failure(status: number, message: string): Reply {
  return { status, type: "application/json", body: JSON.stringify({ message }) };
}

export function json(value: unknown, status = 200): Reply {
  return { status, type: "application/json", body: JSON.stringify(value) };
}

function send(response: ServerResponse, { status, type, headers = {}, body }: Reply): void {
  response.writeHead(status, {
    ...HEADERS,
    ...(type === undefined ? {} : { "content-type": type }),
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
