/** From a recording to the APIs it declares. */

import { ACCOUNT_ID, readArn } from "../../../program/reading/arn.ts";
import { regionOf } from "../../../program/reading/region.ts";
import { ofType } from "../../../program/reading/resources.ts";
import { isWebSocket, V2_API } from "../../../program/reading/v2-apis.ts";
import { object, opened, text, texts } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import type { Api } from "../api.ts";
import { REST_COMPONENT } from "../issuer/jwt-issuers.ts";
import type { RouteAuthorizers } from "./authorizer-factory.ts";
import { readHttpRoutes } from "./read-http-api.ts";
import { readResponses } from "./read-responses.ts";
import { readRestStages } from "./read-rest-api.ts";
import { readComponentStage } from "./read-rest-component.ts";
import { readCors } from "./read-settings.ts";

/** Those of HTTP, in the order of declaration. */
export function readApis(recording: Recording, authorizers: RouteAuthorizers): Api[] {
  return [
    ...ofType(recording, V2_API)
      .filter((resource) => !isWebSocket(resource))
      .map((resource) => readHttp(resource, recording, authorizers)),
    ...ofType(recording, "aws:apigateway/restApi:RestApi").map((resource) =>
      readV1(resource, recording, authorizers),
    ),
    ...ofType(recording, REST_COMPONENT).map((resource) => readComponent(resource, recording, authorizers)),
  ];
}

function readHttp(resource: RecordedResource, recording: Recording, authorizers: RouteAuthorizers): Api {
  const { inputs, outputs } = resource;
  const cors = opened(inputs.corsConfiguration) && readCors(object(inputs.corsConfiguration));
  const api: Api = {
    ...identify(resource, recording),
    protocol: "HTTP",
    binaryMediaTypes: [],
    stages: [],
    ...(cors ? { cors } : {}),
  };
  const endpoint = text(outputs.apiEndpoint);
  if (endpoint) api.endpoint = endpoint;
  api.stages = readHttpRoutes(resource, api, recording, authorizers);
  return api;
}

function readV1(resource: RecordedResource, recording: Recording, authorizers: RouteAuthorizers): Api {
  const api: Api = {
    ...identify(resource, recording),
    protocol: "REST",
    binaryMediaTypes: texts(resource.inputs.binaryMediaTypes),
    responses: readResponses(resource, recording),
    stages: [],
  };
  api.stages = readRestStages(resource, api, recording, authorizers);
  return api;
}

function readComponent(resource: RecordedResource, recording: Recording, authorizers: RouteAuthorizers): Api {
  // The component takes every type for binary unless it is told which are.
  const declared = resource.inputs.binaryMediaTypes;
  const binaryMediaTypes = declared === undefined ? ["*/*"] : texts(declared);
  const api: Api = {
    ...identify(resource, recording),
    protocol: "REST",
    binaryMediaTypes,
    responses: readResponses(resource, recording),
    stages: [],
  };
  api.stages = [readComponentStage(resource, api, recording, authorizers)];
  return api;
}

export function identify({ urn, name, id, outputs }: RecordedResource, recording: Recording) {
  const executionArn = text(outputs.executionArn);
  const arn = readArn(executionArn);
  // A component says no more of its API than the address.
  const host = /^https:\/\/(\w+)\.execute-api\./.exec(text(outputs.url) ?? "")?.[1];
  const known = {
    id: arn?.resource ?? host ?? id ?? name,
    region: arn?.region ?? regionOf(recording),
    accountId: arn?.account ?? ACCOUNT_ID,
  };
  return {
    urn,
    name,
    ...known,
    executionArn: executionArn ?? `arn:aws:execute-api:${known.region}:${known.accountId}:${known.id}`,
    endpoint: `https://${known.id}.execute-api.${known.region}.amazonaws.com`,
  };
}
