/** The open connections of all WebSocket APIs: handshakes become connections, and what comes by them goes to the handler of their API. */
import type { IncomingMessage } from "node:http";
import type { WebSocketServer } from "ws";
import limits from "../../shared/aws/limits.cjs";
import { whyForeign } from "../callers.ts";
import { readHeaderFields } from "../gateway/http/header-fields.ts";
import { type HttpAnswer, type HttpRequest, messageAnswer } from "../gateway/http/http-message.ts";
import { endWith, type UpgradedConnection } from "../gateway/http/server.ts";
import { within } from "../pausable-clock.ts";
import { wordsOf } from "./answers.ts";
import { ABNORMAL, Connection, type ConnectionClock } from "./connection.ts";
import type { Handshake, WebSocketHandler } from "./handler.ts";
import type { ReportHappened } from "./reports.ts";

export interface ConnectionsOptions {
  /** Of the API with this URN, as the program is now. */
  handler(urn: string): WebSocketHandler | undefined;
  report: ReportHappened;
  onMistake(error: unknown): void;
  clock?: ConnectionClock | undefined;
}

/** Milliseconds that functions have to hear of connections that end with the run. */
const END_MS = 2_000;

interface Open {
  connection: Connection;
  /** URN of its API. */
  urn: string;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  /** By id. */
  readonly #open = new Map<string, Open>();
  /** Ends that functions are told of. */
  readonly #ends = new Set<Promise<void>>();
  readonly #subprotocols = new WeakMap<IncomingMessage, string>();
  #server: WebSocketServer | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Loads what speaks the protocol. */
  async prepare(): Promise<void> {
    const { WebSocketServer } = await import("ws");
    this.#server ??= new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: limits.webSockets.largestMessage,
      handleProtocols: (_offered, incoming) => this.#subprotocols.get(incoming) ?? false,
    });
  }

  get(urn: string, id: string): Connection | undefined {
    const open = this.#open.get(id);
    return open?.urn === urn ? open.connection : undefined;
  }

  async upgrade(
    urn: string,
    request: HttpRequest,
    { incoming, socket, head }: UpgradedConnection,
  ): Promise<void> {
    const started = performance.now();
    const fields = readHeaderFields(request.rawHeaders);
    const handler = this.#options.handler(urn);
    const foreign = whyForeign(fields.joined);
    if (foreign !== undefined)
      return endWith(socket, messageAnswer(403, `Forbidden by the local run. ${foreign}.`));
    if (!handler || !isHandshake(incoming)) return endWith(socket, messageAnswer(400, "Bad Request"));
    const shaken = await handler.connect(request, fields);
    const refused = shaken.facts ? undefined : refusal(shaken);
    const { time, target, rawHeaders: headers } = request;
    const reply = refused && String(refused.body);
    this.#options.report(handler.api, { ...shaken, event: "CONNECT", time, started, target, headers, reply });
    if (refused) endWith(socket, refused);
    else this.#accept(urn, shaken, { incoming, socket, head });
  }

  /** Resolves once the functions of their APIs have heard of it, or have had their time. */
  async end(isEnded: (urn: string) => boolean): Promise<void> {
    const ended = [...this.#open.values()].filter(({ urn }) => isEnded(urn));
    await Promise.all(ended.map(({ connection }) => connection.end()));
    if (this.#ends.size > 0) await within(END_MS, Promise.all(this.#ends));
  }

  #accept(urn: string, { facts, answer }: Handshake, { incoming, socket, head }: UpgradedConnection): void {
    if (!facts) return;
    if (answer?.subprotocol !== undefined) this.#subprotocols.set(incoming, answer.subprotocol);
    let isAccepted = false;
    this.#server?.handleUpgrade(incoming, socket, head, (webSocket) => {
      isAccepted = true;
      const listener = {
        message: (connection: Connection, text: string) =>
          void this.#message(urn, connection, text).catch(this.#options.onMistake),
        closed: ({ facts }: Connection, status: number, reason: string) => {
          this.#open.delete(facts.connectionId);
          this.#ended(urn, facts, status, reason);
        },
      };
      const connection = new Connection(webSocket, socket, facts, listener, this.#options.clock);
      this.#open.set(facts.connectionId, { connection, urn });
    });
    // Its client went away while the function was asked.
    if (!isAccepted) this.#ended(urn, facts, ABNORMAL, "");
  }

  async #message(urn: string, connection: Connection, body: string): Promise<void> {
    const started = performance.now();
    const time = Date.now();
    const handler = this.#options.handler(urn);
    if (!handler) return;
    const { facts } = connection;
    const outcome = await handler.message(facts, body, time);
    const words = outcome.own && wordsOf(outcome.own, facts.connectionId, outcome.requestId);
    const reply = words ?? (outcome.answers ? (outcome.answer?.body ?? "") : undefined);
    if (reply !== undefined && connection.isOpen) connection.send(reply);
    this.#options.report(handler.api, { ...outcome, event: "MESSAGE", time, started, body, reply });
  }

  async #disconnect(urn: string, facts: Connection["facts"], status: number, reason: string): Promise<void> {
    const started = performance.now();
    const time = Date.now();
    const handler = this.#options.handler(urn);
    const outcome = await handler?.disconnect(facts, status, reason, time);
    if (handler && outcome)
      this.#options.report(handler.api, { ...outcome, event: "DISCONNECT", time, started });
  }

  #ended(urn: string, facts: Connection["facts"], status: number, reason: string): void {
    const end = this.#disconnect(urn, facts, status, reason)
      .catch(this.#options.onMistake)
      .finally(() => this.#ends.delete(end));
    this.#ends.add(end);
  }
}

/** What `ws` would refuse, before a function is asked. */
function isHandshake({ method, headers }: IncomingMessage): boolean {
  const key = headers["sec-websocket-key"] ?? "";
  const { "sec-websocket-version": version = "" } = headers;
  return (
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    /^[+/0-9A-Za-z]{22}==$/.test(key) &&
    (version === "13" || version === "8")
  );
}

function refusal({ status, own, connectionId, requestId }: Handshake): HttpAnswer {
  const headers = ["Content-Type", "application/json"];
  return { status, headers, body: own ? wordsOf(own, connectionId, requestId) : "" };
}
