/** What the run and a worker thread say to each other. Tuples, because they cross a thread boundary at every call. */
import type { InvokeResult } from "../invocation.ts";

/** How Lambda reports what a function threw. */
export type FunctionError = NonNullable<InvokeResult["error"]>;

/** Given once, when the thread boots. */
export interface Boot {
  /** Memory that both sides see; `signals.cjs` says what stands where. */
  signals: SharedArrayBuffer;
}

/** Turns a blank thread into a worker of one function. */
export interface Assignment {
  functionName: string;
  functionVersion: string;
  memoryLimitInMB: number;
  /** Milliseconds an invocation may take. */
  timeout: number;
  logGroupName: string;
  logStreamName: string;
  logFormat: "Text" | "JSON";
  /** All of them; the thread starts with none. */
  environment: Record<string, string>;
  /** `index.handler` */
  handler: string;
  /** 24 for nodejs24.x */
  nodeMajor: number;
  /** Folder of the unpacked code. */
  taskRoot: string;
  /** Folder that it sees as /opt, and where `require` looks in it. */
  layers?: { root: string; packages: string[] } | undefined;
  /** Folder of the program: packages that the code does not carry are found from there. */
  projectFolder: string;
  /** Where V8's compiled form of the handler's file is kept; one file for one text. */
  codeCache: string;
  /** What the function sees as /tmp; made when first used. */
  temporaryFolder: string;
  /** What it sends to an address of the cloud may leave this machine. */
  allowCloud: boolean;
  /** A debugger is to find its code as the file has it. */
  inspected: boolean;
}

export type WorkerCall = [
  requestId: string,
  traceHeader: string,
  invokedFunctionArn: string,
  /** JSON text. */
  event: string,
  /** What a streaming handler writes goes out as it comes. */
  streams: boolean,
  /** JSON text. */
  clientContext: string | undefined,
];

export type ToWorker = Assignment | WorkerCall;

export type FromWorker =
  | ["log", text: string]
  /** It wanted to reach this address of the cloud. */
  | ["refused", host: string]
  | ["loaded", milliseconds: number, memory: number]
  | ["not loaded", error: FunctionError]
  | ["asleep", memory: number]
  /** A streaming handler begins its answer. */
  | ["stream", contentType: string]
  | ["piece", bytes: Uint8Array]
  | ["answer", payload: string | undefined, milliseconds: number, memory: number]
  | ["error", error: FunctionError, milliseconds: number, memory: number]
  /** The last word of a worker that ends itself. */
  | ["fatal", error: FunctionError]
  | ["out of memory"];

/** Whether the runtime sent it: what a function does to its thread must not reach the run as something else. */
export function isFromWorker(message: unknown): message is FromWorker {
  if (!Array.isArray(message)) return false;
  const [what, first, second, third]: unknown[] = message;
  switch (what) {
    case "log":
    case "refused":
    case "stream":
      return typeof first === "string";
    case "loaded":
      return areNumbers(first, second);
    case "asleep":
      return areNumbers(first);
    case "piece":
      return first instanceof Uint8Array;
    case "answer":
      return (first === undefined || typeof first === "string") && areNumbers(second, third);
    case "error":
      return isFunctionError(first) && areNumbers(second, third);
    case "not loaded":
    case "fatal":
      return isFunctionError(first);
    default:
      return what === "out of memory";
  }
}

function areNumbers(...values: unknown[]): boolean {
  return values.every((value) => typeof value === "number");
}

function isFunctionError(value: unknown): value is FunctionError {
  if (typeof value !== "object" || value === null) return false;
  const { errorType, errorMessage, trace = [] } = value as Partial<FunctionError>;
  return typeof errorType === "string" && typeof errorMessage === "string" && Array.isArray(trace);
}

/** One for each function, in order. */
export type FromBulkLoader = ["loads" | "does not load" | "not tried", functionName: string];
