import type { LambdaFunction } from "./lambda-function.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** As API Gateway writes it: `GET /books/{id}`, and `{title+}` for all that is left of the path. */
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

export interface Route {
  key: RouteKey;
  method: Method;
  path: string;
  lambda: LambdaFunction;
  scopes: string[];
  open: boolean;
}

export function parseRoutes(routes: Routes): Route[] {
  return (Object.entries(routes) as [RouteKey, LambdaFunction | RouteTarget][]).map(([key, target]) => {
    const [method, path] = key.split(" ") as [Method, string];
    const {
      function: lambda,
      scopes = [],
      open = false,
    } = "function" in target ? target : { function: target };
    return { key, method, path, lambda, scopes, open };
  });
}
