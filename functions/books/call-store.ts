/** One call of MongoDB: connected first, bounded in time, traced, and its driver's errors told apart. */
import mongoose from "mongoose";
import { StoreConflict, StoreUnavailable } from "../stores/failures.ts";
import { traced } from "../telemetry/trace.ts";
import { connected, disconnect } from "./client.ts";

/** Milliseconds for everything a call does, retries of the driver included: an answer must leave within 6 s. */
const DEADLINE = 5_000;

export async function callStore<T>(call: () => PromiseLike<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new StoreUnavailable(`MongoDB did not answer within ${DEADLINE} ms`)),
    DEADLINE,
  );
  try {
    const work = traced({ name: "MongoDB", namespace: "remote" }, () => attempt(call));
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof MongoServerSelectionError) await disconnect();
    if (error instanceof MongoServerError && error.code === WRITE_CONFLICT)
      throw new StoreConflict("MongoDB is writing the same document for somebody else", { cause: error });
    if (!isTransient(error)) throw error;
    throw new StoreUnavailable("MongoDB does not answer or is throttling", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A worker that was frozen wakes with connections that the server has closed meanwhile. The driver retries what it finds
 * broken, but not a write to a socket whose end has just arrived; nothing was sent then, so once more is safe.
 */
async function attempt<T>(call: () => PromiseLike<T>): Promise<T> {
  await connected();
  try {
    return await call();
  } catch (error) {
    if (systemCode(error) !== "EPIPE") throw error;
    return await call();
  }
}

/** Code of an error that Node itself gives for a socket (`ECONNRESET`), which the driver does not always wrap. */
function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^E[A-Z]+$/.test(code) ? code : undefined;
}

const { MongoNetworkError, MongoServerError, MongoServerSelectionError, MongoSystemError } = mongoose.mongo;

/** The driver's own errors that a later try may not meet, by name: they share no class but that of all its errors. */
const PASSING = new Set([
  "MongoNotConnectedError",
  "MongooseServerSelectionError",
  "MongoTopologyClosedError",
  "MongoWaitQueueTimeoutError",
]);

/** MongoDB's answer to a write that met another one, of a transaction mostly: it gives up neither by itself. */
const WRITE_CONFLICT = 112;

/** Answers of a server that is busy or has just lost its role: time limit exceeded, too many requests, shutting down. */
const PASSING_CODES = new Set<unknown>([50, 91, 189, 262, 10_107, 11_600, 11_602, 13_435, 13_436, 16_500]);

function isTransient(error: unknown): boolean {
  if (error instanceof MongoServerError) {
    return error.hasErrorLabel("RetryableWriteError") || PASSING_CODES.has(error.code);
  }
  if (error instanceof MongoNetworkError || error instanceof MongoSystemError) return true;
  return systemCode(error) !== undefined || (error instanceof Error && PASSING.has(error.name));
}
