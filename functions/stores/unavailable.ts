/** A store is down, too slow or throttling: trying again later may help, here or by whoever asked. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}
