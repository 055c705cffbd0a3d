/** One Python process: is given a function when it starts, answers one call at a time, and ends once, for one reason. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { constants } from "node:os";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import limits from "../../../shared/aws/limits.cjs";
import { type Assignment, type FunctionError, isFromWorker, type WorkerCall } from "../protocol.ts";
import cloud from "../runtime/cloud.cjs";
import { MOST_OF_AN_INVOCATION } from "../runtime/function-log.cjs";
import type { Sandbox } from "../sandbox.ts";
import { type End, type LeftOut, NOT_THE_RUNTIME, outcomeOf, type ThreadListener } from "../thread.ts";
import { FrameReader, frame } from "./frames.ts";
import type { Python } from "./interpreter.ts";

const START = fileURLToPath(new URL("./runtime/start.py", import.meta.url));
/** Of the channel: what the function prints to 1 and 2 is its log. */
const CHANNEL = 3;
/** Elsewhere a stopped process would not notice the end of the run. */
const STOPS_BETWEEN_CALLS = process.platform === "linux";
const PAGE_BYTES = 4_096;

/** As the shell names them. */
const signalNames: Record<string, string> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
};

export class PythonProcess implements Sandbox {
  readonly #python: Python;
  #process: ChildProcess | undefined;
  #closed: Promise<void> | undefined;
  #listener: ThreadListener | undefined;
  #timeout = 0;
  #end: End | undefined;
  #isReady = false;
  #calls = 0;
  /** Number of the last call that was sent. */
  #begun = 0;
  #requestId = "";
  #isAnswered = true;
  readonly #waiting: { number: number; call: WorkerCall }[] = [];
  #logLeft = MOST_OF_AN_INVOCATION;
  #leftOut: LeftOut = { bytes: 0, writes: 0 };

  constructor(python: Python) {
    this.#python = python;
  }

  assign(assignment: Assignment, listener: ThreadListener): void {
    this.#listener = listener;
    this.#timeout = assignment.timeout;
    const child = spawn(this.#python.executable, startArguments(assignment), {
      cwd: assignment.taskRoot,
      env: assignment.environment,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      // A group of its own: what the function starts is stopped and ended with it, and a Ctrl-C at the terminal is the run's.
      detached: true,
    });
    this.#process = child;
    child.stdout?.on("data", (text: Buffer) => this.#log(text.toString()));
    child.stderr?.on("data", (text: Buffer) => this.#log(text.toString()));
    child.on("error", (error) => this.#ended({ reason: "error", error: notStarted(error) }));
    child.on("exit", () => this.#signal("SIGKILL"));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = promise;
    child.on("close", (code, signal) => {
      this.#ended(signal ? this.#killed(signal) : { reason: "exit", code: code ?? 0 });
      resolve();
    });
    const reader = new FrameReader();
    this.#channel?.on("data", (bytes: Buffer) => this.#read(reader, bytes));
    // Its end is told by `close`.
    this.#channel?.on("error", () => {});
    this.#send(assignmentOf(assignment, this.#python));
  }

  /** @returns its number */
  call(call: WorkerCall): number {
    this.#waiting.push({ number: ++this.#calls, call });
    this.#next();
    return this.#calls;
  }

  get begun(): number {
    return this.#begun;
  }

  takeBack(): number {
    return this.#waiting.splice(0).length;
  }

  /** Bytes that it holds in memory now; 0 where this machine does not say. */
  async memoryInUse(): Promise<number> {
    const text = await readFile(`/proc/${this.#process?.pid}/statm`, "utf8");
    return Number(text.split(" ")[1]) * PAGE_BYTES;
  }

  takeLeftOut(): LeftOut | undefined {
    if (this.#leftOut.writes === 0) return undefined;
    const leftOut = this.#leftOut;
    this.#leftOut = { bytes: 0, writes: 0 };
    return leftOut;
  }

  async terminate(end: End = { reason: "terminated" }): Promise<void> {
    this.#ended(end);
    await this.#closed;
  }

  get #channel(): Duplex | undefined {
    return (this.#process?.stdio[CHANNEL] as Duplex | null | undefined) ?? undefined;
  }

  /** One at a time: what waits here can be taken back. */
  #next(): void {
    const next = this.#isReady && this.#isAnswered && !this.#end ? this.#waiting.shift() : undefined;
    if (!next) return;
    const [requestId, trace, arn, event, , clientContext] = next.call;
    this.#begun = next.number;
    this.#requestId = requestId;
    this.#isAnswered = false;
    this.#logLeft = MOST_OF_AN_INVOCATION;
    this.#signal("SIGCONT");
    this.#send([requestId, trace, arn, event, Date.now() + this.#timeout, clientContext ?? null]);
  }

  /** Between two calls nothing goes on, as in the cloud. */
  #rest(): void {
    this.#next();
    if (this.#isAnswered && STOPS_BETWEEN_CALLS) this.#signal("SIGSTOP");
  }

  #send(message: unknown): void {
    this.#channel?.write(frame(message));
  }

  /** To it and to all that it has started. */
  #signal(signal: "SIGCONT" | "SIGSTOP" | "SIGKILL"): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it has ended already
    }
  }

