/** What functions said to MongoDB, in the form in which stores tell of their calls. */
import type { CallsMeasured, StoreCall, StoreCallsEvent } from "../observer.ts";
import { RateLimit } from "../rate-limit.ts";
import type { MongodbCall, MongodbCalls } from "./protocol.ts";

/** Stands where others have an ARN: all clusters of a program are one server here. */
export const MONGODB = "MongoDB";

/** More a second than a person can read; what is beyond is counted. */
const MOST_A_SECOND = 200;

export class MongodbReports {
  readonly #limit = new RateLimit(MOST_A_SECOND);

  event({ calls, leftOut }: MongodbCalls, trace: string, session: string): StoreCallsEvent {
    const kept = calls.filter(() => this.#limit.take());
    return {
      store: MONGODB,
      calls: kept.map((call): StoreCall => callOf(call, trace, session)),
      leftOut: leftOut + calls.length - kept.length,
      measured: [false, true].flatMap((isError) =>
        measured(
          calls.filter(({ error }) => (error !== undefined) === isError),
          isError,
        ),
      ),
    };
  }
}

/** There is no status in MongoDB's answers: of HTTP's those that say the same. */
function callOf(call: MongodbCall, trace: string, session: string): StoreCall {
  return { ...call, status: call.error === undefined ? 200 : 400, trace, session, decisions: [] };
}

function measured(calls: readonly MongodbCall[], isError: boolean): CallsMeasured[] {
  const [first] = calls;
  if (!first) return [];
  const times = calls.map(({ milliseconds }) => milliseconds);
  return [
    {
      time: first.time,
      operation: first.operation,
      resource: MONGODB,
      isError,
      count: calls.length,
      items: calls.reduce((sum, { items = 0 }) => sum + items, 0),
      milliseconds: {
        sum: times.reduce((sum, one) => sum + one, 0),
        least: Math.min(...times),
        most: Math.max(...times),
      },
    },
  ];
}
