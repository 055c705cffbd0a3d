import type { JWK } from "jose";

/** Public keys, as `/.well-known/jwks.json` serves them. */
export interface KeySet {
  keys: JWK[];
}
