/** A request and its answer as the gateway sees them: no socket, so that both can be made up in a test. */
import type { Readable } from "node:stream";

export interface HttpRequest {
  method: string;
  /** Request target as it was sent: path and query, still encoded. */
  target: string;
  /** `HTTP/1.1`. */
  protocol: string;
  /** Names and values in turn, as they came. */
  rawHeaders: readonly string[];
  body: Buffer;
  sourceIp: string;
  /** Port the request came in on. */
  port: number;
  /** Milliseconds since 1970. */
  time: number;
}

export interface HttpAnswer {
  status: number;
  /** Names and values in turn; a name may come twice. */
  headers: string[];
  body: string | Buffer;
}

/** One whose body goes out as it comes; an error of the body cuts the connection. */
export interface StreamedAnswer extends Omit<HttpAnswer, "body"> {
  body: Readable;
}

export function isStreamed(answer: HttpAnswer | StreamedAnswer): answer is StreamedAnswer {
  return typeof answer.body === "object" && "pipe" in answer.body;
}

/** An answer of the gateway itself, e.g. `{"message":"Not Found"}`. */
export function messageAnswer(status: number, message: string, headers: string[] = []): HttpAnswer {
  return {
    status,
    headers: ["Content-Type", "application/json", ...headers],
    body: JSON.stringify({ message }),
  };
}
