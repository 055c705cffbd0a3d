/** A store that is still being downloaded or built while everything else is served already. */

/** Seconds after which asking again is worth it: a build says every ten how far it is. */
const RETRY_AFTER = 5;

export interface LateStore {
  /** Its address on this machine: whoever holds it in a variable needs the store. */
  address: string;
  /** What it waits for, or why it will never be there. */
  reason: string;
  /** Seconds; undefined when the store will not come. */
  retryAfter: number | undefined;
  /** Resolves when the store answers; rejects when it will not come. */
  there: Promise<void>;
}

/** The function was not called, for the store that it needs is not there yet. */
export class StoreNotThere extends Error {
  override name = "StoreNotThere";
  readonly retryAfter: number | undefined;

  constructor({ reason, retryAfter }: LateStore) {
    super(reason);
    this.retryAfter = retryAfter;
  }
}

/** Begun at once; `come` resolves when the store answers, and says through `say` how far it is. */
export function lateStore(address: string, come: (log: (line: string) => void) => Promise<void>): LateStore {
  const store: LateStore = {
    address,
    reason: "MongoDB is not there yet",
    retryAfter: RETRY_AFTER,
    there: Promise.resolve(),
  };
  store.there = come((line) => {
    store.reason = `MongoDB is not there yet: ${line.replace(/^MongoDB: /, "")}`;
  }).catch((error: Error) => {
    store.reason = error.message;
    store.retryAfter = undefined;
    throw error;
  });
  // Whoever waits for it meets the failure; nobody may wait.
  store.there.catch(() => {});
  return store;
}

export function needs(store: LateStore, environment: Record<string, string>): boolean {
  return Object.values(environment).some((value) => value.includes(store.address));
}
