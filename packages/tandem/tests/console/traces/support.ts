/** Traces as a run tells of them, without a run. */

import { Mask } from "../../../console/secrets.ts";
import { TraceStore } from "../../../console/trace-store.ts";
import { type ReadTrace, TraceReader } from "../../../console/traces/read-trace.ts";
import type { InvocationEvent, RequestEvent } from "../../../local/observer.ts";
import { recordedProgram } from "../../support/recordings.ts";

export const TRACE = "1-67bf0000-0123456789abcdef01234567";
export const mask = Mask.of(recordedProgram([]));

export const id = (of: string) => of.padEnd(16, "0").slice(0, 16);

export function document(change: object, trace = TRACE): { trace: string; id: string; text: string } {
  const whole = { trace_id: trace, id: id("a"), name: "garage", start_time: 1, end_time: 2, ...change };
  return { trace, id: whole.id, text: JSON.stringify(whole) };
}

export function invocation(change: Partial<InvocationEvent> = {}): InvocationEvent {
  return {
    time: 1_000,
    started: 0,
    requestId: "request",
    functionName: "motors",
    caller: "api",
    traceHeader: `Root=${TRACE}`,
    event: "{}",
    result: { requestId: "request", status: "ok", payload: "1" },
    lines: [
      "REPORT RequestId: x\tDuration: 60.00 ms\tBilled Duration: 60 ms\tMemory Size: 128 MB\tMax Memory Used: 10 MB",
    ],
    concurrent: 1,
    isAsynchronous: false,
    traced: {
      trace: TRACE,
      service: id("1a"),
      function: id("2b"),
      invocation: id("3c"),
      functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:motors",
      waited: 30,
      milliseconds: 100,
    },
    ...change,
  };
}

/** Called by this segment. */
export function calledBy(parent: string, change: Partial<InvocationEvent> = {}): InvocationEvent {
  const happened = invocation(change);
  return happened.traced ? { ...happened, traced: { ...happened.traced, parent } } : happened;
}

export function request(change: Partial<RequestEvent> = {}): RequestEvent {
  return {
    time: 990,
    started: 0,
    milliseconds: 120,
    api: "api",
    apiId: "abc",
    protocol: "REST",
    stage: "live",
    method: "GET",
    target: "/live/motors?x=1",
    headers: [],
    body: Buffer.from(""),
    status: 200,
    answerHeaders: [],
    answerBody: "",
    functionName: "motors",
    traced: {
      trace: TRACE,
      id: id("4d"),
      call: id("5e"),
      service: "garage/live",
      stageArn: "arn:aws:apigateway:eu-central-1::/restapis/abc/stages/live",
      host: "127.0.0.1:3000",
    },
    ...change,
  };
}

/** What is read of the one trace that was told of. */
export function read(fill: (store: TraceStore) => void): ReadTrace {
  const store = new TraceStore();
  fill(store);
  const [kept] = store.newest();
  const trace = kept && new TraceReader().read(kept, mask);
  if (!trace) throw new Error("nothing is read of the trace");
  return trace;
}
