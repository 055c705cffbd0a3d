/** Runs executions within the account's concurrency, and tells who looks what came of each. */
import type { InvokeResult } from "../invocation.ts";
import type { Observer } from "../observer.ts";
import { wallTime } from "../wall-time.ts";
import { rootOf } from "../xray/trace-header.ts";
import { type LambdaSegments, type TraceOfEvent, tracedRun, traceOfEvent } from "../xray/traced-run.ts";
import type { Execution, Noted } from "./execution.ts";
import type { ServedFunction } from "./function-catalog.ts";
import type { FunctionPool } from "./function-pool.ts";
import { MongodbReports } from "./mongodb-reports.ts";
import type { CompleteOptions } from "./options.ts";
import type { FunctionSettings } from "./settings.ts";

/** Of an event, before an attempt at it has ids of its own in the trace. */
export type EventExecution = Omit<Execution, "traceHeader"> & { trace: TraceOfEvent };

interface Observed {
  observer: Observer;
  noted: Noted;
  settings: FunctionSettings;
  isAsynchronous: boolean;
  segments: LambdaSegments | undefined;
}

type FunctionExecutionsOptions = Pick<CompleteOptions, "accountConcurrency" | "observer" | "xray">;

export class FunctionExecutions {
  readonly #options: FunctionExecutionsOptions;
  readonly #mongodb = new MongodbReports();
  #inFlight = 0;

  constructor(options: FunctionExecutionsOptions) {
    this.#options = options;
  }

  /** @param header of the caller, who may have decided whether it is followed */
  traceOf(settings: FunctionSettings, header: string | undefined, requestId: string): TraceOfEvent {
    const { xray } = this.#options;
    return traceOfEvent(header, requestId, () => xray?.samplesInvocation(settings) ?? settings.traced);
  }

  run(
    { pool, settings }: ServedFunction,
    { trace, ...given }: EventExecution,
    isAsynchronous = false,
  ): Promise<InvokeResult> {
    const { observer, xray } = this.#options;
    const isLost = trace.sampled && xray?.mayPut(settings) === false;
    const { header, segments } = tracedRun(
      isLost ? { root: trace.root, sampled: false } : trace,
      given.requestId,
    );
    const noted: Noted | undefined = observer && {
      lines: [],
      waitsSince: undefined,
      begun: undefined,
      reported: undefined,
      mongodb: undefined,
    };
    const execution: Execution = { ...given, traceHeader: header, noted };
    return this.#limited(
      pool,
      execution,
      observer && noted && { observer, noted, settings, isAsynchronous, segments },
    );
  }

  async #limited(
    pool: FunctionPool,
    execution: Execution,
    observed: Observed | undefined,
  ): Promise<InvokeResult> {
    // Segments have it to the millisecond; for all else it is made of what the clock said already.
    const time = observed?.segments && Date.now();
    const hasRoom = this.#inFlight < this.#options.accountConcurrency;
    let concurrent = pool.inFlight;
    let result: InvokeResult;
    if (!hasRoom) {
      if (observed) observed.noted.waitsSince = performance.now();
      result = {
        requestId: execution.requestId,
        status: "throttled",
        reason: "ConcurrentInvocationLimitExceeded",
      };
    } else {
      this.#inFlight++;
      const running = pool.invoke(execution);
      concurrent = pool.inFlight;
      // A worker that has begun has read the clock: to read it once more would cost more than all else that is noted.
      if (observed && observed.noted.begun === undefined) observed.noted.waitsSince = performance.now();
      result = await running;
      this.#inFlight--;
    }
    if (!observed) return result;
    reportCall(observed, { execution, result, time, concurrent });
    const { noted, observer, settings } = observed;
    if (noted.mongodb)
      observer.calls(this.#mongodb.event(noted.mongodb, rootOf(execution.traceHeader), settings.name));
    return result;
  }
}

/** Once an invocation, in one object of references: what that costs every request pays. */
function reportCall(
  { observer, noted, settings, isAsynchronous, segments }: Observed,
  {
    execution,
    result,
    time,
    concurrent,
  }: { execution: Execution; result: InvokeResult; time: number | undefined; concurrent: number },
): void {
  const { begun, waitsSince } = noted;
  const started = waitsSince ?? begun ?? performance.now();
  observer.invocation({
    time: time ?? wallTime(started),
    started,
    requestId: execution.requestId,
    functionName: settings.name,
    caller: execution.caller,
    traceHeader: execution.traceHeader,
    event: execution.event,
    result,
    lines: noted.lines,
    reported: noted.reported,
    concurrent,
    isAsynchronous,
    iteratorAge: execution.iteratorAge,
    traced: segments && {
      ...segments,
      functionArn: settings.arn,
      waited: begun === undefined ? 0 : begun - started,
      milliseconds: performance.now() - started,
    },
  });
}
