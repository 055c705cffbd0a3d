/** Speaks with Node's inspector as VS Code does (`NodeWorker`), or as Chrome does (`Target`), and holds functions at lines of their sources. */
import { once } from "node:events";
import { SourceMap } from "node:module";
import path from "node:path";

interface Message {
  id?: number;
  method?: string;
  sessionId?: string;
  // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
  params?: any;
  // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
  result?: any;
  error?: { message: string };
}

export interface Stop {
  file: string;
  line: number;
  /** Of the code that is held: a variable, or what follows from several. */
  evaluate(expression: string): Promise<unknown>;
  resume(): Promise<void>;
}

type Kind = "VS Code" | "Chrome";

export class DebuggerClient {
  readonly #socket: WebSocket;
  readonly #kind: Kind;
  readonly #breakpoint: { file: string; line: number };
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #maps = new Map<string, SourceMap>();
  readonly #stops: Stop[] = [];
  #nextStop: ((stop: Stop) => void) | undefined;
  #lastId = 0;
  #bound = Promise.withResolvers<void>();

  static async attach(kind: Kind, address: string, breakpoint: { file: string; line: number }) {
    const [target] = (await (await fetch(`http://${address}/json/list`)).json()) as {
      webSocketDebuggerUrl: string;
    }[];
    const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
    await once(socket, "open");
    const client = new DebuggerClient(kind, socket, breakpoint);
    if (kind === "VS Code") await client.#ask("NodeWorker.enable", { waitForDebuggerOnStart: true });
    else {
      const everything = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };
      await client.#ask("Target.setAutoAttach", everything);
    }
    return client;
  }

  private constructor(kind: Kind, socket: WebSocket, breakpoint: { file: string; line: number }) {
    this.#kind = kind;
    this.#socket = socket;
    this.#breakpoint = breakpoint;
    socket.addEventListener("message", ({ data }) => this.#received(JSON.parse(data)));
  }

  /** Until the breakpoint is set in a script; after that, in another one. */
  async bound(): Promise<void> {
    await this.#bound.promise;
    this.#bound = Promise.withResolvers<void>();
  }

  /** The next time that a function is held. */
  stopped(): Promise<Stop> {
    const stop = this.#stops.shift();
    if (stop) return Promise.resolve(stop);
    const { promise, resolve } = Promise.withResolvers<Stop>();
    this.#nextStop = resolve;
    return promise;
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }

  #received(message: Message, sessionId = message.sessionId): void {
    const { id, method, params } = message;
    if (id !== undefined) {
      this.#answers.get(id)?.(message);
      this.#answers.delete(id);
    } else if (method === "NodeWorker.receivedMessageFromWorker") {
      this.#received(JSON.parse(params.message), params.sessionId);
    } else if (method === "NodeWorker.attachedToWorker" || method === "Target.attachedToTarget") {
      void this.#attached(params.sessionId);
    } else if (method === "Debugger.scriptParsed" && params.sourceMapURL && sessionId) {
      void this.#parsed(sessionId, params);
    } else if (method === "Debugger.paused" && sessionId) this.#paused(sessionId, params);
  }

  async #attached(sessionId: string): Promise<void> {
    await this.#ask("Runtime.enable", {}, sessionId);
    await this.#ask("Debugger.enable", {}, sessionId);
    await this.#ask(
      "Debugger.setInstrumentationBreakpoint",
      { instrumentation: "beforeScriptWithSourceMapExecution" },
      sessionId,
    );
    await this.#ask("Runtime.runIfWaitingForDebugger", {}, sessionId);
  }

  async #parsed(sessionId: string, { scriptId, sourceMapURL }: { scriptId: string; sourceMapURL: string }) {
    const json = Buffer.from(sourceMapURL.split(";base64,")[1] ?? "", "base64").toString();
    if (json === "") return;
    const payload = JSON.parse(json);
    this.#maps.set(scriptId, new SourceMap(payload));
    const { file, line } = this.#breakpoint;
    const at = generatedPlace(new SourceMap(payload), file, line);
    if (!at) return;
    await this.#ask("Debugger.setBreakpoint", { location: { scriptId, ...at } }, sessionId);
    this.#bound.resolve();
  }

  #paused(sessionId: string, { callFrames, reason }: { callFrames: Frame[]; reason: string }): void {
    const resume = async () => void (await this.#ask("Debugger.resume", {}, sessionId));
    // A thread that was made to wait begins so; of a script with a map the breakpoint has been asked for before this.
    if (reason === "Break on start" || reason === "instrumentation") {
      void resume();
      return;
    }
    const [frame] = callFrames;
    const { scriptId = "", lineNumber = 0, columnNumber = 0 } = frame?.location ?? {};
    const entry = this.#maps.get(scriptId)?.findEntry(lineNumber, columnNumber);
    const found = entry && "originalSource" in entry ? entry : undefined;
    const stop: Stop = {
      file: path.basename(found?.originalSource ?? ""),
      line: (found?.originalLine ?? -1) + 1,
      evaluate: async (expression) => {
        const asked = { callFrameId: frame?.callFrameId, expression, returnByValue: true };
        const { result } = await this.#ask("Debugger.evaluateOnCallFrame", asked, sessionId);
        return result.value;
      },
      resume,
    };
    if (this.#nextStop) this.#nextStop(stop);
    else this.#stops.push(stop);
    this.#nextStop = undefined;
  }

  async #ask(method: string, params: object, sessionId?: string): Promise<Message["result"]> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#answers.set(id, resolve);
    const message = { id, method, params };
    if (sessionId === undefined || this.#kind === "Chrome")
      this.#send({ ...message, ...(sessionId && { sessionId }) });
    else {
      const inner = { sessionId, message: JSON.stringify(message) };
      this.#send({ id: ++this.#lastId, method: "NodeWorker.sendMessageToWorker", params: inner });
    }
    const { result, error } = await promise;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }
}

interface Frame {
  callFrameId: string;
  location: { scriptId: string; lineNumber: number; columnNumber: number };
}

/** The first place in the script that comes from this line (from 1) of the source. */
function generatedPlace(map: SourceMap, file: string, line: number) {
  const source = map.payload.sources.findIndex((name) => name.endsWith(`/${file}`));
  if (source < 0) return undefined;
  for (let lineNumber = 0; lineNumber < map.payload.mappings.split(";").length; lineNumber++) {
    for (let columnNumber = 0; columnNumber < 200; columnNumber++) {
      const entry = map.findEntry(lineNumber, columnNumber);
      if (
        "originalSource" in entry &&
        entry.generatedLine === lineNumber &&
        entry.originalSource.endsWith(`/${file}`) &&
        entry.originalLine === line - 1
      )
        return { lineNumber, columnNumber: entry.generatedColumn };
    }
  }
  return undefined;
}
