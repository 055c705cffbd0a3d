/** What an API is told of its routes, and what it makes of that. */
import type * as aws from "@pulumi/aws";
import type { LambdaFunction } from "./lambda-function.ts";
import { Mistake } from "./mistake.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** As API Gateway writes it: `GET /orders/{id}`, and `{path+}` for all that is left of the path. */
export type RouteKey = `${Method} /${string}`;

export interface RouteTarget {
  function: LambdaFunction;
  /** Scopes of a token that may call the route; any one of them is enough. */
  scopes?: string[];
  /** Anybody may call it, whatever the API's authorizer is. */
  open?: boolean;
}

/** A function alone takes the API's authorizer and asks for no scope. */
export type Routes = Record<RouteKey, LambdaFunction | RouteTarget>;

export type Authorizer =
  | { type: "open" }
  | { type: "iam" }
  | { type: "jwt"; issuer: string; audience: string[] };

export interface Route {
  key: RouteKey;
  method: Method;
  path: string;
  lambda: LambdaFunction;
  authorizer: Authorizer;
  /** Empty unless the authorizer is `jwt`. */
  scopes: string[];
}

type CorsConfiguration = aws.types.input.apigatewayv2.ApiCorsConfiguration;

/** Milliseconds that the API waits for a function; HTTP APIs allow 30,000 at most. */
export const INTEGRATION_TIMEOUT = 29_000;

/** Seconds that a browser may remember what it is allowed. */
const MAX_AGE = 3600;

/** Methods that change nothing. */
const reading: Method[] = ["GET"];

export function parseRoutes(routes: Routes, authorizer: Authorizer): Route[] {
  return (Object.entries(routes) as [RouteKey, LambdaFunction | RouteTarget][]).map(([key, value]) => {
    const [method, path] = key.split(" ") as [Method, string];
    const target: RouteTarget = "function" in value ? value : { function: value };
    const own: Authorizer = target.open ? { type: "open" } : authorizer;
    const scopes = own.type === "jwt" ? (target.scopes ?? []) : [];
    return { key, method, path, lambda: target.function, authorizer: own, scopes };
  });
}

/** @throws {Mistake} when anybody could change something */
export function refuseOpenWrites(routes: Route[]): void {
  const open = routes.filter(
    ({ method, authorizer }) => !reading.includes(method) && authorizer.type === "open",
  );
  if (open.length === 0) return;
  throw new Mistake(
    `Anybody could call ${open.map(({ key }) => key).join(", ")}, which write; in production they need an ` +
      'authorizer: set authorizer to jwt or iam, and no "open" on the route.',
  );
}

/** @throws {Mistake} when the API would give up on a function that is still at work */
export function refuseSlowFunctions(routes: Route[]): void {
  for (const { key, lambda } of routes) {
    if (lambda.timeout * 1000 < INTEGRATION_TIMEOUT) continue;
    throw new Mistake(
      `${key}: function "${lambda.name}" has a timeout of ${lambda.timeout} s; the API waits ` +
        `${INTEGRATION_TIMEOUT / 1000} s, so the timeout must be less than that.`,
    );
  }
}

/** Lets web pages of the origins call the routes, with the headers that the functions read and give. */
export function corsConfiguration(origins: string[], routes: Route[]): CorsConfiguration | undefined {
  if (origins.length === 0) return undefined;
  return {
    allowOrigins: origins,
    allowMethods: [...new Set(routes.map(({ method }) => method))].sort(),
    allowHeaders: ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"],
    exposeHeaders: ["apigw-requestid", "etag", "location", "retry-after"],
    allowCredentials: false,
    maxAge: MAX_AGE,
  };
}
