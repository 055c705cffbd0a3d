/** Gateway responses of a REST API, declared as resources, in its OpenAPI document or with the component. */
import { ofType } from "../../../program/reading/resources.ts";
import { object, text, textMap } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Values } from "../../../program/recording.ts";
import type { GatewayResponse } from "../api.ts";
import { RESPONSE_TYPES } from "../gateway-answers.ts";
import { InvalidHeader, pushHeader } from "../http/answer-headers.ts";
import { documentOf } from "../openapi/body.ts";

export const RESPONSE = "aws:apigateway/response:Response";
const REST_API = "aws:apigateway/restApi:RestApi";

const HEADER = "gatewayresponse.header.";

/** By type. */
export function readResponses(api: RecordedResource, recording: Recording): Map<string, GatewayResponse> {
  return new Map(declaredResponses(api, recording).map(({ type, inputs }) => [type, asResponse(inputs)]));
}

/** A sentence for each that AWS would refuse. */
export function responseRefusals(recording: Recording): string[] {
  return ofType(recording, REST_API).flatMap((api) =>
    declaredResponses(api, recording).flatMap(({ name, type, inputs }) => {
      const known: readonly string[] = RESPONSE_TYPES;
      const fault = known.includes(type) ? headerFault(inputs) : `${type} is no type of gateway responses`;
      return fault === undefined ? [] : [`Gateway response ${name} of API ${api.name}: ${fault}.`];
    }),
  );
}

interface Declared {
  name: string;
  type: string;
  inputs: Values;
}

function declaredResponses(api: RecordedResource, recording: Recording): Declared[] {
  const written = object(documentOf(api)["x-amazon-apigateway-gateway-responses"]);
  const ofComponent = object(api.inputs.gatewayResponses);
  return [
    ...Object.entries({ ...written, ...ofComponent }).map(([type, inputs]) => ({
      name: type,
      type,
      inputs: object(inputs),
    })),
    ...ofType(recording, RESPONSE)
      .filter(({ inputs }) => text(inputs.restApiId) === api.id)
      .map(({ name, inputs }) => ({ name, type: text(inputs.responseType) ?? "", inputs })),
  ];
}

function asResponse({ statusCode, responseParameters, responseTemplates }: Values): GatewayResponse {
  const status = Number(text(statusCode));
  const templates = textMap(responseTemplates) ?? {};
  const contentType = "application/json" in templates ? "application/json" : Object.keys(templates)[0];
  return {
    ...(status ? { status } : {}),
    headers: Object.fromEntries(headersOf(responseParameters)),
    ...(contentType === undefined ? {} : { template: { contentType, body: templates[contentType] ?? "" } }),
  };
}

/** Paths and query strings can be mapped too; an answer has neither. */
function headersOf(parameters: Values[string] | undefined): [name: string, source: string][] {
  return Object.entries(textMap(parameters) ?? {}).flatMap(([parameter, source]) =>
    parameter.startsWith(HEADER) ? [[parameter.slice(HEADER.length), source]] : [],
  );
}

function headerFault({ responseParameters }: Values): string | undefined {
  for (const [name, source] of headersOf(responseParameters)) {
    try {
      pushHeader([], name, source);
    } catch (error) {
      if (error instanceof InvalidHeader) return error.message;
      throw error;
    }
    if (!/^('.*'|(method\.request\.(header|querystring|path)|context|stageVariables)\..+)$/s.test(source))
      return `header ${name} is neither a text in quotes nor a place of the request: ${source}`;
  }
  return undefined;
}
