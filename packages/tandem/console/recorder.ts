/**
 * Keeps what happened in a local run: the last requests, invocations and calls in rings of fixed bounds, and the metrics of
 * all of it. Told at every request, so it only keeps references; whoever reads pays for the rest.
 */
import type {
  InvocationEvent,
  Observer,
  RequestEvent,
  StoreCall,
  StoreCallsEvent,
  UndeliveredEvent,
} from "../local/observer.ts";
import { RateLimit } from "../local/rate-limit.ts";
import type { SegmentDocument } from "../local/xray/documents.ts";
import { rootOf } from "../local/xray/trace-header.ts";
import { Measured } from "./cloudwatch/measured.ts";
import { MetricStore } from "./cloudwatch/metric-store.ts";
import { Ring } from "./ring.ts";
import { TraceStore } from "./trace-store.ts";

export const MOST_ENTRIES = 1_000;
const MOST_INVOCATIONS = 1_000;
const MOST_CALLS = 2_000;
const MEGABYTE = 1_048_576;
/** Of all bodies, events and logs together, twice: requests and invocations have rings of their own. */
const MOST_BYTES = 12 * MEGABYTE;
/** Of calls to stores: a batch carries a decision for each of its items, each refusal its sentences. */
const MOST_CALL_BYTES = 6 * MEGABYTE;
/** Of one body; the rest of it is left out. */
export const LONGEST_BODY = 65_536;
const MOST_LINES = 200;
/** More a second than a person can read; what is beyond is counted, failures have a share of their own. */
const MOST_A_SECOND = 100;
const MOST_FAILURES_A_SECOND = 50;
/** Actions of one function that are told apart. */
const MOST_ACTIONS = 500;

export interface KeptRequest extends RequestEvent {
  kind: "request";
  id: number;
  /** `Root=…` */
  trace?: string;
}

export interface KeptInvocation extends Omit<InvocationEvent, "started" | "traceHeader"> {
  milliseconds: number;
  /** `Root=…` */
  trace: string;
}

/** An invocation that no request of an API brought. */
export interface KeptEvent {
  kind: "event";
  id: number;
  time: number;
  invocation: KeptInvocation;
}

export type Entry = KeptRequest | KeptEvent;

export interface KeptCall extends StoreCall {
  store: string;
}

/** What a function's role was used for. */
export interface Used {
  action: string;
  resource: string;
  allowed: number;
  refused: number;
}

