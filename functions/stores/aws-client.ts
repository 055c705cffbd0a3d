/** What the clients of AWS services have in common here: an end to every wait, and a trace of every call. */
import type { InitializeMiddleware, Pluggable } from "@smithy/types";
import { traced } from "../telemetry/trace.ts";
import { StoreConflict, StoreUnavailable } from "./failures.ts";

/** 3 attempts of at most 1.5 s and the pauses between them: below the 6 s within which an answer must leave. */
export const clientSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
};

/** Milliseconds for a call with all its attempts. */
const DEADLINE = 5_000;

export const deadline = () => ({ abortSignal: AbortSignal.timeout(DEADLINE) });

/** To be used by a client (`client.middlewareStack.use(tracing("DynamoDB"))`). */
export function tracing<I extends object, O extends object>(name: string): Pluggable<I, O> {
  const middleware: InitializeMiddleware<I, O> = (next, context) => (args) => {
    const aws = {
      operation: context.commandName?.replace(/Command$/, ""),
      table_name: "TableName" in args.input ? String(args.input.TableName) : undefined,
      region: process.env.AWS_REGION,
    };
    return traced({ name, namespace: "aws", aws }, () => next(args));
  };
  return { applyToStack: (stack) => stack.add(middleware, { step: "initialize", name: "xray" }) };
}

/** Throttling errors, which carry a status of 400 like a mistake in the request. */
const THROTTLING = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "SlowDown",
  "ThrottlingException",
]);

/** DynamoDB's word for an item that somebody else's transaction holds; the SDK does not try again. */
const CONFLICT = "TransactionConflictException";

/** Waits for a call; what may go away by itself (network, time, throttling, a fault there) is a `StoreUnavailable`. */
export async function orFailure<T>(store: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && error.name === CONFLICT)
      throw new StoreConflict(`${store} is writing the same item for somebody else`, { cause: error });
    if (!isTransient(error)) throw error;
    throw new StoreUnavailable(`${store} does not answer or is throttling`, { cause: error });
  }
}

function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // An answer of the service: of its errors, those it blames on itself.
  if ("$fault" in error) return error.$fault === "server" || THROTTLING.has(error.name);
  // No answer, or none that can be read: a system error, a time-out, the deadline, an answer cut in the middle.
  return "code" in error || "$response" in error || /^(?:Abort|Timeout)Error$/.test(error.name);
}
