/** Cognito's user pools of a program, as issuers of tokens, and the claims of those tokens. */
import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { ofType } from "../../../program/reading/resources.ts";
import { text } from "../../../program/reading/value.ts";
import type { Recording } from "../../../program/recording.ts";

export const USER_POOL = "aws:cognito/userPool:UserPool";
export const USER_POOL_CLIENT = "aws:cognito/userPoolClient:UserPoolClient";

export interface UserPool {
  /** Logical name. */
  name: string;
  arn: string;
  /** As its tokens call it. */
  issuer: string;
  clientIds: string[];
}

/** An access token says what its bearer may do, an id token who it is. */
export type TokenUse = "access" | "id";

export interface PoolToken {
  clientId: string;
  use: TokenUse;
  groups: readonly string[];
}

export function userPools(recording: Recording): UserPool[] {
  const clients = ofType(recording, USER_POOL_CLIENT);
  return ofType(recording, USER_POOL).map(({ name, id, outputs }) => ({
    name,
    arn: text(outputs.arn) ?? "",
    issuer: `https://${text(outputs.endpoint) ?? ""}`,
    clientIds: clients
      .filter(({ inputs }) => text(inputs.userPoolId) === id)
      .map((client) => text(client.outputs.id) ?? client.id ?? ""),
  }));
}

/** What a token of a pool has besides issuer, subject and times. */
export function poolClaims(
  { clientId, use, groups }: PoolToken,
  subject: string,
  scopes: readonly string[],
  now: number,
): JWTPayload {
  return {
    ...(groups.length > 0 ? { "cognito:groups": [...groups] } : {}),
    ...(use === "id"
      ? { aud: clientId, "cognito:username": subject }
      : { client_id: clientId, username: subject, version: 2, scope: scopes.join(" ") || OF_SIGN_IN }),
    token_use: use,
    auth_time: now,
    jti: randomUUID(),
    // Of the refresh token it came with, and of the signing in.
    origin_jti: randomUUID(),
    event_id: randomUUID(),
  };
}

/** Scope of whoever signed in without the pages of Cognito. */
const OF_SIGN_IN = "aws.cognito.signin.user.admin";
