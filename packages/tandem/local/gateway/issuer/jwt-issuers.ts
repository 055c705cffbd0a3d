/** The authorizers of a program that want tokens: whose tokens its routes take, and with which scopes. */

import { ofType } from "../../../program/reading/resources.ts";
import { list, object, text, texts } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Value, Values } from "../../../program/recording.ts";
import { poolAuthorizers } from "../openapi/authorizers.ts";
import type { TokenRequest } from "./issuer.ts";
import { type TokenUse, type UserPool, userPools } from "./user-pools.ts";

export interface DeclaredIssuer {
  /** Logical name of the authorizer. */
  name: string;
  issuer: string;
  audiences: string[];
  /** Every scope that a route of this authorizer asks for, sorted. */
  scopes: string[];
  /** Where a user pool of the program is the issuer. */
  pool?: UserPool;
}

/** A remote component, whose routes have their authorizers within. */
export const REST_COMPONENT = "aws-apigateway:index:RestAPI";
const REST_API = "aws:apigateway/restApi:RestApi";

/** Of JWT authorizers of HTTP APIs, then of authorizers of REST APIs that trust user pools. */
export function jwtIssuers(recording: Recording): DeclaredIssuer[] {
  const pools = userPools(recording);
  return [
    ...httpIssuers(recording, pools),
    ...restIssuers(recording, pools),
    ...componentIssuers(recording, pools),
    ...documentIssuers(recording, pools),
  ];
}

/** The pools that an authorizer of a REST API trusts; undefined for one that the program does not have. */
export function trustedPools(
  authorizer: Pick<RecordedResource, "inputs">,
  recording: Recording,
): (UserPool | undefined)[] {
  const pools = userPools(recording);
  return texts(authorizer.inputs.providerArns).map((arn) => pools.find((pool) => pool.arn === arn));
}

function restIssuers(recording: Recording, pools: UserPool[]): DeclaredIssuer[] {
  const methods = ofType(recording, "aws:apigateway/method:Method");
  return ofType(recording, "aws:apigateway/authorizer:Authorizer").flatMap(({ id, name, inputs }) => {
    const arns = texts(inputs.providerArns);
    const pool = pools.find(({ arn }) => arns.includes(arn));
    if (text(inputs.type) !== "COGNITO_USER_POOLS" || !pool) return [];
    const scopes = methods
      .filter((method) => text(method.inputs.authorizerId) === id)
      .flatMap((method) => texts(method.inputs.authorizationScopes));
    return [poolIssuer(name, pool, scopes)];
  });
}

/** One for each pool that a component's routes trust, whatever its authorizers are called. */
function componentIssuers(recording: Recording, pools: UserPool[]): DeclaredIssuer[] {
  return ofType(recording, REST_COMPONENT).flatMap(({ name, inputs }) => {
    const authorizers = objects(inputs.routes).flatMap((route) => objects(route.authorizers));
    return pools.flatMap((pool) => {
      const trusting = authorizers.filter(({ providerARNs }) => texts(providerARNs).includes(pool.arn));
      if (trusting.length === 0) return [];
      const scopes = trusting.flatMap(({ methodsToAuthorize }) => texts(methodsToAuthorize));
      return [poolIssuer(name, pool, scopes)];
    });
  });
}

/** Of the security schemes of OpenAPI documents. */
function documentIssuers(recording: Recording, pools: UserPool[]): DeclaredIssuer[] {
  if (pools.length === 0) return [];
  return [...ofType(recording, REST_API), ...ofType(recording, REST_COMPONENT)].flatMap((api) =>
    poolAuthorizers(api).flatMap(({ name, providerArns, scopes }) => {
      const pool = pools.find(({ arn }) => providerArns.includes(arn));
      if (!pool) return [];
      return [poolIssuer(name, pool, scopes)];
    }),
  );
}

function poolIssuer(name: string, pool: UserPool, asked: readonly string[]): DeclaredIssuer {
  const { issuer, clientIds: audiences } = pool;
  return { name, issuer, audiences, scopes: [...new Set(asked)].sort(), pool };
}

function objects(value: Value | undefined): Values[] {
  return list(value).map(object);
}

export interface AskedToken {
  subject: string;
  scopes: readonly string[];
  /** Seconds from now. */
  expiresIn: number;
  /** Of a user pool; without it an access token where scopes are asked for. */
  use?: TokenUse | undefined;
  groups?: readonly string[];
}

/** A token as the real issuer would make it. */
export function tokenFor({ issuer, audiences, pool }: DeclaredIssuer, asked: AskedToken): TokenRequest {
  const { subject, scopes, expiresIn, groups = [] } = asked;
  const audience = audiences[0] ?? pool?.clientIds[0] ?? "local";
  const use = asked.use ?? (scopes.length > 0 ? "access" : "id");
  const ofPool = pool ? { pool: { clientId: audience, use, groups } } : {};
  return { issuer, audience, subject, scopes, expiresIn, ...ofPool };
}

function httpIssuers(recording: Recording, pools: UserPool[]): DeclaredIssuer[] {
  const routes = ofType(recording, "aws:apigatewayv2/route:Route");
  return ofType(recording, "aws:apigatewayv2/authorizer:Authorizer").flatMap(({ id, name, inputs }) => {
    const configuration = object(inputs.jwtConfiguration);
    const issuer = text(configuration.issuer);
    if (issuer === undefined) return [];
    const scopes = routes
      .filter((route) => text(route.inputs.authorizerId) === id)
      .flatMap((route) => texts(route.inputs.authorizationScopes));
    const pool = pools.find((one) => one.issuer === issuer);
    return {
      name,
      issuer,
      audiences: texts(configuration.audiences),
      scopes: [...new Set(scopes)].sort(),
      ...(pool ? { pool } : {}),
    };
  });
}
