/** Something that happened, of which a test says what matters to it. */
import type { InvocationEvent, RequestEvent } from "../../local/observer.ts";

export const request = (change: Partial<RequestEvent> = {}): RequestEvent => ({
  time: Date.now(),
  started: performance.now(),
  milliseconds: 1,
  api: "api",
  apiId: "a1",
  protocol: "HTTP",
  stage: "$default",
  method: "GET",
  target: "/",
  headers: [],
  body: Buffer.from(""),
  status: 200,
  answerHeaders: [],
  answerBody: "",
  ...change,
});

export const invocation = (change: Partial<InvocationEvent> = {}): InvocationEvent => ({
  time: Date.now(),
  started: performance.now(),
  requestId: "id",
  functionName: "one",
  caller: "api",
  traceHeader: "Root=1;Parent=2;Sampled=0",
  event: "{}",
  result: { requestId: "id", status: "ok", payload: "1" },
  lines: [],
  concurrent: 1,
  isAsynchronous: false,
  ...change,
});
