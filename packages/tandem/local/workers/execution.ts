/** One invocation on its way to a worker, and what is noted of it. */
import type { AnswerStream, Caller } from "../invocation.ts";
import type { Reported } from "../observer.ts";
import type { MongodbCalls } from "./protocol.ts";

export interface Execution {
  requestId: string;
  /** JSON text. */
  event: string;
  traceHeader: string;
  invokedFunctionArn: string;
  clientContext?: string | undefined;
  caller: Caller;
  iteratorAge?: number | undefined;
  stream?: AnswerStream | undefined;
  log?: ((line: string) => void) | undefined;
  /** What is noted of it for who looks; without it nothing is. */
  noted?: Noted | undefined;
}

export interface Noted {
  readonly lines: string[];
  /** By `performance.now()`, when it was asked for and no worker began at once. */
  waitsSince: number | undefined;
  /** By `performance.now()`, when a worker that had loaded its code took it. */
  begun: number | undefined;
  reported: Reported | undefined;
  /** What it said to MongoDB. */
  mongodb: MongodbCalls | undefined;
}
