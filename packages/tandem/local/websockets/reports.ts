/** What happens on connections, as requests: a line of the access log each, and for whoever looks the whole of it. */
import type { RequestLine } from "../gateway/service.ts";
import type { Observer } from "../observer.ts";
import type { WebSocketApi } from "./declared.ts";
import type { MessageOutcome } from "./handler.ts";

export interface Happened extends MessageOutcome {
  event: "CONNECT" | "MESSAGE" | "DISCONNECT";
  /** Milliseconds since 1970. */
  time: number;
  /** Of `performance.now()`. */
  started: number;
  /** Of the handshake, with its query. */
  target?: string;
  /** Of the handshake: names and values in turn. */
  headers?: readonly string[];
  /** What came in. */
  body?: string;
  /** What went out. */
  reply?: string | undefined;
}

export type ReportHappened = (api: WebSocketApi, happened: Happened) => void;

export function reporting(
  observer: Observer | undefined,
  onRequest: ((line: RequestLine) => void) | undefined,
): ReportHappened {
  return (api, happened) => {
    const { event: method, status, stage, route, functionName, invocationId, requestId, trace } = happened;
    const milliseconds = performance.now() - happened.started;
    // As permissions name it.
    const path = happened.target ?? `/${[stage, route].filter(Boolean).join("/")}`;
    const reason = happened.reason === undefined ? {} : { reason: happened.reason };
    observer?.request({
      time: happened.time,
      started: happened.started,
      milliseconds,
      api: api.name,
      apiId: api.id,
      protocol: "WEBSOCKET",
      stage,
      route,
      method,
      target: path,
      headers: happened.headers ?? [],
      body: Buffer.from(happened.body ?? ""),
      status,
      answerHeaders: [],
      answerBody: happened.reply ?? "",
      functionName,
      invocationId,
      ...reason,
      traceHeader: trace,
    });
    onRequest?.({
      api: api.name,
      method,
      path,
      status,
      milliseconds,
      requestId,
      ...(functionName === undefined ? {} : { function: functionName }),
      ...(invocationId === undefined ? {} : { invocation: invocationId }),
      ...reason,
    });
  };
}
