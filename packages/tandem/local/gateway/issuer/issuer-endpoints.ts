/** The two documents by which a function (or a person) finds the keys of the local issuer. */

import type { KeySet } from "../authorizers/jwt-authorizer.ts";
import type { HttpAnswer } from "../http/http-message.ts";

const BASE = "/_tandem/issuer";
const CONFIGURATION = `${BASE}/.well-known/openid-configuration`;
const KEYS = `${BASE}/.well-known/jwks.json`;

/** Undefined for every other path: those are the API's own. `issuer` is the name that tokens carry. */
export function issuerAnswer(
  target: string,
  origin: string,
  issuer: string,
  keys: KeySet,
): HttpAnswer | undefined {
  if (target === KEYS) return json(keys);
  if (target !== CONFIGURATION) return undefined;
  return json({
    issuer,
    jwks_uri: origin + KEYS,
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["token"],
    subject_types_supported: ["public"],
  });
}

function json(value: unknown): HttpAnswer {
  return { status: 200, headers: ["Content-Type", "application/json"], body: JSON.stringify(value) };
}
