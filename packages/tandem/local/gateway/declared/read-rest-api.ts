/** Resources, methods and stages of a REST API (API Gateway v1). */

import { ofType } from "../../../program/reading/resources.ts";
import { flag, number, object, text, textMap } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Values } from "../../../program/recording.ts";
import limits from "../../../shared/aws/limits.cjs";
import type { Api, LambdaTarget, Route, RouteTarget, Stage, UnsupportedTarget } from "../api.ts";
import { unsupported } from "../api.ts";
import { restHttpTarget } from "../integrations/http-proxy.ts";
import type { Backend } from "../mapped-target.ts";
import { asRestIntegration, documentOf, type Operation, operationsOf } from "../openapi/body.ts";
import { asRequestInputs } from "../openapi/requests.ts";
import { RouteTable } from "../route-table.ts";
import type { RouteAuthorizers } from "./authorizer-factory.ts";
import { callsFunction, methodFault } from "./integration-method.ts";
import { keySource } from "./read-keys.ts";
import { mappedTarget, serverBackend, serviceBackend } from "./read-mapped.ts";
import { readBucket } from "./read-settings.ts";
import { Validation } from "./read-validation.ts";
import { type LambdaIntegration, Targets } from "./targets.ts";

export interface DeclaredMethod {
  /** `GET /orders/{id}`. */
  key: string;
  resourceId: string;
  inputs: Values;
  integration: Values | undefined;
  /** What becomes of what its integration gives. */
  responses: Values[];
}

export function readRestStages(
  resource: RecordedResource,
  api: Api,
  recording: Recording,
  authorizers: RouteAuthorizers,
): Stage[] {
  const belongs = ({ inputs }: RecordedResource) => text(inputs.restApi) === resource.id;
  const document = documentOf(resource);
  const methods = [
    ...operationsOf(resource).map((operation) => methodOf(operation, document)),
    ...readMethods(resource, recording, belongs),
  ];
  const validation = new Validation(resource, recording);
  const targets = Targets.of(recording);
  const methodSettings = ofType(recording, "aws:apigateway/methodSettings:MethodSettings").filter(belongs);
  return ofType(recording, "aws:apigateway/stage:Stage")
    .filter(belongs)
    .map(({ inputs, outputs }) => {
      const name = text(inputs.stageName) ?? "";
      const settings = methodSettings.filter((setting) => text(setting.inputs.stageName) === name);
      const routes = new RouteTable<Route>({ decodeParameters: false });
      const keys = authorizers.keysOf?.(keySource(resource), api, name);
      for (const method of methods) {
        const bucket = readBucket(settingsOf(method.key, settings), settingsOf("* /*", settings));
        const validator = validation.of(method.inputs);
        routes.add(method.key, {
          key: method.key,
          resourceId: method.resourceId,
          authorizer: authorizers.ofRestMethod(method.inputs, api),
          target: restTarget(method, name, api, targets),
          ...(keys && flag(method.inputs.apiKeyRequired) ? { keys } : {}),
          ...(validator ? { validator } : {}),
          ...(bucket ? { bucket } : {}),
        });
      }
      const variables = textMap(inputs.variables);
      const deploymentId = text(inputs.deployment);
      const arn = text(outputs.arn) ?? `arn:aws:apigateway:${api.region}::/restapis/${api.id}/stages/${name}`;
      const service = `${text(resource.inputs.name) ?? api.name}/${name}`;
      return {
        name,
        routes,
        ...(variables ? { variables } : {}),
        ...(deploymentId === undefined ? {} : { deploymentId }),
        ...(flag(inputs.xrayTracingEnabled) ? { traced: { service, arn } } : {}),
      };
    });
}

export function methodOf(operation: Operation, document: Values): DeclaredMethod {
  const { method, path, integration } = operation;
  return {
    key: `${method} ${path}`,
    resourceId: path,
    inputs: asRequestInputs(operation, document),
    integration: asRestIntegration(operation),
    responses: Object.entries(object(integration.responses)).map(([pattern, response]) => ({
      ...object(response),
      selectionPattern: pattern === "default" ? null : pattern,
    })),
  };
}

