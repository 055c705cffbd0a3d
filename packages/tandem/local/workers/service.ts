/** The local Lambda: keeps the functions of the recorded program and runs them in worker threads. */

import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import { parseFunctionReference } from "../../program/reading/function-reference.ts";
import type { Build, RecordedResource, Recording, Value } from "../../program/recording.ts";
import limits from "../../shared/aws/limits.cjs";
import { UserError } from "../../shared/user-error.js";
import { clockInUtc } from "../../shared/utc-clock.ts";
import type { InvokeOptions, InvokeResult, Invoker } from "../invocation.ts";
import { type LateStore, needs, StoreNotThere } from "../mongodb/late-store.ts";
import type { LocalContext, Parity, Service } from "../service.ts";
import { untilAborted } from "../until-aborted.ts";
import { AsynchronousInvocations } from "./asynchronous-invocations.ts";
import { FunctionCatalog, type Functions, type ServedFunction } from "./function-catalog.ts";
import { type EventExecution, FunctionExecutions } from "./function-executions.ts";
import type { FunctionPool } from "./function-pool.ts";
import { Log } from "./log.ts";
import {
  FoundFunctions,
  findFunction,
  InvalidRuntimeException,
  ResourceNotFoundException,
} from "./lookup.ts";
import { type CompleteOptions, completeOptions, type WorkersOptions } from "./options.ts";
import { workersParity } from "./parity.ts";
import { SecondSdkReports } from "./second-sdk.ts";
import { ThreadSupply, wantedFor } from "./thread-supply.ts";
import type { UnpackedCode } from "./unpack.ts";
import { WarmWorkers } from "./warm-workers.ts";
import { WorkerFactory } from "./worker-factory.ts";

/** Bytes of an event. */
const LARGEST_EVENT = {
  RequestResponse: limits.lambda.largestEvent,
  Event: limits.lambda.largestAsynchronousEvent,
};

/** Of the run's data; in it a folder of folders, one for each worker's /tmp. */
const DATA_FOLDER = "functions";
const TEMPORARY_FOLDERS = "tmp";

/** What exists between start and stop. */
interface Session {
  context: LocalContext;
  threads: ThreadSupply;
  /** Undefined where every worker is kept. */
  warm: WarmWorkers | undefined;
  events: AsynchronousInvocations;
  catalog: FunctionCatalog;
  functions: Functions;
}

export class WorkerService implements Service, Invoker {
  readonly name = "functions";
  readonly #options: CompleteOptions;
  readonly #executions: FunctionExecutions;
  readonly #log: Log;
  /** Replaced functions that still answer what they were given. */
  readonly #draining = new Set<FunctionPool>();
  readonly #secondSdk: SecondSdkReports;
  /** Functions that did not load and are being tried once more. */
  readonly #attempts = new Map<string, Promise<void>>();
  #session: Session | undefined;
  #supply: ThreadSupply | undefined;
  #prepared: { recording: Recording; functions: Functions } | undefined;
  #restoreClock: (() => void) | undefined;
  readonly #found = new FoundFunctions();

  constructor(options: WorkersOptions) {
    this.#options = completeOptions(options);
    this.#executions = new FunctionExecutions(this.#options);
    this.#log = new Log(options.onLog);
    this.#secondSdk = new SecondSdkReports(this.#options.allowCloud);
  }

  parity(resource: RecordedResource, recording: Recording): Parity | undefined {
    return workersParity(resource, recording);
  }

  /** A thread for the first function that is called boots while the program is recorded. */
  prepare(): void {
    this.#restoreClock ??= clockInUtc();
    this.#newSupply().replenish();
  }

  async start(context: LocalContext): Promise<void> {
    this.#restoreClock ??= clockInUtc();
    removeTemporaryFolders(context);
    const threads = this.#supply ?? this.#newSupply();
    const warm = this.#options.debugger
      ? undefined
      : new WarmWorkers(this.#options.warmMemory, this.#options.idleLimit);
    const catalog = this.#catalog(context, threads, warm);
    const session = {
      context,
      threads,
      warm,
      catalog,
      functions: new Map(),
      events: this.#asynchronous(context),
    };
    // Known before it is complete, so that `stop` cleans up after a start that failed.
    this.#session = session;
    session.functions = await catalog.prepare(context.recording, session.functions);
    catalog.removeUnused(session.functions);
    threads.replenish();
    this.#secondSdk.report(session.functions, context.log);
  }

  #catalog(
    { dataFolder, recording, addresses, signal, log }: LocalContext,
    threads: ThreadSupply,
    warm: WarmWorkers | undefined,
  ): FunctionCatalog {
    const { credentialsOf, allowCloud, keepGoing, loadOnCall, lateStore } = this.#options;
    const forDebugger = this.#options.debugger !== undefined;
    const logged = new Set<string>();
    const folder = dataFolder(DATA_FOLDER);
    const factory = new WorkerFactory({
      threads,
      log: this.#log,
      addresses,
      credentialsOf,
      projectFolder: recording.cwd,
      temporaryFolder: path.join(folder, TEMPORARY_FOLDERS),
      allowCloud,
      isObserved: this.#options.observer !== undefined,
      inspected: forDebugger,
      refused: (functionName, host) => {
        const line = `${functionName} wanted to reach ${host}: nothing a function sends to the cloud leaves this machine without --allow-cloud.`;
        if (!logged.has(line)) log(line);
        logged.add(line);
      },
    });
    const wanted = { keepGoing, loadOnCall, lateStore, forDebugger };
    return new FunctionCatalog({ factory, warm, folder, signal, log, ...wanted });
  }

