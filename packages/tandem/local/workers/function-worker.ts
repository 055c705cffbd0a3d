/** One worker of a function: a thread (or a process) that was given its code, the clock and the log of what it does. */
import type { InvokeResult } from "../invocation.ts";
import { after, byMachine, isPaused, now } from "../pausable-clock.ts";
import type { FunctionPlaces } from "../source-maps/function-places.ts";
import type { Execution } from "./execution.ts";
import { endedEarly, timedOut, timedOutLine } from "./function-error.ts";
import { endLine, type Log, leftOutLine, type Report, reportLine, startLine } from "./log.ts";
import { OrderedLines } from "./ordered-lines.ts";
import type { Assignment, FunctionError, MongodbCalls } from "./protocol.ts";
import type { Sandbox } from "./sandbox.ts";
import type { FunctionSettings } from "./settings.ts";
import type { End, Loaded, Outcome, ThreadListener } from "./thread.ts";

/** Lambda's limit for loading a function, in milliseconds. */
const LOAD_LIMIT_MS = 10_000;
/** How often a running invocation is looked at from outside. */
const MEMORY_CHECK_MS = 100;
/**
 * From outside garbage cannot be told from what is in use. The thread itself can, as soon as its event loop turns; a
 * handler that never lets it is ended here when it holds this many times its memory.
 */
const CERTAINLY_TOO_MUCH = 3;
const MEGABYTE = 1_048_576;

export interface WorkerListener {
  /** Called once. */
  onEnd(): void;
  /** The function wanted to reach an address of the cloud. */
  onRefused(host: string): void;
}

/** An invocation that takes less is not worth waking another worker for, nor the wait for the run between two of them. */
const QUICK_MS = 1;
/** So many more invocations a quick worker is given while it runs one. */
const MOST_AHEAD = 8;

interface Running {
  execution: Execution;
  /** Of the thread's call. */
  number: number;
  /** It was given while another one ran. */
  isAhead: boolean;
  /** Undefined while the code is still being loaded, or another one runs. */
  started?: number;
  timer?: NodeJS.Timeout;
  done(result: InvokeResult | undefined): void;
}

export class FunctionWorker implements ThreadListener {
  readonly settings: FunctionSettings;
  /** What went wrong while the code was loaded; undefined when it is ready. */
  readonly ready: Promise<FunctionError | undefined>;
  /** Bytes, as of its last word. */
  memory = 0;
  readonly #thread: Sandbox;
  readonly #log: Log;
  readonly #places: FunctionPlaces;
  readonly #lines: OrderedLines;
  readonly #onEnd: () => void;
  readonly #onRefused: (host: string) => void;
  readonly #resolveReady: (error: FunctionError | undefined) => void;
  readonly #stopLoadTimer: () => void;
  /** Shown in the report of the first invocation. */
  #initDuration: number | undefined;
  #isLoaded = false;
  #hasEnded = false;
  #hasServed = false;
  /** The first one runs, as far as the thread has told. */
  readonly #given: Running[] = [];
  /** The last invocation was quick. */
  #isQuick = false;

  constructor(
    thread: Sandbox,
    settings: FunctionSettings,
    assignment: Assignment,
    { log, places }: { log: Log; places: FunctionPlaces },
    { onEnd, onRefused }: WorkerListener,
  ) {
    this.settings = settings;
    this.#thread = thread;
    this.#log = log;
    this.#places = places;
    this.#lines = new OrderedLines((line) => places.resolve(line));
    this.#onEnd = onEnd;
    this.#onRefused = onRefused;
    const { promise, resolve } = Promise.withResolvers<FunctionError | undefined>();
    this.ready = promise;
    this.#resolveReady = resolve;
    this.#stopLoadTimer = after(LOAD_LIMIT_MS, () => this.#loadTakesTooLong());
    thread.assign(assignment, this);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** It was given an invocation at some time. */
  get hasServed(): boolean {
    return this.#hasServed;
  }

  get #running(): Running | undefined {
    return this.#given[0];
  }

  get isFree(): boolean {
    return this.#given.length === 0 && !this.#hasEnded;
  }

