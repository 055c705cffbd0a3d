/** What a store may answer that is nobody's mistake: trying again may help, here or by whoever asked. */

/** It is down, too slow or throttling. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

/** Somebody else is writing the same thing at this moment (a transaction, say); nothing was changed. */
export class StoreConflict extends Error {
  override name = "StoreConflict";
}
