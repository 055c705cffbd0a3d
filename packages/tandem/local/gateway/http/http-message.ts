/** A request and its answer as the gateway sees them: no socket and no stream, so that both can be made up in a test. */

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

/** An answer of the gateway itself, e.g. `{"message":"Not Found"}`. */
export function messageAnswer(status: number, message: string, headers: string[] = []): HttpAnswer {
  return {
    status,
    headers: ["Content-Type", "application/json", ...headers],
    body: JSON.stringify({ message }),
  };
}
