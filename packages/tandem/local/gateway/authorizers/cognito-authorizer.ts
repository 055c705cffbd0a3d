/** COGNITO_USER_POOLS of REST APIs: an id token, or where the method names scopes an access token with one of them. */
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import type { Authorizer, AuthorizerDecision, RoutedRequest } from "../api.ts";
import { expiredToken, gatewayAnswers } from "../gateway-answers.ts";
import type { HttpAnswer } from "../http/http-message.ts";
import { readIdentitySource } from "./identity-source.ts";
import type { KeySet } from "./jwt-authorizer.ts";
import { audiencesOf, scopesOf } from "./jwt-claims.ts";

export interface PoolRules {
  /** Of the pools. */
  issuers: readonly string[];
  /** Where the token stands, e.g. `method.request.header.Authorization`. */
  identitySource: string;
  /** Scopes of the method: the token needs one of them. */
  scopes: readonly string[];
  /** What the token's client has to fit. */
  clientPattern?: RegExp;
}

export function cognitoAuthorizer(rules: PoolRules, keys: KeySet): Authorizer {
  const keySet = createLocalJWKSet(keys);
  return {
    label: ["Cognito", ...rules.scopes].join(" "),
    async authorize(routed) {
      const token = tokenOf(rules, routed);
      if (token === undefined) return refuse(`there is no token in ${rules.identitySource}`);
      let payload: JWTPayload;
      try {
        const options = { issuer: [...rules.issuers], algorithms: ["RS256"], requiredClaims: ["exp"] };
        ({ payload } = await jwtVerify(token, keySet, options));
      } catch (error) {
        if (error instanceof errors.JWTExpired) return refuse("the token has expired", expiredToken);
        return refuse(`the token is none of the local issuer's for this pool (npm run token): ${error}`);
      }
      return decide(payload, rules);
    },
  };
}

function tokenOf({ identitySource }: PoolRules, routed: RoutedRequest): string | undefined {
  return readIdentitySource(identitySource, routed)?.replace(/^bearer +/i, "");
}

function decide(payload: JWTPayload, { scopes, clientPattern }: PoolRules): AuthorizerDecision {
  const wanted = scopes.length > 0 ? "access" : "id";
  if (payload.token_use !== wanted)
    return refuse(`the method wants an ${wanted} token; this is of use ${String(payload.token_use)}`);
  const own = scopesOf(payload);
  if (scopes.length > 0 && !scopes.some((scope) => own.includes(scope)))
    return refuse(`the token has scope ${own.join(" ")}, the method wants ${scopes.join(" or ")}`);
  if (clientPattern && !audiencesOf(payload).some((client) => clientPattern.test(client)))
    return refuse(`the token's client does not fit ${clientPattern.source}`);
  return { allowed: true, identity: { cognito: { claims: claimsOf(payload) } } };
}

/** Times of the token itself are written as dates, lists with commas. */
function claimsOf(payload: JWTPayload): Record<string, string> {
  const claims = Object.entries(payload).map(([name, value]) => [
    name,
    name === "exp" || name === "iat" ? dateText(Number(value)) : String(value),
  ]);
  return Object.fromEntries(claims);
}

/** `Tue Jan 02 03:04:05 UTC 2024`. */
function dateText(seconds: number): string {
  const [day = "", date = "", month = "", year = "", time = ""] = new Date(seconds * 1000)
    .toUTCString()
    .replace(",", "")
    .split(" ");
  return `${day} ${month} ${date} ${time} UTC ${year}`;
}

function refuse(
  reason: string,
  answer: HttpAnswer = gatewayAnswers("REST").unauthorized,
): AuthorizerDecision {
  return { allowed: false, answer, reason };
}
