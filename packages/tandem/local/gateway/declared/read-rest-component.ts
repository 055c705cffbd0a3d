/** `aws-apigateway:index:RestAPI`: a remote component, which does not expand here, but whose routes say all there is to know. */

import { statSync } from "node:fs";
import path from "node:path";
import { flag, list, object, text, texts } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Value, Values } from "../../../program/recording.ts";
import limits from "../../../shared/aws/limits.cjs";
import type { Api, Authorizer, FilesTarget, RequestValidator, Route, RouteTarget, Stage } from "../api.ts";
import { REST_OF_PATH } from "../integrations/static-files.ts";
import { documentOf, operationOf, operationsOf } from "../openapi/body.ts";
import { RouteTable } from "../route-table.ts";
import { ModelSchemas } from "../validation/model-schemas.ts";
import { requestValidator } from "../validation/request-validator.ts";
import type { RouteAuthorizers } from "./authorizer-factory.ts";
import { keySource } from "./read-keys.ts";
import { type DeclaredMethod, methodOf, restTarget } from "./read-rest-api.ts";
import { Validation } from "./read-validation.ts";
import { Targets } from "./targets.ts";

export function readComponentStage(
  component: RecordedResource,
  api: Api,
  recording: Recording,
  authorizers: RouteAuthorizers,
): Stage {
  const { inputs } = component;
  const name = text(inputs.stageName) ?? "stage";
  const targets = Targets.of(recording);
  const keys = authorizers.keysOf?.(keySource(component), api, name);
  const routes = new RouteTable<Route>({ decodeParameters: false });
  const add = (
    key: string,
    { apiKeyRequired }: Values,
    authorizer: Authorizer,
    target: RouteTarget,
    validator: RequestValidator | undefined,
  ) =>
    routes.add(key, {
      key,
      resourceId: key,
      authorizer,
      target,
      ...(keys && flag(apiKeyRequired) ? { keys } : {}),
      ...(validator ? { validator } : {}),
    });
  for (const route of list(inputs.routes).map(object)) {
    const authorizer = authorizerOf(route, component, api, recording, authorizers);
    const validator = validatorOf(route, inputs, api);
    const target = targetOf(route, targets, recording, (method) => restTarget(method, name, api, targets));
    if (!target) continue;
    for (const key of keysOf(route, target)) add(key, route, authorizer, target, validator);
  }
  const validation = new Validation(component, recording);
  for (const method of writtenMethods(component)) {
    const authorizer = authorizers.ofRestMethod(method.inputs, api);
    const target = restTarget(method, name, api, targets);
    add(method.key, method.inputs, authorizer, target, validation.of(method.inputs));
  }
  return { name, routes };
}

/** Why some of its routes answer 501; undefined where none does. */
export function whyNotAll(component: RecordedResource, recording: Recording): string | undefined {
  const targets = Targets.of(recording);
  const ofMethod = (method: DeclaredMethod) => restTarget(method, "", { executionArn: "" }, targets);
  const ofRoutes = list(component.inputs.routes)
    .map(object)
    .map((route) => targetOf(route, targets, recording, ofMethod));
  const all = [...ofRoutes, ...writtenMethods(component).map(ofMethod)];
  return all.find((target) => target?.kind === "unsupported")?.reason;
}

/** Those of its document, and of its routes with an operation of OpenAPI each. */
function writtenMethods(component: RecordedResource): DeclaredMethod[] {
  const document = documentOf(component);
  const ofRoutes = list(component.inputs.routes)
    .map(object)
    .filter(isWritten)
    .flatMap((route) => {
      const verb = text(route.method) ?? "ANY";
      return operationOf({ verb, path: pathOf(route), declared: object(route.data), document }) ?? [];
    });
  return [...operationsOf(component), ...ofRoutes].map((operation) => methodOf(operation, document));
}

function isWritten({ data }: Values): boolean {
  return data !== undefined;
}

const PLACES: Record<string, string> = { header: "header", query: "querystring", path: "path" };

/** The component gives its methods no models, so that parameters are all it can ask for. */
function validatorOf(route: Values, inputs: Values, api: Api): RequestValidator | undefined {
  const kind = text(route.requestValidator ?? inputs.requestValidator);
  if (kind !== "ALL" && kind !== "PARAMS_ONLY") return undefined;
  const required = list(route.requiredParameters)
    .map(object)
    .map((one) => `method.request.${PLACES[text(one.in) ?? ""]}.${text(one.name)}`);
  return required.length === 0
    ? undefined
    : requestValidator({ required, models: {} }, new ModelSchemas(api.id, new Map()));
}

