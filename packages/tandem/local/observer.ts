/**
 * What happens in a local run, told to whoever wants to look at it. Gateway, functions and stores know this interface and
 * nothing of who listens. Without a listener nothing is collected; with one, a call hands over references and returns at once.
 */
import type { Decision } from "./iam/guard.ts";
import type { Caller, InvokeResult } from "./invocation.ts";
import type { SegmentDocument } from "./xray/documents.ts";
import type { LambdaSegments } from "./xray/traced-run.ts";

/** `HTTP` and `WEBSOCKET` are API Gateway v2, `REST` is v1. */
export type Protocol = "HTTP" | "REST" | "WEBSOCKET";

export interface Observer {
  request(happened: RequestEvent): void;
  invocation(happened: InvocationEvent): void;
  /** Calls to a store that were answered since it was told last. */
  calls(happened: StoreCallsEvent): void;
  undelivered(happened: UndeliveredEvent): void;
  /** A document that a function sent to the X-Ray daemon. */
  segment(document: SegmentDocument): void;
  /** One that X-Ray would not have taken, and why. */
  segmentRefused(why: string): void;
}

/** A request of an API or a function URL, with its answer. */
export interface RequestEvent {
  /** Milliseconds since 1970. */
  time: number;
  /** By `performance.now()`. */
  started: number;
  milliseconds: number;
  /** Logical name. */
  api: string;
  /** As the cloud would number it. */
  apiId: string;
  protocol: Protocol | "URL";
  /** Undefined where no stage takes it, and of a function URL. */
  stage?: string | undefined;
  /** As the program declares it, `GET /orders/{id}`; undefined where none takes it, and of a function URL. */
  route?: string | undefined;
  method: string;
  /** As it was sent. */
  target: string;
  /** Names and values in turn. */
  headers: readonly string[];
  body: Buffer;
  status: number;
  answerHeaders: readonly string[];
  answerBody: string | Buffer;
  /** Physical name. */
  functionName?: string | undefined;
  /** Of the function's invocation, where it came that far. */
  invocationId?: string | undefined;
  /** Why the gateway, not the function, answered so. */
  reason?: string | undefined;
  /** `Root=…` and what else it says; whoever keeps the event picks the root. */
  traceHeader?: string | undefined;
  /** Where X-Ray follows it. */
  traced?: ApiSegment | undefined;
}

/** What a stage with X-Ray's tracing makes of a request. */
export interface ApiSegment {
  /** `1-67bf0000-0123456789abcdef01234567` */
  trace: string;
  /** Segment of whoever called, in the same trace. */
  parent?: string;
  id: string;
  /** Of the call to the function. */
  call: string;
  /** `<name of the API>/<stage>`, as X-Ray calls it. */
  service: string;
  /** ARN of the stage. */
  stageArn: string;
  host: string;
}

/** Of an invocation that came to an end. */
export interface Reported {
  /** Milliseconds, without the start of a worker or the wait for one. */
  duration: number;
  isColdStart: boolean;
}

/** One attempt of a function at an event, told of as it ends. */
export interface InvocationEvent {
  /** Milliseconds since 1970. */
  time: number;
  /** By `performance.now()`, the wait for a worker among what follows; who wants to know how long it took asks the clock. */
  started: number;
  requestId: string;
  functionName: string;
  caller: Caller;
  /** `Root=…` and what else it says. */
  traceHeader: string;
  /** JSON text. */
  event: string;
  result: InvokeResult;
  /** Its log, START, END and REPORT among it. */
  lines: readonly string[];
  /** What its REPORT says; undefined where it did not begin. */
  reported?: Reported | undefined;
  /** How many executions of the function there were when it began, itself among them. */
  concurrent: number;
  isAsynchronous: boolean;
  /** Of records of a stream: milliseconds since the last of them was written. */
  iteratorAge?: number | undefined;
  /** Where X-Ray follows it. */
  traced?:
    | (LambdaSegments & {
        functionArn: string;
        /** Milliseconds from `time` until a worker had it. */
        waited: number;
        /** All of it. */
        milliseconds: number;
      })
    | undefined;
}

export interface StoreCallsEvent {
  /** `dynamodb`, `sqs and s3`. */
  store: string;
  calls: readonly StoreCall[];
  /** Calls besides these, of which nothing was kept: there were too many a second. */
  leftOut: number;
  /** All of them, these and those, summed up. */
  measured: readonly CallsMeasured[];
}

/** Calls of one operation on one resource. */
export interface CallsMeasured {
  time: number;
  operation: string;
  resource: string;
  isError: boolean;
  count: number;
  /** Items of queries and scans, messages of queues. */
  items: number;
  milliseconds: { sum: number; least: number; most: number };
}

/** What became of an event did not reach where the program wants it told. */
export interface UndeliveredEvent {
  time: number;
  functionName: string;
  to: "destination" | "dead letters";
}

/** Plain, because it crosses from the store's thread. */
export interface StoreCall {
  time: number;
  milliseconds: number;
  /** `GetItem`, of MongoDB `find`; of S3, which names none, the action that was judged. */
  operation: string;
  status: number;
  /** Items of a query or scan, messages of a queue; of MongoDB documents of the answer, or changed by it. */
  items?: number | undefined;
  /** Of MongoDB, whose calls have no decisions to say it: the collection, `shop.orders`. */
  on?: string | undefined;
  /** Of MongoDB: documents, or changes and deletions, that it brought. */
  sent?: number | undefined;
  /** Of MongoDB: name of its error. */
  error?: string | undefined;
  /** Of messages that were sent: by these the function that takes them is found again. */
  messageIds?: readonly string[];
  /** `Root=…` of the invocation that called, which the SDK passes on. */
  trace?: string;
  /** Name of the role's session: a function's. */
  session: string;
  decisions: readonly Decision[];
}
