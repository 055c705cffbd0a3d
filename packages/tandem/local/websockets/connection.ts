/** An open connection of a WebSocket API: what goes out, what comes in, and the limits that end it. */
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import limits from "../../shared/aws/limits.cjs";
import type { ConnectionFacts } from "../gateway/payloads/event-websocket.ts";
import { after } from "../pausable-clock.ts";
import { FrameLengths } from "./frame-lengths.ts";

export interface ConnectionListener {
  message(connection: Connection, text: string): void;
  closed(connection: Connection, status: number, reason: string): void;
}

/** Milliseconds, of AWS unless a test has no time for them. */
export interface ConnectionClock {
  idle: number;
  longest: number;
}

const CLOCK: ConnectionClock = {
  idle: limits.webSockets.idle,
  longest: limits.webSockets.longestConnection,
};

const NORMAL = 1000;
const GOING_AWAY: Close = { status: 1001, reason: "Going away" };
const BINARY: Close = { status: 1003, reason: "" };
const NO_STATUS = 1005;
/** The connection broke without a close. */
export const ABNORMAL = 1006;
const TOO_BIG: Close = { status: 1009, reason: "" };

interface Close {
  status: number;
  reason: string;
}

export class Connection {
  readonly facts: ConnectionFacts;
  /** Milliseconds since 1970. */
  lastActiveAt = Date.now();
  readonly #webSocket: WebSocket;
  readonly #clock: ConnectionClock;
  readonly #endOfLife: () => void;
  #endOfIdle: () => void;
  /** Of a connection that was closed from here. */
  #closing: Close | undefined;

  /** @param socket below the WebSocket; nothing of it may have been read yet */
  constructor(
    webSocket: WebSocket,
    socket: Socket,
    facts: ConnectionFacts,
    listener: ConnectionListener,
    clock: ConnectionClock = CLOCK,
  ) {
    this.facts = facts;
    this.#webSocket = webSocket;
    this.#clock = clock;
    this.#endOfLife = after(clock.longest, () => this.#close(GOING_AWAY));
    this.#endOfIdle = this.#idle();
    const lengths = new FrameLengths(limits.webSockets.largestFrame);
    // Before the WebSocket makes a message of it.
    socket.prependListener("data", (chunk: Buffer) => {
      if (!this.#closing && !lengths.take(chunk)) this.#close(TOO_BIG);
    });
    webSocket.on("message", (data, isBinary) => {
      if (this.#closing) return;
      if (isBinary) return this.#close(BINARY);
      this.#active();
      listener.message(this, String(data));
    });
    webSocket.on("ping", () => this.#active());
    // Told by the close that follows: a message that is too long, or no WebSocket at all.
    webSocket.on("error", () => {});
    webSocket.on("close", (status, reason) => {
      this.#endOfIdle();
      this.#endOfLife();
      const close = this.#closing ?? { status, reason: String(reason) };
      listener.closed(this, close.status, close.reason || (WORDS[close.status] ?? ""));
    });
  }

  get isOpen(): boolean {
    return !this.#closing && this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  /** As AWS sends it: in frames of 32 KB. */
  send(message: string | Buffer): void {
    this.#active();
    const bytes = Buffer.from(message);
    const { largestFrame } = limits.webSockets;
    for (let at = 0; at === 0 || at < bytes.length; at += largestFrame) {
      const fin = at + largestFrame >= bytes.length;
      this.#webSocket.send(bytes.subarray(at, at + largestFrame), { binary: false, fin });
    }
  }

  /** By the API that manages connections. */
  close(): void {
    this.#close({ status: NORMAL, reason: "" });
  }

  /** The run ends; nobody waits for the client to agree. */
  end(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#webSocket.once("close", () => resolve()));
    this.#close(GOING_AWAY);
    this.#webSocket.terminate();
    return closed;
  }

  #active(): void {
    this.lastActiveAt = Date.now();
    this.#endOfIdle();
    this.#endOfIdle = this.#idle();
  }

  #idle(): () => void {
    return after(this.#clock.idle, () => this.#close(GOING_AWAY));
  }

  #close(close: Close): void {
    this.#closing ??= close;
    this.#webSocket.close(this.#closing.status, this.#closing.reason);
  }
}

/** Where the client gives no reason. The second was not recorded. */
const WORDS: Partial<Record<number, string>> = {
  [NO_STATUS]: "Client-side close frame status not set",
  [ABNORMAL]: "Connection Closed Abnormally",
};
