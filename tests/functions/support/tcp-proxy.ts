// #region books or movies
/** Stands between a function and its store, and misbehaves as networks do. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/**
 * `pass`: as if it were not there. `refuse`: nobody listens, open connections are cut. `swallow`: takes what is sent and
 * never answers. `half-close`: ends its side of each answer at once and keeps reading. `cut-answers`: breaks the
 * connection in the middle of an answer. `delay`: lets every answer wait for longer than a caller has.
 */
export type Behaviour = "pass" | "refuse" | "swallow" | "half-close" | "cut-answers" | "delay";

/** Milliseconds. */
const DELAY = 8_000;

export class TcpProxy {
  readonly #target: { host: string; port: number };
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #behaviour: Behaviour = "pass";
  /** Most connections open at once. */
  most = 0;

  constructor(target: { host: string; port: number }) {
    this.#target = target;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    // Open on both sides by itself only: a half-closed connection must stay half-closed.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#take(socket));
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async behave(behaviour: Behaviour): Promise<void> {
    this.#behaviour = behaviour;
    if (behaviour === "refuse") await this.stop();
    else if (!this.#server) await this.start();
    if (behaviour === "half-close") for (const socket of this.#sockets) socket.end();
  }

  /**
   * Ends every open connection, as a store does that restarts. Resolves when the other side has noticed: a request that is
   * under way before that may have reached the store, and is another case.
   */
  async cut(): Promise<void> {
    const closed = [...this.#sockets].map(
      (socket) => new Promise((resolve) => socket.once("close", resolve)),
    );
    for (const socket of this.#sockets) socket.end();
    await Promise.all(closed);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  #take(socket: Socket): void {
    this.#keep(socket);
    this.most = Math.max(this.most, this.#sockets.size);
    if (this.#behaviour === "half-close") socket.end();
    const upstream = connect(this.#target);
    upstream.on("error", () => socket.destroy());
    socket.on("data", (data) => {
      if (this.#behaviour !== "swallow") upstream.write(data);
    });
    upstream.on("data", (data) => this.#answer(socket, data));
    socket.on("close", () => upstream.destroy());
    upstream.on("close", () => socket.destroy());
  }

  #answer(socket: Socket, data: Buffer): void {
    if (socket.writableEnded || this.#behaviour === "swallow") return;
    if (this.#behaviour === "cut-answers") {
      socket.write(data.subarray(0, data.length / 2), () => socket.destroy());
    } else if (this.#behaviour === "delay") {
      setTimeout(() => socket.writable && socket.write(data), DELAY).unref();
    } else {
      socket.write(data);
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    // A connection that the other side breaks is what these tests are about.
    socket.on("error", () => socket.destroy());
  }
}
