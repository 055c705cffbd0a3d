/** What an OpenAPI document says of the requests of a REST API, in the form of declared inputs: validators, parameters and models. */
import { flag, list, object, text } from "../../../program/reading/value.ts";
import type { Values } from "../../../program/recording.ts";
import type { JsonObject } from "../../../shared/json.ts";
import { asMethodAuthorization, schemesOf } from "./authorizers.ts";
import type { Operation } from "./body.ts";

const VALIDATOR = "x-amazon-apigateway-request-validator";
const VALIDATORS = "x-amazon-apigateway-request-validators";

/** Places of parameters, as methods call them. */
const PLACES: Record<string, string> = { header: "header", query: "querystring", path: "path" };

/** By name, in the form of a `RequestValidator`. */
export function documentValidators(document: Values): Map<string, Values> {
  return new Map(
    Object.entries(object(document[VALIDATORS])).map(([name, inputs]) => [name, object(inputs)]),
  );
}

/** As an `aws:apigateway/method:Method` says it. */
export function asRequestInputs(operation: Operation, document: Values): Values {
  const { declared } = operation;
  const parameters = parametersOf(operation, document);
  const required = parameters.flatMap((parameter) => {
    const place = PLACES[text(parameter.in) ?? ""];
    return place === undefined
      ? []
      : [[`method.request.${place}.${text(parameter.name)}`, flag(parameter.required)]];
  });
  const authorizers = operation.schemes.filter((name) => !isApiKey(name, document));
  return {
    ...(authorizers[0] === undefined
      ? { authorization: "NONE" }
      : asMethodAuthorization(authorizers[0], operation, document)),
    apiKeyRequired: authorizers.length < operation.schemes.length,
    requestValidatorId: declared[VALIDATOR] ?? document[VALIDATOR] ?? null,
    requestParameters: Object.fromEntries(required) as Values,
    requestModels: Object.fromEntries(bodiesOf(operation, document).map(({ type, model }) => [type, model])),
  };
}

/** A scheme that API Gateway takes for its own keys, not for an authorizer's. */
function isApiKey(name: string, document: Values): boolean {
  const scheme = object(schemesOf(document)[name]);
  const isHeader = text(scheme.in) === "header" && text(scheme.name)?.toLowerCase() === "x-api-key";
  return text(scheme.type) === "apiKey" && isHeader && scheme["x-amazon-apigateway-authtype"] === undefined;
}

/** The document's schemas by the name of their model, and those that an operation writes out itself. */
export function documentSchemas(operations: readonly Operation[], document: Values): Map<string, JsonObject> {
  const { components = {}, definitions = {} } = document;
  const within = (schema: Values) => ({ allOf: [schema], components, definitions });
  const named = [
    ...Object.entries(object(object(components).schemas)),
    ...Object.entries(object(definitions)),
  ];
  return new Map([
    ...named.map(([name, schema]) => [name, within(object(schema))] as const),
    ...operations.flatMap((operation) =>
      bodiesOf(operation, document).map(({ model, schema }) => [model, within(schema)] as const),
    ),
  ]);
}

interface Body {
  type: string;
  model: string;
  schema: Values;
}

/** Version 3 has a schema for each media type, version 2 one for all that the operation consumes. */
function bodiesOf(operation: Operation, document: Values): Body[] {
  const { declared, method, path } = operation;
  const of = (type: string, schema: Values): Body => {
    const name = /^#\/(?:components\/schemas|definitions)\/(.+)$/.exec(text(schema.$ref) ?? "")?.[1];
    return { type, model: name ?? `${method} ${path} ${type}`, schema };
  };
  const content = Object.entries(object(object(declared.requestBody).content));
  const third = content.map(([type, media]) => of(type, object(object(media).schema)));
  const inBody = parametersOf(operation, document).find((parameter) => text(parameter.in) === "body");
  const consumed = list(declared.consumes ?? document.consumes).flatMap((type) => text(type) ?? []);
  const types = consumed.length > 0 ? consumed : ["application/json"];
  return [...third, ...(inBody ? types.map((type) => of(type, object(inBody.schema))) : [])];
}

function parametersOf({ declared, ofPath }: Operation, document: Values): Values[] {
  return [...ofPath, ...list(declared.parameters)].map((parameter) => referred(object(parameter), document));
}

/** What a `$ref` within the document stands for. */
function referred(value: Values, document: Values): Values {
  const address = text(value.$ref);
  if (!address?.startsWith("#/")) return value;
  return address
    .slice(2)
    .split("/")
    .reduce((found, key) => object(found[key]), document);
}
