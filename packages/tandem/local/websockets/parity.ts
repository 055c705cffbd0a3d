/** What the local run does with each part of a WebSocket API, and why. */
import { addressed } from "../../program/reading/resources.ts";
import { isWebSocket, V2_API } from "../../program/reading/v2-apis.ts";
import { text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import type { Parity } from "../service.ts";
import { integrationTarget, targetOf, V2, type WebSocketTarget } from "./declared.ts";
import { routeSelection } from "./selection.ts";

type Rule = (resource: RecordedResource, recording: Recording) => Parity;

const RULES: Record<string, Rule> = {
  [V2_API]: ({ inputs }) =>
    routeSelection(text(inputs.routeSelectionExpression) ?? "")
      ? realised("an address of its own on this machine, without TLS")
      : unsupported("its routeSelectionExpression does not run here: each message is answered with that"),
  [`${V2}route:Route`]: (route, recording) =>
    judged(targetOf(route, recording, ""), "called by its messages"),
  [`${V2}integration:Integration`]: (integration, recording) =>
    judged(integrationTarget(integration, recording, ""), "called by its routes"),
  [`${V2}stage:Stage`]: () => realised("the path of its address; throttling and stage variables"),
  [`${V2}authorizer:Authorizer`]: () => realised("the function is asked when a connection opens"),
  [`${V2}routeResponse:RouteResponse`]: () => realised("who sends a message hears what its function returns"),
  [`${V2}integrationResponse:IntegrationResponse`]: () => realised("where its integration is a mock"),
};

/** Undefined for what is no part of one, and for what API Gateway treats alike in all its APIs. */
export function webSocketParity(resource: RecordedResource, recording: Recording): Parity | undefined {
  const rule = RULES[resource.type];
  const isOfOne = isWebSocket(resource) || apiOf(resource, recording) !== undefined;
  return rule && isOfOne ? rule(resource, recording) : undefined;
}

function apiOf({ inputs }: RecordedResource, recording: Recording): RecordedResource | undefined {
  const api = addressed(recording, V2_API, text(inputs.apiId));
  return api && isWebSocket(api) ? api : undefined;
}

function judged(target: WebSocketTarget, reason: string): Parity {
  return target.kind === "unsupported" ? unsupported(target.reason) : realised(reason);
}

function realised(reason: string): Parity {
  return { state: "realised", reason };
}

function unsupported(reason: string): Parity {
  return { state: "unsupported", reason };
}
