import type { Recording } from "../../../program/recording.ts";
import { add, find, type Mutants, remove, set } from "../support/mutant.ts";

const STAGE_TYPE = "aws:apigatewayv2/stage:Stage";
const ROUTE_TYPE = "aws:apigatewayv2/route:Route";

const inStage = (path: string, value?: string | number) => (recording: Recording) =>
  set(find(recording, STAGE_TYPE), path, value);

function routeOf(recording: Recording, key: string) {
  const route = recording.resources.find((each) => each.type === ROUTE_TYPE && each.inputs.routeKey === key);
  if (!route) throw new Error(`The recorded program has no route ${key}`);
  return route;
}

export const httpApiMutants: Mutants = {
  "http-api/access-log": [
    { change: "requests are not logged", mutate: inStage("accessLogSettings") },
    {
      change: "requests are logged as plain text",
      stack: "dev",
      mutate: inStage("accessLogSettings.format", "$context.identity.sourceIp $context.requestId"),
    },
  ],
  "http-api/writes-guarded": [
    {
      change: "everybody may create notes",
      mutate: (recording) => set(routeOf(recording, "POST /notes"), "authorizationType", "NONE"),
    },
    {
      change: "everybody may delete plants",
      mutate: (recording) => set(routeOf(recording, "DELETE /plants/{bed}"), "authorizationType", "NONE"),
    },
    {
      change: "an API is quick-created, with a route that takes everything",
      mutate: (recording) =>
        set(
          find(recording, "aws:apigatewayv2/api:Api"),
          "target",
          "arn:aws:lambda:eu-central-1:123456789012:function:f",
        ),
    },
    {
      change: "everybody may post to a REST API",
      mutate: (recording) =>
        add(recording, "aws:apigateway/method:Method", { httpMethod: "POST", authorization: "NONE" }),
    },
    {
      change: "everybody may post to a route of the REST component, among guarded and reading ones",
      mutate: (recording) =>
        add(recording, "aws-apigateway:index:RestAPI", {
          routes: [
            { path: "/", localPath: "www" },
            { path: "/list", method: "GET", eventHandler: "handler" },
            { path: "/keep", method: "PUT", eventHandler: "handler", iamAuthEnabled: true },
            { path: "/add", method: "POST", eventHandler: "handler" },
          ],
        }),
    },
  ],
  "http-api/reads-guarded": [
    {
      change: "everybody may read the notes",
      mutate: (recording) => set(routeOf(recording, "GET /notes"), "authorizationType", "NONE"),
    },
  ],
  "http-api/open-said": [
    {
      change: "a route does not say that it is open",
      mutate: (recording) => set(routeOf(recording, "GET /hello"), "authorizationType", undefined),
    },
  ],
  "http-api/throttling": [
    {
      change: "requests come as fast as they like",
      mutate: inStage("defaultRouteSettings.throttlingRateLimit"),
    },
    {
      change: "any number of requests comes at once",
      mutate: inStage("defaultRouteSettings.throttlingBurstLimit", 0),
    },
  ],
  "http-api/cors-origins": [
    {
      change: "any page may call the API",
      mutate: (recording) =>
        set(find(recording, "aws:apigatewayv2/api:Api"), "corsConfiguration.allowOrigins", ["*"]),
    },
  ],
  "http-api/tls": [
    {
      change: "a domain takes old TLS",
      mutate: (recording) =>
        add(recording, "aws:apigatewayv2/domainName:DomainName", {
          domainName: "api.example.com",
          domainNameConfiguration: { securityPolicy: "TLS_1_0" },
        }),
    },
  ],
  "http-api/staged": [
    { change: "an API has no stage", mutate: (recording) => remove(recording, STAGE_TYPE) },
  ],
};
