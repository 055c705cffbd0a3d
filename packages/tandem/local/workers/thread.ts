/** One thread: boots blank, is given a function once, answers one call at a time, and ends once, for one reason. */
import { Worker } from "node:worker_threads";
import { Bell } from "./bell.ts";
import type { FunctionDebugger } from "./function-debugger.ts";
import {
  type Assignment,
  type Boot,
  type FromWorker,
  type FunctionError,
  isFromWorker,
  type MongodbCalls,
  type ToWorker,
  type WorkerCall,
} from "./protocol.ts";
import { Signals } from "./runtime/signals.cjs";

const runtime = new URL("./runtime/boot.cjs", import.meta.url);

/** Small, because it is set aside for every thread; 8 MB measured as fast as V8's 48. */
const YOUNG_GENERATION_MB = 8;

export type Outcome =
  | (Measured & { status: "answer"; payload: string | undefined })
  | (Measured & { status: "error"; error: FunctionError });

interface Measured {
  milliseconds: number;
  memory: number;
  mongodb: MongodbCalls | undefined;
}

export interface Loaded {
  milliseconds: number;
  memory: number;
}

/**
 * V8 aborts the whole process when one allocation does not fit under its limit, and the largest one it makes is 1 GB. So
 * its limit is out of reach, and the function's own is watched over in the thread and from outside. (From 2 GB on V8
 * would let garbage lie about more generously.)
 */
const OUT_OF_REACH_MB = 1_280;
/** MB. The limit of all functions that it is out of reach of, so that one blank thread fits any of them. */
const USUAL_LIMIT = 2_000;

/** @param memorySize MB of a function. @returns MB */
export function heapLimit(memorySize: number): number {
  return Math.max(USUAL_LIMIT, memorySize + OUT_OF_REACH_MB);
}

/** Why a thread is no more. `exit` is what the function's code did, the rest was done to it. */
export type End =
  | { reason: "exit"; code: number }
  | { reason: "error"; error: FunctionError }
  | { reason: "out of memory" }
  | { reason: "terminated" };

export interface LeftOut {
  bytes: number;
  writes: number;
}

/** Native code may find the channel; what it sends ends its own worker, not the run. */
export const NOT_THE_RUNTIME: FunctionError = {
  errorType: "Runtime.Unknown",
  errorMessage: "The worker sent the local run a message that the runtime does not send; it was ended.",
};

/** Told of what a thread does. A call that is under way when the thread ends gets no outcome but the end. */
export interface ThreadListener {
  log(text: string): void;
  /** It wanted to reach this address of the cloud, and may not. */
  refused(host: string): void;
  loaded(loaded: Loaded): void;
  /** It sleeps and holds this many bytes. */
  asleep(memory: number): void;
  /** What the function that runs has said to MongoDB. */
  mongodb(calls: MongodbCalls): void;
  /** A streaming handler begins its answer. */
  stream(contentType: string): void;
  /** Resolves when its caller has room for more; undefined where it has already. */
  piece(bytes: Uint8Array): Promise<void> | undefined;
  outcome(outcome: Outcome): void;
  ended(end: End): void;
}

export class Thread {
  /** MB, see `heapLimit`. */
  readonly limit: number;
  readonly #id: number;
  readonly #debugger: FunctionDebugger | undefined;
  readonly #worker: Worker;
  readonly #signals = new Signals();
  readonly #bell = new Bell(() => this.#signals.ring());
  #listener: ThreadListener | undefined;
  #end: End | undefined;
  /** Calls that it was given so far, which are numbered so. */
  #calls = 0;
  /** The last call of which it was asked what was left out of its log. */
  #lastAsked = 0;
  /** As of the last time that calls were taken back: the last one that was given, and the last one that was begun. */
  #takenBack = { given: 0, begun: 0 };

