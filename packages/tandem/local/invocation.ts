/** How gateway, queue, bucket, schedule and `npm run invoke` call a function, and what they get back. */

/** Who calls a function. */
export type Caller =
  | "api"
  | "url"
  | "authorizer"
  | "queue"
  | "stream"
  | "bucket"
  | "schedule"
  | "topic"
  | "rule"
  | "destination"
  | "state machine"
  | "alarm"
  | "sdk"
  | "person";

/** Takes the answer of a handler that streams, as it comes. What comes before an error has been taken by then. */
export interface AnswerStream {
  /** Called once, before the first piece, and not at all where the handler does not stream. */
  begin(contentType: string): void;
  /** Resolves when there is room for more; undefined where there is already. */
  write(bytes: Uint8Array): Promise<void> | undefined;
}

export interface InvokeOptions {
  /** A person, unless it is said. */
  caller?: Caller;
  /** Defaults to `RequestResponse`. `Event` resolves once the event is accepted; retries and destinations follow. */
  type?: "RequestResponse" | "Event";
  /** Aborts waiting for the answer (the caller went away); the invocation itself goes on. */
  signal?: AbortSignal;
  /** Of records of a stream: milliseconds since the last of them was written. */
  iteratorAge?: number;
  /** Waits for a store that the function needs and that is not there yet, instead of refusing. */
  waits?: boolean;
  traceHeader?: string;
  /** JSON text of what a mobile SDK says of its device: the `clientContext` of the function's context. */
  clientContext?: string;
  /** Its id, where the caller has told it already. */
  requestId?: string;
  /** Without it a handler that streams is answered as a whole. */
  stream?: AnswerStream;
  /** Told each line of this invocation's log as it comes. */
  log?(line: string): void;
}

export interface InvokeResult {
  requestId: string;
  /**
   * `ok`: `payload` is what the handler returned. `error`: the handler threw, timed out, crashed or ran out of memory.
   * `throttled`: reserved concurrency is used up, the function did not run.
   */
  status: "ok" | "error" | "throttled";
  /** Of one that was throttled: which limit was reached. */
  reason?: "ReservedFunctionConcurrentInvocationLimitExceeded" | "ConcurrentInvocationLimitExceeded";
  /** `$LATEST` where nothing else is said: an alias executes the version that it points at. */
  executedVersion?: string;
  /**
   * JSON text (the worker serialised it), or undefined when the handler returned undefined or streamed. Of a handler that streams
   * to nobody it is what it wrote, whatever that is.
   */
  payload?: string;
  /** As Lambda reports it. */
  error?: {
    errorType: string;
    errorMessage: string;
    /** Of a function for Node.js. */
    trace?: string[];
    /** Of one for Python. */
    stackTrace?: string[];
    requestId?: string;
  };
}

/** Runs functions of the recorded program by their physical name or ARN (qualified or not). */
export interface Invoker {
  invoke(functionName: string, payload: unknown, options?: InvokeOptions): Promise<InvokeResult>;
}

/** What a function answered; of one that streamed something that is no JSON, the text. */
export function answeredValue(payload: string | undefined): unknown {
  if (payload === undefined) return undefined;
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
