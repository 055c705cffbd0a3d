import type * as aws from "@pulumi/aws";
import type { Route } from "./routes.ts";

type CorsConfiguration = aws.types.input.apigatewayv2.ApiCorsConfiguration;

/** Seconds that a browser may remember what it is allowed. */
const MAX_AGE = 3600;

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