  /** @param memorySize MB of the function it will be given */
  constructor(memorySize: number, inspectedBy?: FunctionDebugger) {
    this.limit = heapLimit(memorySize);
    this.#debugger = inspectedBy;
    const boot: Boot = { signals: this.#signals.memory };
    this.#worker = new Worker(runtime, {
      workerData: boot,
      env: {},
      argv: [],
      execArgv: [],
      // Never read: the runtime sends what the function writes as messages. Without these it would reach our terminal.
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: this.limit,
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      },
    });
    this.#id = this.#worker.threadId;
    this.#worker.on("message", (message: unknown) => this.#received(message));
    this.#worker.on("error", (error) => this.#failed(error));
    this.#worker.on("exit", (code) => this.#ended({ reason: "exit", code }));
  }

  /** One that has ended while nobody had it yet says so afterwards, when who has it now is made. */
  assign(assignment: Assignment, listener: ThreadListener): void {
    this.#listener = listener;
    const end = this.#end;
    if (end) queueMicrotask(() => listener.ended(end));
    else this.#send(assignment);
  }

  /** @returns its number */
  call(call: WorkerCall): number {
    this.#send(call);
    return ++this.#calls;
  }

  /** Number of the last call that it has begun; those before are answered, even where nobody has read the answer yet. */
  get begun(): number {
    const claimed = this.#signals.claimed();
    return claimed === this.#takenBack.given ? this.#takenBack.begun : claimed;
  }

  /** Calls that it has not begun it will not begin any more. @returns how many, of the last ones */
  takeBack(): number {
    const given = this.#calls;
    if (given === this.#takenBack.given) return 0;
    const count = this.#signals.takeBack(given);
    this.#takenBack = { given, begun: given - count };
    return count;
  }

  /** What its isolate holds now, in bytes; works in the middle of an endless loop. */
  async memoryInUse(): Promise<number> {
    const heap = await this.#worker.getHeapStatistics();
    return heap.total_physical_size + heap.external_memory + heap.malloced_memory;
  }

  /**
   * What of the function's log was not sent until this call, since this was last asked.
   * @param call its number, 0 for what was written while the code was loaded
   */
  takeLeftOut(call: number): LeftOut | undefined {
    // The last one that was asked for may have written more behind its answer.
    const first = this.#lastAsked;
    this.#lastAsked = call;
    return this.#signals.takeLeftOut(first, call);
  }

  /** Ends it wherever it is, in an endless loop too. */
  async terminate(end: End = { reason: "terminated" }): Promise<void> {
    this.#ended(end);
    await this.#terminate();
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
    this.#bell.sent();
  }

  #received(message: unknown): void {
    if (this.#end) return;
    if (!isFromWorker(message)) {
      this.#ended({ reason: "error", error: NOT_THE_RUNTIME });
      return;
    }
    switch (message[0]) {
      case "log":
        this.#signals.taken(message[1]);
        this.#listener?.log(message[1]);
        break;
      case "refused":
        this.#listener?.refused(message[1]);
        break;
      case "loaded":
        this.#listener?.loaded({ milliseconds: message[1], memory: message[2] });
        break;
      case "asleep":
        this.#listener?.asleep(message[1]);
        break;
      case "mongodb":
        this.#listener?.mongodb(message[1]);
        break;
      case "stream":
        this.#listener?.stream(message[1]);
        break;
      case "piece":
        this.#takePiece(message[1]);
        break;
      case "answer":
      case "error":
        this.#listener?.outcome(outcomeOf(message));
        break;
      case "out of memory":
        this.#ended({ reason: "out of memory" });
        break;
      case "not loaded":
      case "fatal":
        this.#ended({ reason: "error", error: message[1] });
    }
  }

  /** A caller that reads slowly makes the function wait. */
  #takePiece(bytes: Uint8Array): void {
    const taken = () => this.#signals.taken(bytes);
    const full = this.#listener?.piece(bytes);
    if (full) void full.then(taken);
    else taken();
  }

  #failed(error: unknown): void {
    const { code, name, message, stack } = error as NodeJS.ErrnoException;
    const trace = (stack ?? "").split("\n");
    if (code === "ERR_WORKER_OUT_OF_MEMORY") this.#ended({ reason: "out of memory" });
    else this.#ended({ reason: "error", error: { errorType: name, errorMessage: message, trace } });
  }

  #ended(end: End): void {
    if (this.#end) return;
    this.#end = end;
    // One that ends itself may be held up by what the function does at `exit`.
    if (end.reason !== "exit") void this.#terminate();
    this.#listener?.ended(end);
  }

  async #terminate(): Promise<void> {
    const terminated = this.#worker.terminate();
    this.#debugger?.release(this.#id);
    await terminated;
  }
}

export function outcomeOf([, result, milliseconds, memory, mongodb]: Extract<
  FromWorker,
  ["answer" | "error", ...unknown[]]
>): Outcome {
  return typeof result === "object"
    ? { status: "error", error: result, milliseconds, memory, mongodb }
    : { status: "answer", payload: result, milliseconds, memory, mongodb };
}
