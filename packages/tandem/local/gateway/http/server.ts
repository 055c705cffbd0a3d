/**
 * The socket side: node:http, one server an API. Reads bodies up to their limit, cuts off slow clients, answers what is
 * not HTTP with 400, and never lets a request end the process.
 */

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import limits from "../../../shared/aws/limits.cjs";
import { createServer, STATUS_CODES } from "../../../shared/node-http.ts";
import { isPaused } from "../../pausable-clock.ts";
import {
  type HttpAnswer,
  type HttpRequest,
  isStreamed,
  messageAnswer,
  type StreamedAnswer,
} from "./http-message.ts";

/** All in milliseconds. */
export interface ServerTimeouts {
  /** From the first byte of a request to the end of its headers. */
  headers: number;
  /** From the first byte of a request to the end of its body. */
  request: number;
  /** Between requests on one connection. */
  keepAlive: number;
  /** With nothing read or written at all: more than the longest integration takes. */
  idle: number;
  /** After an answer to a body that is too large: how long the rest of it is read. */
  linger: number;
  /** How often the first two are looked at. */
  check: number;
}

export const DEFAULT_TIMEOUTS: ServerTimeouts = {
  headers: 10_000,
  request: 30_000,
  keepAlive: 60_000,
  idle: 65_000,
  linger: 5_000,
  check: 1_000,
};

/** Node counts another way than API Gateway; beyond this the parser stops, below it the exact limit is checked. */
const PARSER_HEAD_BYTES = 16_384;

/** How long open connections have to finish when the server stops. */
const CLOSE_MILLISECONDS = 500;

/** Of a body that is too large, so much is read after the answer. */
const MOST_DROPPED_BYTES = 256 * 1024 * 1024;

const EMPTY = Buffer.alloc(0);

export interface ApiServerOptions {
  respond(request: HttpRequest): Promise<HttpAnswer | StreamedAnswer>;
  /** A mistake of the gateway: the caller's connection is cut, everybody else's goes on. */
  onMistake(error: unknown): void;
  timeouts?: ServerTimeouts;
  /** Takes over connections that are to speak another protocol; without it they are requests like any other. */
  upgrade?(request: HttpRequest, connection: UpgradedConnection): Promise<void>;
}

/** Of a request that asks for another protocol. */
export interface UpgradedConnection {
  incoming: IncomingMessage;
  socket: Socket;
  /** What came after the request's head. */
  head: Buffer;
}

export class ApiServer {
  readonly #server: Server;
  readonly #options: ApiServerOptions;
  readonly #linger: number;
  #port = 0;

  constructor(options: ApiServerOptions) {
    const { timeouts = DEFAULT_TIMEOUTS } = options;
    this.#options = options;
    this.#linger = timeouts.linger;
    this.#server = createServer({
      maxHeaderSize: PARSER_HEAD_BYTES,
      headersTimeout: timeouts.headers,
      requestTimeout: timeouts.request,
      keepAliveTimeout: timeouts.keepAlive,
      connectionsCheckingInterval: timeouts.check,
      noDelay: true,
    });
    this.#server.setTimeout(timeouts.idle, (socket) => {
      // It waits for a function that somebody looks at.
      if (isPaused()) socket.setTimeout(timeouts.idle);
      else socket.destroy();
    });
    this.#server.on("request", (request, response) => this.#onRequest(request, response));
    this.#server.on("checkContinue", (request, response) => this.#onCheckContinue(request, response));
    this.#server.on("clientError", onClientError);
    if (options.upgrade) this.#server.on("upgrade", (...connection) => this.#onUpgrade(...connection));
  }

  /** Resolves to the port; rejects with the system's error (`EADDRINUSE`). */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.off("error", reject);
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve(this.#port);
      });
    });
  }

  get port(): number {
    return this.#port;
  }

  /** How many connections are open. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  /** Idle connections are closed at once; requests under way have half a second to finish. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_MILLISECONDS);
      this.#server.close(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #onRequest(incoming: IncomingMessage, response: ServerResponse): void {
    const time = Date.now();
    const framing = bodyFraming(incoming.rawHeaders);
    if (framing === "none") {
      this.#answer(incoming, response, EMPTY, time);
    } else if (framing === "too large") {
      this.#answerTooLarge(incoming, response, EMPTY, time);
    } else {
      this.#readBody(incoming, response, time);
    }
  }

  #onUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Of `createServer` of HTTP: it is the connection's own.
    const connection = { incoming, socket: socket as Socket, head };
    socket.on("error", () => socket.destroy());
    this.#options.upgrade?.(this.#requestOf(incoming, EMPTY, Date.now()), connection).catch((error) => {
      socket.destroy();
      this.#options.onMistake(error);
    });
  }

  #requestOf(incoming: IncomingMessage, body: Buffer, time: number): HttpRequest {
    return {
      method: incoming.method ?? "GET",
      target: incoming.url ?? "/",
      protocol: `HTTP/${incoming.httpVersion}`,
      rawHeaders: incoming.rawHeaders,
      body,
      sourceIp: sourceIp(incoming.socket.remoteAddress),
      port: this.#port,
      time,
    };
  }

  #readBody(incoming: IncomingMessage, response: ServerResponse, time: number): void {
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= limits.apiGateway.largestBody) return;
      incoming.off("data", onData);
      incoming.off("end", onEnd);
      this.#answerTooLarge(incoming, response, Buffer.concat(chunks), time);
    };
    const onEnd = () => {
      const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
      this.#answer(incoming, response, body, time);
    };
    incoming.on("data", onData);
    incoming.on("end", onEnd);
    // The caller went away in the middle of its body: there is nobody to answer.
    incoming.on("error", () => {});
  }

  /** A client that asks before it sends a body hears at once that it need not. */
  #onCheckContinue(incoming: IncomingMessage, response: ServerResponse): void {
    if (bodyFraming(incoming.rawHeaders) === "too large") {
      response.shouldKeepAlive = false;
      this.#answer(incoming, response, EMPTY, Date.now());
    } else {
      response.writeContinue();
      this.#onRequest(incoming, response);
    }
  }

  /**
   * Answers at once and reads on before it closes: a connection that is closed while the client still writes is a broken pipe
   * to it, and the answer is lost.
   */
  #answerTooLarge(incoming: IncomingMessage, response: ServerResponse, body: Buffer, time: number): void {
    response.shouldKeepAlive = false;
    const read = dropped(incoming, this.#linger);
    this.#answer(incoming, response, body, time, read);
  }

  async #answer(
    incoming: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    time: number,
    beforeClosing?: Promise<void>,
  ): Promise<void> {
    try {
      const answer = await this.#options.respond(this.#requestOf(incoming, body, time));
      send(response, answer, beforeClosing);
    } catch (error) {
      response.destroy();
      this.#options.onMistake(error);
    }
  }
}

