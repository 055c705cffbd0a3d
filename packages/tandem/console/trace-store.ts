/**
 * The last traces of a run: documents as they came and what Lambda and API Gateway have to say, by trace. Kept as text and
 * numbers; whoever reads pays for the rest.
 */
import type { ApiSegment, InvocationEvent, RequestEvent } from "../local/observer.ts";
import type { SegmentDocument } from "../local/xray/documents.ts";
import type { LambdaSegments } from "../local/xray/traced-run.ts";

export const MOST_TRACES = 1_000;
const MOST_BYTES = 8 * 1_048_576;
/** X-Ray's own bound. */
const MOST_BYTES_OF_A_TRACE = 512_000;
/** Of a small document, and of what is kept of an invocation. */
const SMALL = 512;
const LONGEST_STACK = 20;

/** One attempt of a function. */
export interface TracedInvocation extends LambdaSegments {
  requestId: string;
  functionName: string;
  functionArn: string;
  caller: string;
  time: number;
  milliseconds: number;
  waited: number;
  status: InvocationEvent["result"]["status"];
  error?: { type: string; message: string; stack: readonly string[] };
  /** REPORT, the last of its log. */
  report: string;
}

export interface TracedRequest extends ApiSegment {
  time: number;
  milliseconds: number;
  method: string;
  target: string;
  status: number;
  /** Of the function that it came to. */
  functionName?: string;
}

export interface KeptTrace {
  id: string;
  /** When the run first heard of it. */
  time: number;
  /** Grows with everything that is added. */
  version: number;
  /** Text by the id of its segment: what is done replaces what was in progress. */
  documents?: Map<string, string>;
  invocations: TracedInvocation[];
  requests: TracedRequest[];
  bytes: number;
}

export interface TraceCounts {
  traces: number;
  documents: number;
  /** Documents that X-Ray would not have taken, by why. */
  refused: Record<string, number>;
  /** Documents of traces that were too large. */
  leftOut: number;
  /** Traces that went to make room. */
  gone: number;
}

export class TraceStore {
  readonly #traces = new Map<string, KeptTrace>();
  /** From the oldest on: to find the first of a map costs a step for each that was removed before it. */
  #inOrder: (KeptTrace | undefined)[] = [];
  /** Those before it are gone. */
  #first = 0;
  #bytes = 0;
  /** Since the start. */
  readonly counts: TraceCounts = { traces: 0, documents: 0, refused: {}, leftOut: 0, gone: 0 };

  document({ trace, id, text }: SegmentDocument): void {
    this.counts.documents++;
    const kept = this.#trace(trace, text.length);
    if (!kept) return;
    // Most traces have none: a map for each would be the largest part of them.
    kept.documents ??= new Map();
    kept.documents.set(id, text);
  }

  refuse(why: string): void {
    this.counts.refused[why] = (this.counts.refused[why] ?? 0) + 1;
  }

  invocation(happened: InvocationEvent): void {
    const { traced, requestId, functionName, caller, time, result, lines } = happened;
    if (!traced) return;
    const { error, status } = result;
    const invocation: TracedInvocation = {
      ...traced,
      requestId,
      functionName,
      caller,
      time,
      status,
      report: lines.at(-1) ?? "",
      ...(error
        ? {
            error: {
              type: error.errorType,
              message: error.errorMessage,
              stack: (error.trace ?? []).slice(0, LONGEST_STACK),
            },
          }
        : {}),
    };
    this.#trace(traced.trace, SMALL)?.invocations.push(invocation);
  }

  request({ traced, time, milliseconds, method, target, status, functionName }: RequestEvent): void {
    if (!traced) return;
    const request: TracedRequest = {
      ...traced,
      time,
      milliseconds,
      method,
      target,
      status,
      ...(functionName === undefined ? {} : { functionName }),
    };
    this.#trace(traced.trace, SMALL + target.length)?.requests.push(request);
  }

  has(id: string): boolean {
    return this.#traces.has(id);
  }

  trace(id: string): KeptTrace | undefined {
    return this.#traces.get(id);
  }

  /** From the newest to the oldest. */
  newest(): KeptTrace[] {
    return [...this.#traces.values()].reverse();
  }

  clear(): void {
    this.#traces.clear();
    this.#inOrder = [];
    this.#first = 0;
    this.#bytes = 0;
  }

  /** With room for what is to be added; undefined where the trace has none. */
  #trace(id: string, bytes: number): KeptTrace | undefined {
    const known = this.#traces.get(id);
    const kept = known ?? newTrace(id);
    if (kept.bytes + bytes > MOST_BYTES_OF_A_TRACE) {
      this.counts.leftOut++;
      return undefined;
    }
    if (!known) {
      this.counts.traces++;
      this.#traces.set(id, kept);
      this.#inOrder.push(kept);
      this.#bytes += kept.bytes;
    }
    kept.version++;
    kept.bytes += bytes;
    this.#bytes += bytes;
    this.#makeRoom();
    return kept;
  }

  #makeRoom(): void {
    while (this.#traces.size > MOST_TRACES || this.#bytes > MOST_BYTES) {
      const oldest = this.#inOrder[this.#first];
      if (!oldest) return;
      this.#inOrder[this.#first++] = undefined;
      this.#traces.delete(oldest.id);
      this.#bytes -= oldest.bytes;
      this.counts.gone++;
    }
    if (this.#first <= MOST_TRACES) return;
    this.#inOrder = this.#inOrder.slice(this.#first);
    this.#first = 0;
  }
}

function newTrace(id: string): KeptTrace {
  return {
    id,
    time: Date.now(),
    version: 0,
    invocations: [],
    requests: [],
    bytes: SMALL,
  };
}