export class Recorder implements Observer {
  readonly #invocations = new Map<string, KeptInvocation>();
  /** The last invocation of each trace. */
  readonly #byTrace = new Map<string, KeptInvocation>();
  readonly #entries = new Ring<Entry>(MOST_ENTRIES, MOST_BYTES);
  readonly #invoked = new Ring<KeptInvocation>(MOST_INVOCATIONS, MOST_BYTES, (gone) => {
    this.#invocations.delete(gone.requestId);
    if (this.#byTrace.get(gone.trace) === gone) this.#byTrace.delete(gone.trace);
  });
  readonly #calls = new Ring<KeptCall>(MOST_CALLS, MOST_CALL_BYTES, (gone) => {
    if (gone.trace !== undefined && isRefused(gone)) this.#refusals.delete(gone.trace);
  });
  /** Refused calls by trace. */
  readonly #refusals = new Map<string, number>();
  #refusedLately = new Set<string>();
  /** Of everything, also of what is not kept. */
  readonly metrics = new MetricStore();
  readonly #measured = new Measured(this.metrics);
  readonly #used = new Map<string, Map<string, Used>>();
  readonly #limit = new RateLimit(MOST_A_SECOND);
  readonly #failureLimit = new RateLimit(MOST_FAILURES_A_SECOND);
  #nextId = 1;
  readonly traces = new TraceStore();
  /** Since the start. */
  readonly counts = { requests: 0, failures: 0, events: 0, calls: 0, leftOut: 0 };

  request(happened: RequestEvent): void {
    this.counts.requests++;
    this.#measured.request(happened);
    const isFailure = happened.status >= 500;
    if (isFailure) this.counts.failures++;
    if (happened.traced) this.traces.request(happened);
    if (!this.#isKept(happened.time, isFailure)) return;
    const body = kept(happened.body);
    const answerBody = kept(happened.answerBody);
    const { traceHeader } = happened;
    const trace = traceHeader === undefined ? {} : { trace: rootOf(traceHeader) };
    this.#entries.add(
      { ...happened, ...trace, kind: "request", id: this.#nextId++, body, answerBody },
      body.length + answerBody.length + 2_048,
    );
  }

  invocation(happened: InvocationEvent): void {
    const { requestId, isAsynchronous, event, lines, result, caller } = happened;
    this.#measured.invocation(happened);
    if (happened.traced) this.traces.invocation(happened);
    const isOfRequest = caller === "api";
    if (!isOfRequest) this.counts.events++;
    if (!this.#isKept(happened.time, result.status !== "ok" || isAsynchronous)) return;
    const invocation: KeptInvocation = {
      ...happened,
      milliseconds: performance.now() - happened.started,
      trace: rootOf(happened.traceHeader),
      event: cut(event),
      lines: lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES - 3), ...lines.slice(-3)] : lines,
      result: result.payload === undefined ? result : { ...result, payload: cut(result.payload) },
    };
    const bytes =
      invocation.event.length + (invocation.result.payload?.length ?? 0) + lengthOf(invocation.lines);
    this.#invocations.set(requestId, invocation);
    this.#byTrace.set(invocation.trace, invocation);
    this.#invoked.add(invocation, bytes + 1_024);
    if (!isOfRequest)
      this.#entries.add({ kind: "event", id: this.#nextId++, time: happened.time, invocation }, 256);
  }

  calls({ store, calls, leftOut, measured }: StoreCallsEvent): void {
    this.#measured.calls(measured);
    this.counts.calls += calls.length + leftOut;
    for (const call of calls) {
      this.#calls.add({ ...call, store }, bytesOf(call));
      const { trace, decisions } = call;
      if (trace !== undefined && isRefused(call)) {
        this.#refusals.set(trace, (this.#refusals.get(trace) ?? 0) + 1);
        if (this.#refusedLately.size < MOST_ENTRIES) this.#refusedLately.add(trace);
      }
      const functionName = this.functionOf(call);
      for (const { action, resource, refusal } of decisions) {
        this.#use(functionName, action, resource, refusal !== undefined);
      }
    }
  }

  segment(document: SegmentDocument): void {
    this.traces.document(document);
  }

  segmentRefused(why: string): void {
    this.traces.refuse(why);
  }

  /** From the newest to the oldest. */
  entries(): Iterable<Entry> {
    return this.#entries.newest();
  }

  entry(id: number): Entry | undefined {
    for (const entry of this.#entries.newest()) if (entry.id === id) return entry;
    return undefined;
  }

  /** Id of the newest entry; 0 where there is none. */
  get newest(): number {
    return this.#nextId - 1;
  }

  invocationOf(requestId: string): KeptInvocation | undefined {
    return this.#invocations.get(requestId);
  }

  /** In the order in which they happened. */
  callsOf(trace: string): KeptCall[] {
    return [...this.#calls.newest()].filter((call) => call.trace === trace).reverse();
  }

  refusalsOf(trace: string): number {
    return this.#refusals.get(trace) ?? 0;
  }

  /** Traces with refusals since this was asked last: stores tell of their calls after the answer has gone. */
  takeRefusedLately(): ReadonlySet<string> {
    const taken = this.#refusedLately;
    if (taken.size > 0) this.#refusedLately = new Set();
    return taken;
  }

  undelivered(happened: UndeliveredEvent): void {
    this.#measured.undelivered(happened);
  }

  queue(...what: Parameters<Measured["queue"]>): void {
    this.#measured.queue(...what);
  }

  usedBy(functionName: string): Used[] {
    return [...(this.#used.get(functionName)?.values() ?? [])];
  }

  clear(): void {
    this.#entries.clear();
    this.#invoked.clear();
    this.#calls.clear();
  }

  /** By the time that it brings: to ask the clock would cost more than all else that is done. */
  #isKept(time: number, isFailure: boolean): boolean {
    if (this.#limit.take(time) || (isFailure && this.#failureLimit.take(time))) return true;
    this.counts.leftOut++;
    return false;
  }

  /** A role's session is called after one of the functions that share it; the trace knows which it was. */
  functionOf({ trace, session }: Pick<StoreCall, "session"> & { trace?: string | undefined }): string {
    return (trace === undefined ? undefined : this.#byTrace.get(trace)?.functionName) ?? session;
  }

  #use(functionName: string, action: string, resource: string, isRefused: boolean): void {
    const used = this.#used.get(functionName) ?? new Map<string, Used>();
    this.#used.set(functionName, used);
    const key = `${action} ${resource}`;
    if (!used.has(key) && used.size >= MOST_ACTIONS) return;
    const one = used.get(key) ?? { action, resource, allowed: 0, refused: 0 };
    used.set(key, one);
    if (isRefused) one.refused++;
    else one.allowed++;
  }
}

/** About what it holds: texts that it shares with others are its own here. */
function bytesOf({ decisions, messageIds = [] }: StoreCall): number {
  let bytes = 512 + messageIds.length * 64;
  for (const { action, resource, refusal } of decisions)
    bytes +=
      256 + action.length + resource.length + (refusal ? refusal.message.length + refusal.hint.length : 0);
  return bytes;
}

function isRefused({ decisions }: StoreCall): boolean {
  return decisions.some(({ refusal }) => refusal);
}

/** Copied: a body is a part of a larger buffer, which would be kept with it. */
function kept<Body extends Buffer | string>(body: Body): Body {
  return (typeof body === "string" ? cut(body) : Buffer.from(body.subarray(0, LONGEST_BODY))) as Body;
}

function cut(text: string): string {
  return text.length > LONGEST_BODY ? Buffer.from(text.slice(0, LONGEST_BODY)).toString() : text;
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}