function readMethods(
  api: RecordedResource,
  recording: Recording,
  belongs: (resource: RecordedResource) => boolean,
): DeclaredMethod[] {
  const paths = readPaths(api, recording, belongs);
  const integrations = ofType(recording, "aws:apigateway/integration:Integration").filter(belongs);
  const responses = ofType(recording, "aws:apigateway/integrationResponse:IntegrationResponse").filter(
    belongs,
  );
  return ofType(recording, "aws:apigateway/method:Method")
    .filter(belongs)
    .map(({ inputs }) => {
      const resourceId = text(inputs.resourceId) ?? "";
      const method = text(inputs.httpMethod) ?? "ANY";
      const isOfMethod = (candidate: RecordedResource) =>
        text(candidate.inputs.resourceId) === resourceId && text(candidate.inputs.httpMethod) === method;
      return {
        key: `${method} ${paths.get(resourceId) ?? "/"}`,
        resourceId,
        inputs,
        integration: integrations.find(isOfMethod)?.inputs,
        responses: responses.filter(isOfMethod).map((response) => response.inputs),
      };
    });
}

/** Path of every resource by its id; the root is `/`. */
function readPaths(
  api: RecordedResource,
  recording: Recording,
  belongs: (resource: RecordedResource) => boolean,
): Map<string, string> {
  const resources = ofType(recording, "aws:apigateway/resource:Resource").filter(belongs);
  const paths = new Map([[text(api.outputs.rootResourceId) ?? "", ""]]);
  // A parent is declared before its children, so that one pass finds every path.
  for (const { id, inputs } of resources) {
    const parent = paths.get(text(inputs.parentId) ?? "") ?? "";
    paths.set(id ?? "", `${parent}/${text(inputs.pathPart) ?? ""}`);
  }
  return paths;
}

/** Settings for a method: of `*\/*`, or of `orders/{id}/GET`. */
function settingsOf(key: string, settings: RecordedResource[]): Values | undefined {
  const [method = "", path = ""] = key.split(" ");
  const wanted = `${path.slice(1)}/${method}`;
  const found = settings.find(({ inputs }) => text(inputs.methodPath)?.replace(/^\//, "") === wanted);
  return found && object(found.inputs.settings);
}

export function restTarget(
  { key, integration, responses }: DeclaredMethod,
  stage: string,
  api: Pick<Api, "executionArn">,
  targets: Targets,
): RouteTarget {
  if (!integration) return unsupported(`method ${key} has no integration`);
  const type = text(integration.type) ?? "";
  const timeoutMilliseconds = number(integration.timeoutMilliseconds) ?? limits.apiGateway.restTimeout;
  if (text(integration.connectionType) === "VPC_LINK") return unsupported("VPC links do not run here");
  if (type === "HTTP_PROXY") return restHttpTarget(integration, timeoutMilliseconds);
  const called = callsFunction(integration)
    ? functionTarget(integration, targets, {
        timeoutMilliseconds,
        sourceArn: (method) => `${api.executionArn}/${stage}/${method}${key.slice(key.indexOf(" ") + 1)}`,
      })
    : undefined;
  if (called && type === "AWS_PROXY") return called;
  const backend = called ? functionBackend(called) : otherBackend(integration, type, targets.recording);
  if (backend.kind === "unsupported") return backend;
  return mappedTarget(integration, responses, backend, timeoutMilliseconds);
}

function functionBackend(called: LambdaTarget | UnsupportedTarget): Backend | UnsupportedTarget {
  if (called.kind === "unsupported") return called;
  const { functionArn, functionName, permission } = called;
  return { kind: "function", functionArn, functionName, permission };
}

function otherBackend(integration: Values, type: string, recording: Recording): Backend | UnsupportedTarget {
  if (type === "MOCK") return { kind: "nothing" };
  if (type === "HTTP") return serverBackend(integration);
  if (type === "AWS") return serviceBackend(integration, recording);
  return unsupported(`integrations of type ${type || "none"} do not run here`);
}

function functionTarget(
  integration: Values,
  targets: Targets,
  { timeoutMilliseconds, sourceArn }: Pick<LambdaIntegration, "timeoutMilliseconds" | "sourceArn">,
): LambdaTarget | UnsupportedTarget {
  const target = targets.lambda({
    uri: text(integration.uri) ?? "",
    payloadFormat: "1.0",
    timeoutMilliseconds,
    roleArn: text(integration.credentials),
    sourceArn,
  });
  const fault = methodFault(integration);
  return target.kind === "lambda" && fault !== undefined
    ? { ...target, permission: { refused: () => fault } }
    : target;
}