  /** Whether it may be given one more while it runs one. */
  get takesAhead(): boolean {
    return this.#isQuick && !this.#hasEnded && this.#given.length <= MOST_AHEAD;
  }

  /**
   * It runs one at a time, in this order. May be called before the code is loaded: the call then waits in the thread. Undefined
   * when the invocation was taken back before it began.
   */
  run(execution: Execution): Promise<InvokeResult | undefined> {
    if (!this.isFree && !this.takesAhead)
      throw new Error(`${this.settings.name}: a worker was given an invocation that it does not take`);
    const { promise, resolve } = Promise.withResolvers<InvokeResult | undefined>();
    const { requestId, traceHeader, invokedFunctionArn, event, stream, clientContext } = execution;
    const number = this.#thread.call([
      requestId,
      traceHeader,
      invokedFunctionArn,
      event,
      stream !== undefined,
      clientContext,
    ]);
    const running: Running = { execution, number, isAhead: this.#given.length > 0, done: resolve };
    this.#given.push(running);
    if (this.#isLoaded && !running.isAhead) this.#begin(running);
    return promise;
  }

  /** What it was given ahead is somebody else's where the one that runs turns out not to be quick. */
  takeBackWhereSlow(milliseconds: number): void {
    const { started, number } = this.#running ?? {};
    if (started === undefined || now() - started < milliseconds || this.#thread.begun !== number) return;
    this.#isQuick = false;
    this.#giveBackUnbegun();
  }

  async terminate(): Promise<void> {
    await this.#thread.terminate();
  }

  log(text: string): void {
    const lines = text.endsWith("\n") ? text.slice(0, -1) : text;
    for (const line of lines.split("\n")) this.#write(line);
  }

  refused(host: string): void {
    this.#onRefused(host);
  }

  loaded({ milliseconds, memory }: Loaded): void {
    this.#stopLoadTimer();
    this.#isLoaded = true;
    this.#initDuration = milliseconds;
    this.memory = memory;
    this.#reportLeftOut(0);
    this.#resolveReady(undefined);
    if (this.#running) this.#begin(this.#running);
  }

  asleep(memory: number): void {
    this.memory = memory;
  }

  mongodb({ calls, leftOut }: MongodbCalls): void {
    const noted = this.#running?.execution.noted;
    if (!noted) return;
    const before = noted.mongodb ?? { calls: [], leftOut: 0 };
    noted.mongodb = { calls: [...before.calls, ...calls], leftOut: before.leftOut + leftOut };
  }

  stream(contentType: string): void {
    this.#running?.execution.stream?.begin(contentType);
  }

  piece(bytes: Uint8Array): Promise<void> | undefined {
    return this.#running?.execution.stream?.write(bytes);
  }

  outcome(outcome: Outcome): void {
    const running = this.#running;
    if (!running) return;
    this.memory = outcome.memory;
    this.#isQuick = outcome.milliseconds < QUICK_MS;
    if (outcome.mongodb) this.mongodb(outcome.mongodb);
    const { requestId } = running.execution;
    const result: InvokeResult =
      outcome.status === "error"
        ? { requestId, status: "error", error: outcome.error }
        : { requestId, status: "ok", ...(outcome.payload === undefined ? {} : { payload: outcome.payload }) };
    this.#finish(running, result, { duration: outcome.milliseconds });
  }

  ended(end: End): void {
    this.#hasEnded = true;
    this.#stopLoadTimer();
    this.#giveBackUnbegun();
    const running = this.#running;
    void this.#inSources(endedEarly(running?.execution.requestId ?? "", end)).then(this.#resolveReady);
    for (const given of [...this.#given]) this.#finishEarly(given, end);
    this.#onEnd();
  }

  #begin(running: Running): void {
    running.started = now();
    const { noted } = running.execution;
    if (noted) noted.begun = byMachine(running.started);
    this.#hasServed = true;
    this.#write(startLine(running.execution.requestId, this.settings));
    this.#watch(running);
  }

  /** One timer for both: the end of the time and, until then, a look at the memory now and then. */
  #watch(running: Running): void {
    const left = this.settings.timeout * 1000 - (now() - (running.started ?? 0));
    if (left <= 0) {
      this.#timeIsUp(running);
      return;
    }
    const again = () => {
      // One that a debugger holds says nothing.
      if (!isPaused()) void this.#checkMemory(running);
      this.#watch(running);
    };
    running.timer = setTimeout(again, Math.min(MEMORY_CHECK_MS, left));
  }

  /** From the last one on, for each goes to the front of those that wait. */
  #giveBackUnbegun(): void {
    const count = this.#thread.takeBack();
    const unbegun = this.#given.splice(this.#given.length - count);
    // One that was given to a worker with nothing else to do is that worker's, also where it dies before it begins.
    const [first] = unbegun;
    if (first && !first.isAhead) this.#given.push(unbegun.shift() as Running);
    for (const { done } of unbegun.reverse()) done(undefined);
  }

  async #checkMemory(running: Running): Promise<void> {
    // A thread that ends while it is asked has nothing to say any more; its end is told elsewhere.
    const memory = await this.#thread.memoryInUse().catch(() => 0);
    if (this.#running !== running || memory <= CERTAINLY_TOO_MUCH * this.settings.memorySize * MEGABYTE)
      return;
    if (this.#thread.begun > running.number) return;
    this.memory = memory;
    await this.#thread.terminate({ reason: "out of memory" });
  }

  #timeIsUp(running: Running): void {
    this.#giveBackUnbegun();
    // Its answer is on its way.
    if (this.#thread.begun > running.number) return;
    const { requestId } = running.execution;
    this.log(timedOutLine(requestId, this.settings.timeout));
    const error = timedOut(requestId, this.settings.timeout);
    const result: InvokeResult = { requestId, status: "error", error };
    this.#finish(running, result, { duration: this.settings.timeout * 1000, status: "timeout" });
    void this.#thread.terminate();
  }

  #loadTakesTooLong(): void {
    const seconds = LOAD_LIMIT_MS / 1000;
    const error = timedOut(this.#running?.execution.requestId ?? "", seconds);
    void this.#thread.terminate({ reason: "error", error });
  }

  #finishEarly(running: Running, end: End): void {
    const { requestId } = running.execution;
    if (running.started === undefined) this.log(startLine(requestId, this.settings));
    const error = endedEarly(requestId, end);
    if (end.reason !== "error") this.log(error.errorMessage);
    if (end.reason === "out of memory") this.memory = this.settings.memorySize * MEGABYTE;
    const duration = running.started === undefined ? 0 : now() - running.started;
    this.#finish(
      running,
      { requestId, status: "error", error },
      { duration, status: "error", errorType: error.errorType },
    );
  }

  #finish(
    running: Running,
    result: InvokeResult,
    report: Pick<Report, "duration" | "status" | "errorType">,
  ): void {
    clearTimeout(running.timer);
    const { requestId } = running.execution;
    const { memorySize } = this.settings;
    this.#reportLeftOut(running.number);
    this.#write(endLine(requestId));
    const initDuration = this.#initDuration;
    this.#initDuration = undefined;
    const { noted } = running.execution;
    if (noted) noted.reported = { duration: report.duration, isColdStart: initDuration !== undefined };
    this.#write(reportLine({ requestId, ...report, initDuration, memorySize, memoryUsed: this.memory }));
    this.#given.shift();
    const next = this.#running;
    if (next && !this.#hasEnded) this.#begin(next);
    void this.#answer(running, result);
  }

  /** What was logged before has then been shown. */
  async #answer({ done }: Running, result: InvokeResult): Promise<void> {
    const error = result.error && (await this.#inSources(result.error));
    if (this.#lines.written) await this.#lines.written;
    done(error ? { ...result, error } : result);
  }

  async #inSources(error: FunctionError): Promise<FunctionError> {
    if (!error.trace) return error;
    return { ...error, trace: await Promise.all(error.trace.map((line) => this.#places.resolve(line))) };
  }

  #reportLeftOut(call: number): void {
    const leftOut = this.#thread.takeLeftOut(call);
    if (leftOut) this.#write(leftOutLine(leftOut));
  }

  #write(line: string): void {
    const execution = this.#running?.execution;
    this.#lines.write(line, (shown) => {
      this.#log.write(this.settings.name, shown);
      execution?.noted?.lines.push(shown);
      execution?.log?.(shown);
    });
  }
}
