/** What the local Lambda is made with. */
import type { SessionCredentials } from "../iam/credentials.ts";
import type { LateStore } from "../mongodb/late-store.ts";
import type { Observer } from "../observer.ts";
import type { Deliver } from "./event-queue.ts";
import type { FunctionDebugger } from "./function-debugger.ts";
import type { LogListener } from "./log.ts";
import type { FunctionSettings } from "./settings.ts";

export interface WorkersOptions {
  /** Local credentials of a function's role. */
  credentialsOf(roleArn: string, session: string): SessionCredentials;
  onLog: LogListener;
  /** Takes what became of an asynchronous invocation to a queue or topic; functions are invoked without it. */
  deliver: Deliver;
  /** A store that is not there yet. */
  lateStore?(): LateStore | undefined;
  /** Why a function's role may not send to the destination; undefined when it may. Without it every one may. */
  refuses?(roleArn: string, destinationArn: string): string | undefined;
  /** What functions send to addresses of the cloud may leave this machine. */
  allowCloud?: boolean;
  /** Serve the rest where a function cannot be loaded. */
  keepGoing?: boolean;
  /** Load a function when it is first called, and not all of them at the start. */
  loadOnCall?: boolean;
  observer?: Observer | undefined;
  /** Without it every function with active tracing is followed. */
  xray?: Tracing | undefined;
  /** Milliseconds before the two retries of an asynchronous invocation. */
  retryDelays?: readonly [number, number];
  /** Milliseconds before a throttled asynchronous invocation is offered again. */
  throttleDelay?: number;
  /** Concurrent executions of all functions together; as of an account that has not asked for more. */
  accountConcurrency?: number;
  /** Holds functions at breakpoints: idle workers then stay. */
  debugger?: FunctionDebugger | undefined;
  /** Blank threads kept ready. */
  spareThreads?: number;
  /** Bytes that idle workers may hold together. */
  warmMemory?: number;
  /** Milliseconds after which an idle worker is ended, as the cloud does after some minutes. */
  idleLimit?: number;
}

/** Which invocations X-Ray follows. */
export interface Tracing {
  /** Asked where the caller has not decided. */
  samplesInvocation(settings: FunctionSettings): boolean;
  /** Whether what is sent of them arrives. */
  mayPut(settings: FunctionSettings): boolean;
}

/** What may be left out. */
type Optional = "observer" | "debugger" | "xray";
export type CompleteOptions = Required<Omit<WorkersOptions, Optional>> & Pick<WorkersOptions, Optional>;

const defaults = {
  refuses: () => undefined,
  allowCloud: false,
  keepGoing: false,
  loadOnCall: false,
  debugger: undefined,
  observer: undefined,
  xray: undefined,
  lateStore: () => undefined,
  retryDelays: [1_000, 2_000] as const,
  throttleDelay: 1_000,
  accountConcurrency: 1_000,
  spareThreads: 2,
  warmMemory: 128 * 1_048_576,
  idleLimit: 10 * 60_000,
};

export function completeOptions(options: WorkersOptions): CompleteOptions {
  return { ...defaults, ...options };
}