  #read(reader: FrameReader, bytes: Buffer): void {
    try {
      for (const message of reader.read(bytes)) this.#received(message);
    } catch {
      this.#ended({ reason: "error", error: NOT_THE_RUNTIME });
    }
  }

  #received(message: unknown): void {
    if (this.#end) return;
    if (!isFromWorker(message)) throw new Error("no message of the runtime");
    switch (message[0]) {
      case "log":
        this.#log(message[1]);
        break;
      case "refused":
        this.#listener?.refused(message[1]);
        break;
      case "not loaded":
        this.#ended({ reason: "error", error: message[1] });
        break;
      case "loaded":
        this.#isReady = true;
        this.#listener?.loaded({ milliseconds: message[1], memory: message[2] });
        this.#rest();
        break;
      case "answer":
      case "error":
        this.#isAnswered = true;
        this.#listener?.outcome(outcomeOf(message));
        this.#rest();
        break;
      default:
        throw new Error(`a Python process sends no message ${message[0]}`);
    }
  }

  #log(text: string): void {
    if (this.#end) return;
    const shown = Math.min(text.length, this.#logLeft);
    this.#logLeft -= shown;
    if (shown > 0) this.#listener?.log(shown < text.length ? `${text.slice(0, shown)}…` : text);
    if (shown === text.length) return;
    const { bytes, writes } = this.#leftOut;
    this.#leftOut = { bytes: bytes + Buffer.byteLength(text.slice(shown)), writes: writes + 1 };
  }

  #killed(signal: NodeJS.Signals): End {
    const name = signalNames[signal] ?? `signal ${constants.signals[signal]}`;
    const errorMessage = `RequestId: ${this.#requestId} Error: Runtime exited with error: signal: ${name}`;
    this.#log(errorMessage);
    return { reason: "error", error: { errorType: "Runtime.ExitError", errorMessage } };
  }

  #ended(end: End): void {
    if (this.#end) return;
    this.#end = end;
    this.#signal("SIGKILL");
    this.#listener?.ended(end);
  }
}

/** Compiled modules are kept with the unpacked code, not in the folder of the program. */
function startArguments({ codeCache }: Assignment): string[] {
  return ["-S", "-s", "-X", `pycache_prefix=${codeCache}.pycache`, START];
}

function assignmentOf(assignment: Assignment, { packages }: Python): Record<string, unknown> {
  const { handler, taskRoot, temporaryFolder, projectFolder, layers, logFormat, allowCloud } = assignment;
  return {
    ...{ handler, taskRoot, temporaryFolder, projectFolder, packages },
    layers: layers ?? null,
    largestAnswer: limits.lambda.largestAnswer,
    logsJson: logFormat === "JSON",
    cloud: allowCloud ? null : [cloud.DOMAINS, cloud.METADATA],
  };
}

function notStarted({ message }: Error): FunctionError {
  return { errorType: "Runtime.InvalidEntrypoint", errorMessage: `Python could not be started: ${message}` };
}
