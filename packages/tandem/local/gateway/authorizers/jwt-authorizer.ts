/** JWT authorizers: signature, issuer, audience, times and scopes are all checked. */
import { createLocalJWKSet, errors, type JWK, type JWTPayload, jwtVerify } from "jose";
import type { Authorizer, AuthorizerDecision, RoutedRequest } from "../api.ts";
import { messageAnswer } from "../http/http-message.ts";
import { readIdentitySource } from "./identity-source.ts";
import { audiencesOf, claimTexts, scopesOf } from "./jwt-claims.ts";

/** Public keys, as `/.well-known/jwks.json` serves them. */
export interface KeySet {
  keys: JWK[];
}

export interface JwtRules {
  issuer: string;
  audiences: readonly string[];
  /** Where the token stands, e.g. `$request.header.Authorization`. */
  identitySource: string;
  /** Scopes of the route: the token needs one of them. None: any token will do. */
  scopes: readonly string[];
}

/** API Gateway takes RSA signatures only; naming them also shuts out `none` and keys taken for shared secrets. */
const ALGORITHMS = ["RS256", "RS384", "RS512"];

export function jwtAuthorizer(rules: JwtRules, keys: KeySet): Authorizer {
  const keySet = createLocalJWKSet(keys);
  const verify = async (token: string): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(token, keySet, {
      issuer: rules.issuer,
      algorithms: ALGORITHMS,
      requiredClaims: ["exp"],
    });
    if (!audiencesOf(payload).some((audience) => rules.audiences.includes(audience))) {
      throw new InvalidToken("the token does not have a valid audience");
    }
    if (payload.iat !== undefined && payload.iat > Date.now() / 1000) {
      throw new InvalidToken("the token was issued in the future");
    }
    return payload;
  };
  return {
    label: ["JWT", ...rules.scopes].join(" "),
    authorize: (routed) => authorize(routed, rules, verify),
  };
}

class InvalidToken extends Error {
  override name = "InvalidToken";
}

async function authorize(
  routed: RoutedRequest,
  rules: JwtRules,
  verify: (token: string) => Promise<JWTPayload>,
): Promise<AuthorizerDecision> {
  const token = readIdentitySource(rules.identitySource, routed)?.replace(/^bearer +/i, "");
  if (token === undefined) return refuse(401, "Bearer", `there is no token in ${rules.identitySource}`);
  let payload: JWTPayload;
  try {
    payload = await verify(token);
  } catch (error) {
    const description = describe(error);
    return refuse(401, challenge(rules, "invalid_token", description), description);
  }
  const scopes = scopesOf(payload);
  if (rules.scopes.length > 0 && !rules.scopes.some((scope) => scopes.includes(scope))) {
    const reason = `the token has ${scopes.length > 0 ? `scope ${scopes.join(" ")}` : "no scope"}, the route wants ${rules.scopes.join(" or ")}`;
    return refuse(
      403,
      challenge(rules, "insufficient_scope", "the token does not have the required scope"),
      reason,
    );
  }
  return { allowed: true, identity: { jwt: { claims: claimTexts(payload), scopes } } };
}

function challenge({ scopes }: JwtRules, error: string, description: string): string {
  return `Bearer scope="${scopes.join(" ")}" error="${error}" error_description="${description}"`;
}

function refuse(status: 401 | 403, challenge: string, reason: string): AuthorizerDecision {
  const message = status === 401 ? "Unauthorized" : "Forbidden";
  return { allowed: false, answer: messageAnswer(status, message, ["WWW-Authenticate", challenge]), reason };
}

/** In words that may stand in a header. */
function describe(error: unknown): string {
  if (error instanceof InvalidToken) return error.message;
  if (error instanceof errors.JWTExpired) return "the token has expired";
  if (error instanceof errors.JWTClaimValidationFailed)
    return `the token's claim ${error.claim} is not valid`;
  if (error instanceof errors.JWKSNoMatchingKey)
    return "the token was not signed by the local issuer (npm run token mints one)";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "the token's signature is not valid";
  if (error instanceof errors.JOSEAlgNotAllowed)
    return "the token is signed by an algorithm that is not allowed";
  return "the token cannot be read";
}