/** A folder is served at its path and below it. */
function keysOf(route: Values, target: RouteTarget): string[] {
  const routePath = pathOf(route);
  if (target.kind !== "files") return [`${text(route.method) ?? "ANY"} ${routePath}`];
  if (!target.isFolder) return [`GET ${routePath}`];
  return [`GET ${routePath}`, `GET ${routePath.replace(/\/$/, "")}/{${REST_OF_PATH}+}`];
}

/** The component puts a slash before a path that has none. */
function pathOf(route: Values): string {
  return `/${text(route.path) ?? ""}`.replace(/^\/\//, "/");
}

/** More than one is no authorizer that API Gateway has, so such a route refuses. */
function authorizerOf(
  route: Values,
  component: RecordedResource,
  api: Api,
  recording: Recording,
  authorizers: RouteAuthorizers,
): Authorizer {
  const declared = list(route.authorizers).map(object);
  const [only] = declared;
  if (!only)
    return authorizers.ofRestMethod({ authorization: flag(route.iamAuthEnabled) ? "AWS_IAM" : "NONE" }, api);
  if (declared.length > 1) return authorizers.ofRestMethod({ authorization: "by several authorizers" }, api);
  return authorizers.ofComponent(asAuthorizer(only, recording), component, api);
}

/** In the form of the inputs of an `aws:apigateway/authorizer:Authorizer`. */
function asAuthorizer(declared: Values, recording: Recording): Values {
  const { parameterName, parameterLocation, identitySource, providerARNs, type } = declared;
  const place = text(parameterLocation) === "query" ? "querystring" : "header";
  const sources = texts(identitySource);
  return {
    name: declared.authorizerName ?? null,
    type: text(type)?.toUpperCase() ?? "REQUEST",
    authorizerUri: handlerArn(declared.handler ?? null, recording) ?? "",
    identitySource: sources.length > 0 ? sources.join(",") : `method.request.${place}.${text(parameterName)}`,
    identityValidationExpression: declared.identityValidationExpression ?? null,
    authorizerResultTtlInSeconds: declared.authorizerResultTtlInSeconds ?? null,
    authorizationScopes: declared.methodsToAuthorize ?? null,
    ...(providerARNs === undefined ? {} : { providerArns: providerARNs }),
  };
}

/** Undefined for a route with an operation of OpenAPI, which is read as that. */
function targetOf(
  route: Values,
  targets: Targets,
  recording: Recording,
  ofMethod: (method: DeclaredMethod) => RouteTarget,
): RouteTarget | undefined {
  const localPath = text(route.localPath);
  if (localPath !== undefined) return filesTarget(localPath, route, recording);
  if (route.eventHandler === undefined) {
    if (route.target === undefined && isWritten(route)) return undefined;
    const written = { method: text(route.method) ?? "ANY", path: pathOf(route) };
    const integration = object(route.target);
    return ofMethod(methodOf({ ...written, integration, schemes: [], declared: {}, ofPath: [] }, {}));
  }
  return targets.lambda({
    uri: handlerArn(route.eventHandler, recording) ?? "",
    payloadFormat: "1.0",
    timeoutMilliseconds: limits.apiGateway.restTimeout,
    roleArn: undefined,
    // The component declares the permission itself, out of sight.
    sourceArn: undefined,
  });
}

function handlerArn(handler: Value, recording: Recording): string | undefined {
  const urn = handler !== null && typeof handler === "object" && "urn" in handler ? handler.urn : undefined;
  return text(recording.resources.find((resource) => resource.urn === urn)?.outputs.arn);
}

function filesTarget(localPath: string, route: Values, recording: Recording): FilesTarget {
  const place = path.resolve(recording.cwd, localPath);
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const contentType = text(route.contentType);
  return {
    kind: "files",
    root: isFolder ? place : path.dirname(place),
    index: isFolder ? (text(route.index) ?? "index.html") : path.basename(place),
    isFolder,
    ...(contentType === undefined ? {} : { contentType }),
  };
}
