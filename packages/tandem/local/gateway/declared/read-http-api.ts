/** Routes, integrations and stages of an HTTP API (API Gateway v2). */

import { ofType } from "../../../program/reading/resources.ts";
import { number, text, textMap } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Values } from "../../../program/recording.ts";
import limits from "../../../shared/aws/limits.cjs";
import type { Api, Authorizer, Route, RouteTarget, Stage } from "../api.ts";
import { unsupported } from "../api.ts";
import { httpHttpTarget, placeholders } from "../integrations/http-proxy.ts";
import { changesOfFunction } from "../integrations/parameter-changes.ts";
import { asHttpIntegration, type Operation, operationsOf } from "../openapi/body.ts";
import { RouteTable } from "../route-table.ts";
import type { RouteAuthorizers } from "./authorizer-factory.ts";
import { operationTarget } from "./read-operation.ts";
import { bucketsOf } from "./read-settings.ts";
import { Targets } from "./targets.ts";

/** What a route is before a stage gives it its throttle. */
interface DeclaredRoute {
  key: string;
  authorizer: Authorizer;
  /** The permission that is asked differs by stage. */
  targetIn(stage: string): RouteTarget;
}

export function readHttpRoutes(
  resource: RecordedResource,
  api: Api,
  recording: Recording,
  authorizers: RouteAuthorizers,
): Stage[] {
  const targets = Targets.of(recording);
  const belongs = ({ inputs }: RecordedResource) => text(inputs.apiId) === resource.id;
  const integrations = new Map(
    ofType(recording, "aws:apigatewayv2/integration:Integration")
      .filter(belongs)
      .map((integration) => [integration.id, integration.inputs]),
  );
  const declare = (inputs: Values, integration: Values | undefined): DeclaredRoute => {
    const key = text(inputs.routeKey) ?? "$default";
    return {
      key,
      authorizer: authorizers.ofHttpRoute(inputs, api),
      targetIn: (stage) =>
        integration
          ? httpTarget(integration, key, stage, api, targets)
          : unsupported(`route ${key} has no integration`),
    };
  };
  const routes = [
    ...operationsOf(resource).map((operation) =>
      declare(routeInputs(operation), asHttpIntegration(operation)),
    ),
    ...ofType(recording, "aws:apigatewayv2/route:Route")
      .filter(belongs)
      .map(({ inputs }) => {
        const integration = text(inputs.target)?.replace(/^integrations\//, "");
        return declare(inputs, integrations.get(integration));
      }),
  ];
  const stages = ofType(recording, "aws:apigatewayv2/stage:Stage")
    .filter(belongs)
    .map(({ inputs }) => stageOf(inputs, routes));
  const quick = quickCreated(resource.inputs, api, targets, authorizers);
  return quick ? [...stages, stageOf({ name: "$default" }, [...routes, quick])] : stages;
}

function routeInputs({ method, path, security }: Operation): Values {
  return {
    routeKey: path === "/$default" ? "$default" : `${method} ${path}`,
    // A scheme of the document is none that the gateway knows, so the route refuses rather than stand open.
    authorizationType: security ?? "NONE",
  };
}

function stageOf(inputs: Values, declared: DeclaredRoute[]): Stage {
  const name = text(inputs.name) ?? "$default";
  const bucketOf = bucketsOf(inputs);
  const routes = new RouteTable<Route>();
  for (const { key, authorizer, targetIn } of declared) {
    const bucket = bucketOf(key);
    routes.add(key, { key, authorizer, target: targetIn(name), ...(bucket ? { bucket } : {}) });
  }
  const variables = textMap(inputs.stageVariables);
  return { name, routes, ...(variables ? { variables } : {}) };
}

/** @param key of the route; without one what depends on it is not judged */
export function httpTarget(
  integration: Values,
  key: string | undefined,
  stage: string,
  api: Pick<Api, "executionArn">,
  targets: Targets,
): RouteTarget {
  const type = text(integration.integrationType);
  const timeoutMilliseconds = number(integration.timeoutMilliseconds) ?? limits.apiGateway.httpTimeout;
  if (text(integration.connectionType) === "VPC_LINK") return unsupported("VPC links do not run here");
  if (type === "HTTP_PROXY")
    return httpHttpTarget(integration, key === undefined ? key : placeholders(key), timeoutMilliseconds);
  if (type !== "AWS_PROXY") return unsupported(`integrations of type ${type} do not run here`);
  if (text(integration.integrationSubtype) !== undefined)
    return operationTarget(integration, targets.recording, timeoutMilliseconds);
  const changes = changesOfFunction(integration);
  if (changes !== undefined) return unsupported(changes);
  return targets.lambda({
    uri: text(integration.integrationUri) ?? "",
    payloadFormat: text(integration.payloadFormatVersion) === "2.0" ? "2.0" : "1.0",
    timeoutMilliseconds,
    roleArn: text(integration.credentialsArn),
    sourceArn: (method) => sourceArn(api, stage, key ?? "$default", method),
  });
}

function sourceArn(
  { executionArn }: Pick<Api, "executionArn">,
  stage: string,
  key: string,
  method: string,
): string {
  if (key === "$default") return `${executionArn}/${stage}/$default`;
  return `${executionArn}/${stage}/${method}${key.slice(key.indexOf(" ") + 1)}`;
}

/** An API declared with a target has one route and the stage `$default`, made by AWS itself. */
function quickCreated(
  inputs: Values,
  api: Api,
  targets: Targets,
  authorizers: RouteAuthorizers,
): DeclaredRoute | undefined {
  const uri = text(inputs.target);
  if (uri === undefined) return undefined;
  const key = text(inputs.routeKey) ?? "$default";
  return {
    key,
    authorizer: authorizers.ofHttpRoute({}, api),
    targetIn: (stage) =>
      targets.lambda({
        uri,
        payloadFormat: "2.0",
        timeoutMilliseconds: limits.apiGateway.httpTimeout,
        roleArn: text(inputs.credentialsArn),
        sourceArn: (method) => sourceArn(api, stage, key, method),
      }),
  };
}
