/** One call of MongoDB: connected first, bounded in time, and with the driver's errors turned into answers. */
import { unavailable } from "../http/http-error.ts";
import { connected } from "./client.ts";

/** Milliseconds for everything a call does, retries of the driver included: an answer must leave within 6 s. */
const DEADLINE = 5_000;

export async function callStore<T>(call: () => PromiseLike<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`MongoDB did not answer within ${DEADLINE} ms`)), DEADLINE);
  try {
    return await Promise.race([connected().then(call), late]);
  } catch (error) {
    throw unavailable(error);
  } finally {
    clearTimeout(timer);
  }
}
