/** Calls of MongoDB: connected first, bounded in time, traced, and its driver's errors told apart. */
import { setImmediate as nextTurn } from "node:timers/promises";
import mongoose from "mongoose";
import { traced } from "../telemetry/trace.ts";
import { StoreConflict, StoreUnavailable } from "./failures.ts";
import { ATTEMPT, type Client, connected, giveUp } from "./mongodb-client.ts";

export { ATTEMPT };

/**
 * Turns of the event loop before a call. A worker that was frozen wakes with connections that the server has closed
 * meanwhile; the driver learns it in the first turns, and what it writes before that it waits for in vain.
 */
const TURNS = 4;

/** Milliseconds for everything a call does, retries of the driver included: an answer must leave within 6 s. */
const DEADLINE = 5_000;

type Call<D, T> = (model: mongoose.Model<D>) => PromiseLike<T>;

/** What a model is made of; the name of its collection stands in the schema. */
interface Definition<D> {
  /** Connection string; its path names the database. */
  uri: string;
  name: string;
  schema: mongoose.Schema<D>;
}

/** Makes the calls of one collection: `await inOrders((orders) => orders.findOne({ _id }))`. */
export function collection<D>(uri: string, name: string, schema: mongoose.Schema<D>) {
  return <T>(call: Call<D, T>): Promise<T> => callStore({ uri, name, schema }, call);
}

async function callStore<D, T>(definition: Definition<D>, call: Call<D, T>): Promise<T> {
  const client = connected(definition.uri);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new StoreUnavailable(`MongoDB did not answer within ${DEADLINE} ms`)),
    DEADLINE,
  );
  try {
    const work = traced({ name: "MongoDB", namespace: "remote" }, () => attempt(definition, client, call));
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof MongoServerError && error.code === WRITE_CONFLICT)
      throw new StoreConflict("MongoDB is writing the same document for somebody else", { cause: error });
    if (!isTransient(error)) throw error;
    // What the server itself said came over a client that works; anything else leaves open whether this one ever will.
    if (!(error instanceof MongoServerError)) giveUp(definition.uri, client);
    if (error instanceof StoreUnavailable) throw error;
    throw new StoreUnavailable("MongoDB does not answer or is throttling", { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A worker that was frozen wakes with connections that the server has closed meanwhile. The driver retries what it finds
 * broken, but not a write to a socket whose end has just arrived; nothing was sent then, so once more is safe.
 */
async function attempt<D, T>(definition: Definition<D>, client: Client, call: Call<D, T>): Promise<T> {
  const model = modelOf(definition, await client);
  for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  try {
    return await call(model);
  } catch (error) {
    if (systemCode(error) !== "EPIPE") throw error;
    return await call(model);
  }
}

/** Of this connection alone: a connection that was given up takes its models with it. */
function modelOf<D>(
  { uri, name, schema }: Definition<D>,
  connection: mongoose.Connection,
): mongoose.Model<D> {
  const database = /^[^/]+\/\/[^/?]+\/([^/?]+)/.exec(uri)?.[1] ?? connection.name;
  const own = database === connection.name ? connection : connection.useDb(database, { useCache: true });
  // A client that has lost its server has none but the databases that it was asked for before.
  if (!own.db) throw new StoreUnavailable(`MongoDB is away, and ${database} was not yet asked for`);
  return own.models[name] ?? own.model<D>(name, schema);
}

/** Code of an error that Node itself gives for a socket (`ECONNRESET`), which the driver does not always wrap. */
function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^E[A-Z]+$/.test(code) ? code : undefined;
}

const { MongoNetworkError, MongoServerError, MongoSystemError } = mongoose.mongo;

/** The driver's own errors that a later try may not meet, by name: they share no class but that of all its errors. */
const PASSING = new Set([
  "MongoClientClosedError",
  "MongoNotConnectedError",
  "MongoOperationTimeoutError",
  "MongoPoolClosedError",
  "MongoServerClosedError",
  "MongoTopologyClosedError",
  "MongooseServerSelectionError",
  "MongoWaitQueueTimeoutError",
]);

/** MongoDB's answer to a write that met another one, of a transaction mostly: it gives up neither by itself. */
const WRITE_CONFLICT = 112;

/** Answers of a server that is at fault itself, busy or has just lost its role: internal error, time limit exceeded, too many requests, shutting down. */
const PASSING_CODES = new Set<unknown>([1, 50, 91, 189, 262, 10_107, 11_600, 11_602, 13_435, 13_436, 16_500]);

function isTransient(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true;
  if (error instanceof MongoServerError) {
    return error.hasErrorLabel("RetryableWriteError") || PASSING_CODES.has(error.code);
  }
  if (error instanceof MongoNetworkError || error instanceof MongoSystemError) return true;
  return systemCode(error) !== undefined || (error instanceof Error && PASSING.has(error.name));
}
