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
  /** 24 for nodejs24.x, 0 for another language */
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
  /** Host and port that it calls over TLS → port of this machine that answers without. */
  plainPorts: Record<string, number>;
  /** Somebody looks: what it says to MongoDB is told. */
  isObserved: boolean;
  /** A debugger is to find its code as the file has it. */
  inspected: boolean;
}

/** A command of a function to MongoDB. */
export interface MongodbCall {
  /** Milliseconds since 1970. */
  time: number;
  milliseconds: number;
  /** `insert` */
  operation: string;
  /** `shop.orders` */
  on?: string | undefined;
  /** Documents, or changes and deletions, that it brings. */
  sent?: number | undefined;
  /** Documents of the answer, or changed by it. */
  items?: number | undefined;
  /** Name of the server's error. */
  error?: string | undefined;
}

export interface MongodbCalls {
  calls: MongodbCall[];
  /** Calls besides these: there were too many. */
  leftOut: number;
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
  /** What a function that still runs has said to MongoDB. */
  | ["mongodb", calls: MongodbCalls]
  | ["answer", payload: string | undefined, milliseconds: number, memory: number, mongodb?: MongodbCalls]
  | ["error", error: FunctionError, milliseconds: number, memory: number, mongodb?: MongodbCalls]
  /** The last word of a worker that ends itself. */
  | ["fatal", error: FunctionError]
  | ["out of memory"];

/** Whether the runtime sent it: what a function does to its thread must not reach the run as something else. */
export function isFromWorker(message: unknown): message is FromWorker {
  if (!Array.isArray(message)) return false;
  const [what, first, second, third, fourth]: unknown[] = message;
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
    case "mongodb":
      return areMongodbCalls(first);
    case "answer":
      if (first !== undefined && typeof first !== "string") return false;
      return areNumbers(second, third) && (fourth === undefined || areMongodbCalls(fourth));
    case "error":
      if (!isFunctionError(first)) return false;
      return areNumbers(second, third) && (fourth === undefined || areMongodbCalls(fourth));
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

function areMongodbCalls(value: unknown): value is MongodbCalls {
  if (typeof value !== "object" || value === null) return false;
  const { calls, leftOut } = value as Partial<MongodbCalls>;
  return Array.isArray(calls) && areNumbers(leftOut) && calls.every(isMongodbCall);
}

function isMongodbCall(value: unknown): value is MongodbCall {
  if (typeof value !== "object" || value === null) return false;
  const { time, milliseconds, operation, on = "", sent = 0, items = 0, error = "" } = value as MongodbCall;
  const areTexts = [operation, on, error].every((text) => typeof text === "string");
  return areTexts && areNumbers(time, milliseconds, sent, items);
}

function isFunctionError(value: unknown): value is FunctionError {
  if (typeof value !== "object" || value === null) return false;
  const { errorType, errorMessage, trace = [] } = value as Partial<FunctionError>;
  return typeof errorType === "string" && typeof errorMessage === "string" && Array.isArray(trace);
}

/** One for each function, in order. */
export type FromBulkLoader = ["loads" | "does not load" | "not tried", functionName: string];
