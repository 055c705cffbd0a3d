/** By which method a REST API calls what stands behind it. Lambda is called by POST only, whatever the caller's own method. */

import { ofType } from "../../../program/reading/resources.ts";
import { text } from "../../../program/reading/value.ts";
import type { Recording, Values } from "../../../program/recording.ts";
import { asRestIntegration, operationsOf } from "../openapi/body.ts";

const FUNCTION_URI = /:lambda:path\//;

/** Of a REST API: whether its integration calls a function, with mappings or without. */
export function callsFunction({ type, uri }: Values): boolean {
  return text(type) === "AWS_PROXY" || (text(type) === "AWS" && FUNCTION_URI.test(text(uri) ?? ""));
}

/** What is wrong with the method of an integration with a function; undefined where nothing is. */
export function methodFault(integration: Values): string | undefined {
  if (!callsFunction(integration)) return undefined;
  const method = text(integration.integrationHttpMethod);
  if (method === undefined || method.toUpperCase() === "POST") return undefined;
  return `integrationHttpMethod is ${method}, and Lambda is called by POST only`;
}

/** A line for each integration that answers 500 here as in the cloud. */
export function methodWarnings(recording: Recording): string[] {
  const declared = [
    ...ofType(recording, "aws:apigateway/integration:Integration").map(({ name, inputs }) => ({
      what: `Integration ${name}`,
      inputs,
    })),
    ...ofType(recording, "aws:apigateway/restApi:RestApi").flatMap((api) =>
      operationsOf(api).map((operation) => ({
        what: `The integration of ${operation.method} ${operation.path} of API ${api.name}`,
        inputs: asRestIntegration(operation),
      })),
    ),
  ];
  return declared.flatMap(({ what, inputs }) => {
    const fault = methodFault(inputs);
    return fault === undefined
      ? []
      : `${what} answers 500, as in the cloud: ${fault}. Set integrationHttpMethod: "POST" (httpMethod in an OpenAPI document).`;
  });
}
