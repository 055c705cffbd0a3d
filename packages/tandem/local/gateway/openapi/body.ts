/** APIs declared as an OpenAPI document (`body`) instead of resources: its operations in the form of declared inputs. */

import { parse } from "yaml";
import { list, object, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Value, Values } from "../../../program/recording.ts";
import { UserError } from "../../../shared/user-error.js";

export interface Operation {
  /** `GET`, or `ANY`. */
  method: string;
  path: string;
  /** `x-amazon-apigateway-integration`. */
  integration: Values;
  /** Name of the first security scheme; absent for an open operation. */
  security?: string;
  /** Names of all the schemes that it wants together. */
  schemes: string[];
  /** All that the document says of it. */
  declared: Values;
  /** Parameters that its path says of all its methods. */
  ofPath: Value[];
}

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);
const ANY_METHOD = "x-amazon-apigateway-any-method";
const INTEGRATION = "x-amazon-apigateway-integration";

/** Parsed once: several readers ask for it. */
const documents = new WeakMap<RecordedResource, Values>();

/** Empty when there is none. */
export function documentOf(api: RecordedResource): Values {
  // The component `aws-apigateway:RestAPI` has another name for it.
  const body = text(api.inputs.body) ?? text(api.inputs.swaggerString);
  const document = documents.get(api) ?? (body === undefined ? {} : object(parseDocument(body, api.name)));
  documents.set(api, document);
  return document;
}

/** Operations without an integration serve nothing and are left out. */
export function operationsOf(api: RecordedResource): Operation[] {
  const document = documentOf(api);
  return Object.entries(object(document.paths)).flatMap(([path, item]) =>
    Object.entries(object(item)).flatMap(([verb, value]) => {
      if (verb !== ANY_METHOD && !METHODS.has(verb)) return [];
      const operation = operationOf({ verb, path, declared: object(value), document });
      return operation ? [{ ...operation, ofPath: list(object(item).parameters) }] : [];
    }),
  );
}

/** Undefined where it has no integration. */
export function operationOf({ verb, path, declared, document }: WrittenOperation): Operation | undefined {
  const { [INTEGRATION]: integration } = declared;
  if (integration === undefined) return undefined;
  const schemes = schemesOf(declared.security === undefined ? document : declared);
  const [security] = schemes;
  return {
    method: verb === ANY_METHOD ? "ANY" : verb.toUpperCase(),
    path,
    integration: object(integration),
    declared,
    ofPath: [],
    schemes,
    ...(security === undefined ? {} : { security }),
  };
}

interface WrittenOperation {
  /** `get`, `any`. */
  verb: string;
  path: string;
  declared: Values;
  document: Values;
}

function parseDocument(body: string, name: string): Value {
  try {
    return parse(body) as Value;
  } catch (error) {
    throw new UserError(
      `The OpenAPI document of API ${name} is neither JSON nor YAML: ${(error as Error).message}`,
    );
  }
}

function schemesOf(declared: Values): string[] {
  const [first] = list(declared.security);
  return Object.keys(object(first));
}

/** As an `aws:apigatewayv2/integration:Integration` says it. */
export function asHttpIntegration({ integration }: Operation): Values {
  return {
    integrationType: text(integration.type)?.toUpperCase() ?? null,
    integrationUri: integration.uri ?? null,
    integrationSubtype: integration.subtype ?? null,
    integrationMethod: integration.httpMethod ?? null,
    requestParameters: integration.requestParameters ?? null,
    responseParameters: integration.responseParameters ?? null,
    payloadFormatVersion: integration.payloadFormatVersion ?? null,
    timeoutMilliseconds: integration.timeoutInMillis ?? null,
    connectionType: integration.connectionType ?? null,
    credentialsArn: integration.credentials ?? null,
  };
}

/** As an `aws:apigateway/integration:Integration` says it. */
export function asRestIntegration({ integration }: Operation): Values {
  return {
    type: text(integration.type)?.toUpperCase() ?? null,
    uri: integration.uri ?? null,
    integrationHttpMethod: integration.httpMethod ?? null,
    timeoutMilliseconds: integration.timeoutInMillis ?? null,
    credentials: integration.credentials ?? null,
    connectionType: integration.connectionType ?? null,
    requestParameters: integration.requestParameters ?? null,
    requestTemplates: integration.requestTemplates ?? null,
    passthroughBehavior: integration.passthroughBehavior ?? null,
    contentHandling: integration.contentHandling ?? null,
  };
}