/** Whether a body follows. The parser has refused contradictions already. */
function bodyFraming(rawHeaders: readonly string[]): "none" | "some" | "too large" {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 14 && name.toLowerCase() === "content-length") {
      const length = Number(rawHeaders[index + 1]);
      return length === 0 ? "none" : length > limits.apiGateway.largestBody ? "too large" : "some";
    }
    if (name.length === 17 && name.toLowerCase() === "transfer-encoding") return "some";
  }
  return "none";
}

function sourceIp(address: string | undefined): string {
  if (address === undefined) return "127.0.0.1";
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}

/** Resolves when the rest of a body was read and dropped, or enough of it. */
function dropped(incoming: IncomingMessage, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    let bytes = 0;
    incoming.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_DROPPED_BYTES) resolve();
    });
    incoming.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    incoming.once("end", resolve);
  });
}

function send(
  response: ServerResponse,
  answer: HttpAnswer | StreamedAnswer,
  beforeClosing?: Promise<void>,
): void {
  if (isStreamed(answer)) {
    response.writeHead(answer.status, answer.headers);
    // What became of it is told by who made the stream.
    pipeline(answer.body, response, () => {});
    return;
  }
  const { status, headers, body } = answer;
  if (response.destroyed) return;
  const hasBody = status !== 204 && status !== 304;
  if (hasBody)
    headers.push("Content-Length", String(typeof body === "string" ? Buffer.byteLength(body) : body.length));
  if (!response.shouldKeepAlive) headers.push("Connection", "close");
  response.writeHead(status, headers);
  if (!beforeClosing) {
    response.end(hasBody ? body : undefined);
    return;
  }
  if (hasBody) response.write(body);
  void beforeClosing.then(() => response.end());
}

const CLIENT_ERRORS: Record<string, HttpAnswer> = {
  HPE_HEADER_OVERFLOW: messageAnswer(431, "Request Header Fields Too Large"),
  ERR_HTTP_REQUEST_TIMEOUT: messageAnswer(408, "Request Timeout"),
};
const badRequest = messageAnswer(400, "Bad Request");

function onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  endWith(socket, CLIENT_ERRORS[error.code ?? ""] ?? badRequest);
}

/** An answer where there is no `ServerResponse` to give it by; the connection ends with it. */
export function endWith(socket: Socket, { status, headers, body }: HttpAnswer): void {
  const fields = [...headers, "Content-Length", String(Buffer.byteLength(body)), "Connection", "close"];
  const lines = fields.flatMap((name, index) => (index % 2 === 0 ? `${name}: ${fields[index + 1]}\r\n` : []));
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n`);
  socket.end(body, () => socket.destroy());
}