  #asynchronous({ log }: LocalContext): AsynchronousInvocations {
    return new AsynchronousInvocations({
      ...this.#options,
      log,
      current: (name) => this.#session?.functions.get(name),
      attempt: async (served, execution) => {
        await this.#lateFor(served)?.there;
        return this.#executions.run(served, execution, true);
      },
      invoke: (arn, record) => this.invoke(arn, record, { type: "Event", caller: "destination" }),
    });
  }

  /** Loads what a new recording changes, without serving it yet. */
  async checkLoading(recording: Recording): Promise<void> {
    const { catalog, functions } = this.#started();
    await this.#forgetPrepared();
    this.#prepared = { recording, functions: await catalog.prepare(recording, functions) };
  }

  async update(context: LocalContext): Promise<void> {
    const session = this.#started();
    if (this.#prepared?.recording !== context.recording) await this.checkLoading(context.recording);
    const prepared = this.#prepared?.functions ?? session.functions;
    // Once more, for the stores were not yet updated: a first queue brings an address that its functions must be given.
    const next = await session.catalog.prepare(context.recording, prepared);
    this.#prepared = undefined;
    const kept = new Set(next.values());
    for (const served of new Set([...session.functions.values(), ...prepared.values()])) {
      if (!kept.has(served)) this.#drain(served);
    }
    this.#session = { ...session, context, functions: next };
    session.threads.replenish();
    this.#secondSdk.report(next, context.log);
  }

  /**
   * New code for one function, from its next invocation on; what runs ends with the old. Throws when it does not load.
   * @param build how it was built, where that is known
   */
  async replaceCode(functionName: string, code: Value, build?: Build): Promise<void> {
    const { catalog, context, functions } = this.#started();
    const { served } = findFunction(functionName, functions, context.recording);
    const { name } = served.settings;
    const replacing = await catalog.withCode(served, code, {
      cwd: context.recording.cwd,
      builds: build ? [build] : [],
    });
    // What is served may have changed while the new code was loaded.
    const { functions: now } = this.#started();
    const replaced = now.get(name);
    if (replaced) now.set(name, replacing);
    this.#drain(replaced ?? replacing);
  }

  async invoke(functionName: string, payload: unknown, options: InvokeOptions = {}): Promise<InvokeResult> {
    if (!this.#started().catalog.isLoaded) await this.#tryToLoad(parseFunctionReference(functionName).name);
    const { context, functions, catalog, events } = this.#started();
    const found = this.#found.find(functionName, functions, context.recording, catalog.notLoaded);
    const { served, arn } = found;
    const { type = "RequestResponse", signal, waits = false } = options;
    const late = type === "Event" ? undefined : this.#lateFor(served);
    if (late && waits) await late.there;
    else if (late) throw new StoreNotThere(late);
    const requestId = options.requestId ?? randomUUID();
    const event = JSON.stringify(payload ?? null);
    if (event.length * 3 > LARGEST_EVENT[type] && Buffer.byteLength(event) > LARGEST_EVENT[type]) {
      return { requestId, status: "error", error: tooLarge(Buffer.byteLength(event), LARGEST_EVENT[type]) };
    }
    const execution: EventExecution = {
      requestId,
      event,
      trace: this.#executions.traceOf(served.settings, options.traceHeader, requestId),
      invokedFunctionArn: arn,
      clientContext: options.clientContext,
      log: options.log,
      stream: options.stream,
      caller: options.caller ?? "person",
      iteratorAge: options.iteratorAge,
    };
    if (type === "Event") {
      events.accept(found, execution, context.recording);
      return { requestId, status: "ok" };
    }
    const result = this.#executions.run(served, execution);
    // The caller stops waiting; the invocation goes on.
    const answered = signal ? untilAborted(result, signal) : result;
    return arn === served.settings.arn ? answered : { ...(await answered), executedVersion: found.version };
  }

  /** A function that was not tried yet, or once more one that did not load; calls that come meanwhile wait for the same attempt. */
  async #tryToLoad(functionName: string): Promise<void> {
    const session = this.#started();
    if (!session.catalog.isToLoad(functionName)) return;
    const attempt = this.#attempts.get(functionName) ?? this.#loadNow(functionName, session);
    this.#attempts.set(functionName, attempt);
    await attempt.finally(() => this.#attempts.delete(functionName));
  }

  async #loadNow(functionName: string, before: Session): Promise<void> {
    const { catalog, context, functions } = before;
    if (await catalog.tryFirst(functionName, functions)) return;
    const served = await catalog.tryAgain(functionName, context.recording);
    if (!served) return;
    // A reload that came meanwhile has tried it as well, and by the program as it is now.
    if (this.#session !== before) return served.pool.stop();
    functions.set(functionName, served);
    catalog.notLoaded.delete(functionName);
    context.log(`Function ${served.settings.logicalName} loads now.`);
    this.#secondSdk.report(functions, context.log);
  }

  /** Of a function that is served, for who looks: how many workers it has, and where its unpacked code lies. */
  served(functionName: string): { workers: number; code: UnpackedCode } | undefined {
    const served = this.#session?.functions.get(functionName);
    return served && { workers: served.pool.size, code: served.code };
  }

  /** ARN of a function as it is called, with its qualifier; undefined when there is none. */
  arnOf(reference: string): string | undefined {
    const { context, functions } = this.#started();
    try {
      return findFunction(reference, functions, context.recording).arn;
    } catch (error) {
      if (error instanceof ResourceNotFoundException || error instanceof InvalidRuntimeException)
        return undefined;
      throw error;
    }
  }

  /** Resolves when every asynchronous invocation, with its retries, has come to its end. */
  async settled(): Promise<void> {
    await this.#session?.events.settled();
  }

  async stop(): Promise<void> {
    const session = this.#session;
    // Prepared and never started.
    if (!session) return this.#endPrepared();
    this.#session = undefined;
    session.warm?.stop();
    // Resolves when the workers have been ended under the events that they run.
    const eventsStopped = session.events.stop();
    const served = [...session.functions.values(), ...(this.#prepared?.functions.values() ?? [])];
    this.#prepared = undefined;
    const pools = served.map(({ pool }) => pool);
    await Promise.all([...pools, ...this.#draining].map((part) => part.stop()));
    await eventsStopped;
    removeTemporaryFolders(session.context);
    this.#log.flush();
    await this.#endPrepared();
  }

  async #endPrepared(): Promise<void> {
    await this.#supply?.stop();
    this.#supply = undefined;
    this.#restoreClock?.();
    this.#restoreClock = undefined;
  }

  /** Of the functions that were not tried at the start, for the store that they need was not there. */
  async tryLate(): Promise<void> {
    const { catalog, functions, context } = this.#started();
    for (const { line } of await catalog.tryLate(functions)) context.log(`error: ${line.trim()}`);
  }

  #lateFor({ environment }: ServedFunction): LateStore | undefined {
    const late = this.#options.lateStore();
    return late && needs(late, environment) ? late : undefined;
  }

  /** What an update that came to nothing has loaded. */
  async #forgetPrepared(): Promise<void> {
    const { functions } = this.#started();
    const unused = [...(this.#prepared?.functions ?? [])].filter(
      ([name, served]) => functions.get(name) !== served,
    );
    this.#prepared = undefined;
    await Promise.all(unused.map(([, { pool }]) => pool.stop()));
  }

  #drain({ pool }: ServedFunction): void {
    this.#draining.add(pool);
    void pool.drain().finally(() => this.#draining.delete(pool));
  }

  #newSupply(): ThreadSupply {
    const { spareThreads, debugger: inspectedBy } = this.#options;
    this.#supply = new ThreadSupply(
      spareThreads,
      () => wantedFor(this.#session?.functions.values()),
      inspectedBy,
    );
    return this.#supply;
  }

  #started(): Session {
    if (!this.#session)
      throw new UserError("The functions are not running: the local run has not started or has ended.");
    return this.#session;
  }
}

function tooLarge(bytes: number, limit: number): InvokeResult["error"] {
  return {
    errorType: "RequestEntityTooLargeException",
    errorMessage: `The event has ${bytes} bytes, ${limit} are allowed.`,
  };
}

/** What a run that was killed left behind, and what workers wrote while they were being ended. */
function removeTemporaryFolders({ dataFolder }: LocalContext): void {
  rmSync(path.join(dataFolder(DATA_FOLDER), TEMPORARY_FOLDERS), { recursive: true, force: true });
}
