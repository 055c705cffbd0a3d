/**
 * The debugger of `npm start -- --inspect`: Node's inspector of this process, by which VS Code and Chrome reach the threads of
 * functions. A session of our own tells when a debugger holds one: the clock of all time-outs then stands.
 */
import inspector, { type NodeWorker, Session } from "node:inspector";
import { UserError } from "../../shared/user-error.js";
import { pause } from "../pausable-clock.ts";

const HOST = "127.0.0.1";

export class FunctionDebugger {
  readonly #session = new Session();
  /** By the id of its thread. */
  readonly #threads = new Map<string, InspectedThread>();
  readonly #bySession = new Map<string, InspectedThread>();

  /** @param port 0: any free one */
  static open(port: number): FunctionDebugger {
    // An editor that started this process may have opened it.
    if (inspector.url() === undefined) inspector.open(port, HOST);
    if (inspector.url() === undefined) {
      throw new UserError(
        `The debugger cannot listen at ${HOST}:${port}: something else does. End it, or take another port: --inspect=<port>.`,
      );
    }
    return new FunctionDebugger();
  }

  private constructor() {
    this.#session.connect();
    this.#session.on("NodeWorker.attachedToWorker", ({ params }) => this.#attached(params));
    this.#session.on("NodeWorker.receivedMessageFromWorker", ({ params }) =>
      this.#bySession.get(params.sessionId)?.received(JSON.parse(params.message)),
    );
    this.#session.on("NodeWorker.detachedFromWorker", ({ params }) => this.#detached(params.sessionId));
    this.#session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  }

  /** `127.0.0.1:9229` */
  get address(): string {
    return new URL(inspector.url() ?? "").host;
  }

  /** A thread that is being ended would wait for its debugger for ever. */
  release(threadId: number): void {
    this.#threads.get(String(threadId))?.release();
  }

  /** Ends the connections of debuggers too: Node would not end before they do. */
  close(): void {
    for (const thread of this.#threads.values()) thread.release();
    inspector.close();
  }

  #attached({ sessionId, workerInfo }: NodeWorker.AttachedToWorkerEventDataType): void {
    const send = (message: object) =>
      this.#session.post("NodeWorker.sendMessageToWorker", { sessionId, message: JSON.stringify(message) });
    const thread = new InspectedThread(send);
    this.#bySession.set(sessionId, thread);
    this.#threads.set(workerInfo.workerId, thread);
  }

  #detached(sessionId: string): void {
    const ended = this.#bySession.get(sessionId);
    ended?.ended();
    this.#bySession.delete(sessionId);
    for (const [id, thread] of this.#threads) if (thread === ended) this.#threads.delete(id);
  }
}

interface Message {
  id?: number;
  method?: string;
}

/**
 * A session in which the debugger is on holds a thread by itself at a `debugger` statement. So whenever the thread stops,
 * this one steps back for a moment: the thread goes on if nobody else holds it.
 */
class InspectedThread {
  readonly #send: (message: object) => void;
  readonly #answers = new Map<number, () => void>();
  #lastId = 0;
  #isHeld = false;
  #looks = false;
  #goOn: (() => void) | undefined;

  constructor(send: (message: object) => void) {
    this.#send = send;
    this.#ask("Debugger.enable");
  }

  received({ id, method }: Message): void {
    if (id !== undefined) {
      this.#answers.get(id)?.();
      this.#answers.delete(id);
    } else if (method === "Debugger.paused") {
      this.#isHeld = true;
      this.#goOn ??= pause();
      if (!this.#looks) this.#stepBack();
    } else if (method === "Debugger.resumed") {
      this.#isHeld = false;
      if (!this.#looks) this.ended();
    }
  }

  release(): void {
    this.#send({ id: ++this.#lastId, method: "Debugger.resume" });
  }

  ended(): void {
    this.#goOn?.();
    this.#goOn = undefined;
  }

  #stepBack(): void {
    this.#looks = true;
    this.#ask("Debugger.disable", () => {
      this.#isHeld = false;
      // Tells before it answers when the thread is still held.
      this.#ask("Debugger.enable", () => {
        this.#looks = false;
        if (!this.#isHeld) this.ended();
      });
    });
  }

  /** @param answered is called at once: what the thread says next, even in the same turn of the event loop, comes after it. */
  #ask(method: string, answered: () => void = () => {}): void {
    const id = ++this.#lastId;
    this.#answers.set(id, answered);
    this.#send({ id, method });
  }
}
