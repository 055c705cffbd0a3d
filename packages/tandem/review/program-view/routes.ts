/** The endpoints of a program: routes of HTTP and REST APIs and function URLs, who may pass, and what is behind. */

import { V2_API } from "../../program/reading/v2-apis.ts";
import { textOf } from "../../program/reading/value.ts";
import type { RecordedResource, Value } from "../../program/recording.ts";
import { asList } from "../values/canonical.ts";
import type { ProgramView } from "./view.ts";

export interface Endpoint {
  /** The API's resource, or the function's where it has a URL of its own. */
  api: RecordedResource;
  /** e.g. `GET /orders/{id}`. */
  route: string;
  authorization: string;
  function?: RecordedResource;
  /** What declares it. */
  source: RecordedResource;
}

const HTTP_ROUTE = "aws:apigatewayv2/route:Route";
const HTTP_INTEGRATION = "aws:apigatewayv2/integration:Integration";
const REST_METHOD = "aws:apigateway/method:Method";
const REST_INTEGRATION = "aws:apigateway/integration:Integration";
const REST_RESOURCE = "aws:apigateway/resource:Resource";
const FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl";

/** Type → properties that are reported as endpoints. */
export const propertiesOfEndpoints: Record<string, string[]> = {
  [V2_API]: ["routeKey", "target"],
  [HTTP_ROUTE]: ["authorizationScopes", "authorizationType", "routeKey"],
  [REST_METHOD]: ["authorization", "authorizationScopes", "httpMethod"],
  [FUNCTION_URL]: ["authorizationType"],
};

export function endpointsOf(view: ProgramView): Endpoint[] {
  return [
    ...httpEndpoints(view),
    ...quickCreateEndpoints(view),
    ...restEndpoints(view),
    ...urlEndpoints(view),
  ];
}

function httpEndpoints(view: ProgramView): Endpoint[] {
  return view.ofType(HTTP_ROUTE).map((route) => {
    const { routeKey, authorizationType, authorizationScopes } = route.inputs;
    const integration = integrationOf(view, route);
    return {
      api: view.target(route, "apiId", V2_API) ?? route,
      route: textOf(routeKey) ?? route.name,
      authorization: authorizationText(authorizationType, authorizationScopes),
      ...behind(integration && view.functionAt(integration, "integrationUri")),
      source: route,
    };
  });
}

/** An API that names its target is created with a route to it that nothing guards. */
function quickCreateEndpoints(view: ProgramView): Endpoint[] {
  return view.ofType(V2_API).flatMap((api) => {
    if (api.inputs.target === undefined) return [];
    return [
      {
        api,
        route: textOf(api.inputs.routeKey) ?? "$default",
        authorization: "open",
        ...behind(view.functionAt(api, "target")),
        source: api,
      },
    ];
  });
}

/** A route's target is `integrations/` and the id. */
function integrationOf(view: ProgramView, route: RecordedResource): RecordedResource | undefined {
  const id = textOf(route.inputs.target)?.replace(/^integrations\//, "");
  return view.at(id, HTTP_INTEGRATION) ?? view.target(route, "target", HTTP_INTEGRATION);
}

function restEndpoints(view: ProgramView): Endpoint[] {
  return view.ofType(REST_METHOD).map((method) => {
    const { httpMethod, authorization, authorizationScopes } = method.inputs;
    const path = restPath(view, method, "resourceId");
    const integration = view
      .ofType(REST_INTEGRATION)
      .find((one) => one.inputs.httpMethod === httpMethod && restPath(view, one, "resourceId") === path);
    return {
      api: view.target(method, "restApi", "aws:apigateway/restApi:RestApi") ?? method,
      route: `${textOf(httpMethod) ?? "?"} ${path === "" ? "/" : path}`,
      authorization: authorizationText(authorization, authorizationScopes),
      ...behind(integration && view.functionAt(integration, "uri")),
      source: method,
    };
  });
}

/** Path parts from the API's root down to the resource that the property points at. */
function restPath(view: ProgramView, from: RecordedResource, property: string): string {
  const resource = view.target(from, property, REST_RESOURCE);
  if (resource === undefined) return "";
  return `${restPath(view, resource, "parentId")}/${textOf(resource.inputs.pathPart) ?? "?"}`;
}

function urlEndpoints(view: ProgramView): Endpoint[] {
  return view.ofType(FUNCTION_URL).map((url) => {
    const lambda = view.functionAt(url, "functionName");
    return {
      api: lambda ?? url,
      route: "function URL",
      authorization: authorizationText(url.inputs.authorizationType, undefined),
      ...behind(lambda),
      source: url,
    };
  });
}

const KINDS: Record<string, string> = { NONE: "open", AWS_IAM: "IAM", COGNITO_USER_POOLS: "Cognito" };

function authorizationText(type: Value | undefined, scopes: Value | undefined): string {
  const kind = textOf(type) ?? "NONE";
  const wanted = asList(scopes).map(String).sort();
  return [KINDS[kind] ?? kind, ...wanted].join(" ");
}

function behind(lambda: RecordedResource | undefined): { function?: RecordedResource } {
  return lambda === undefined ? {} : { function: lambda };
}
