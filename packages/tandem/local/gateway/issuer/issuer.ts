/**
 * Stands in for the issuer of every JWT authorizer of the program: a key pair of this machine, kept between starts.
 * Tokens carry the issuer's name that the program declares, so that a function sees what it would see in the cloud.
 */

import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import { makeFolder } from "../../../shared/make-folder.js";
import { UserError } from "../../../shared/user-error.js";
import type { Authorizer } from "../api.ts";
import { cognitoAuthorizer, type PoolRules } from "../authorizers/cognito-authorizer.ts";
import { type JwtRules, jwtAuthorizer, type KeySet } from "../authorizers/jwt-authorizer.ts";
import { type PoolToken, poolClaims } from "./user-pools.ts";

const ALGORITHM = "RS256";
const KEY_FILE = "private-key.json";

export interface TokenRequest {
  issuer: string;
  audience: string;
  /** Of a user pool: its claims in place of the audience. */
  pool?: PoolToken;
  subject: string;
  scopes: readonly string[];
  /** Seconds from now. */
  expiresIn: number;
}

export class LocalIssuer {
  /** What `/.well-known/jwks.json` serves. */
  readonly publicKeys: KeySet;
  readonly #privateKey: JWK;

  /** The issuer whose key is in this folder; made when there is none. */
  static async open(folder: string): Promise<LocalIssuer> {
    const file = path.join(folder, KEY_FILE);
    const known = readKey(file);
    if (known) return new LocalIssuer(known);
    makeFolder(folder);
    return new LocalIssuer(keepKey(file, await newKey()));
  }

  private constructor(privateKey: JWK) {
    this.#privateKey = privateKey;
    const { kty, n, e, kid } = privateKey;
    this.publicKeys = { keys: [{ kty, n, e, kid, alg: ALGORITHM, use: "sig" } as JWK] };
  }

  /** Lets through who carries a token of this issuer that keeps the rules. */
  authorizer(rules: JwtRules): Authorizer {
    return jwtAuthorizer(rules, this.publicKeys);
  }

  /** Lets through who carries a token of one of these user pools. */
  poolAuthorizer(rules: PoolRules): Authorizer {
    return cognitoAuthorizer(rules, this.publicKeys);
  }

  async mint({ issuer, audience, pool, subject, scopes, expiresIn }: TokenRequest): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const scope = scopes.length > 0 ? { scope: scopes.join(" ") } : {};
    return new SignJWT(pool ? poolClaims(pool, subject, scopes, now) : { aud: audience, ...scope })
      .setProtectedHeader({ alg: ALGORITHM, kid: this.#privateKey.kid ?? "", typ: "JWT" })
      .setIssuer(issuer)
      .setSubject(subject)
      .setIssuedAt(now)
      .setExpirationTime(now + expiresIn)
      .sign(await importJWK(this.#privateKey, ALGORITHM));
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: 2048, extractable: true });
  const key = await exportJWK(privateKey);
  return { ...key, kid: await calculateJwkThumbprint(key) };
}

function readKey(file: string): JWK | undefined {
  let json: string;
  try {
    json = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UserError(`The key of the local token issuer cannot be read: ${(error as Error).message}`);
  }
  const key = parseKey(json);
  if (key) return key;
  throw new UserError(
    `${file} holds no private key. Delete it: a new one is made, and tokens minted so far are worth nothing.`,
  );
}

function parseKey(json: string): JWK | undefined {
  try {
    const key = JSON.parse(json) as JWK;
    return key.kty === "RSA" && key.d !== undefined && key.kid !== undefined ? key : undefined;
  } catch {
    return undefined; // cut short, or not JSON at all: the caller says what to do
  }
}

/** Of two processes that make a key in the same instant, one wins and both use that one: a link is made once. */
function keepKey(file: string, key: JWK): JWK {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(key), { mode: 0o600 });
  try {
    linkSync(mine, file);
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readKey(file) ?? key;
  } finally {
    rmSync(mine, { force: true });
  }
}
