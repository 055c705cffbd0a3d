/** WebSocket APIs as a program declares them: their stages, and what stands behind each route. */
import { ofType } from "../../program/reading/resources.ts";
import { isWebSocket, V2_API } from "../../program/reading/v2-apis.ts";
import { flag, number, text, textMap } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Values } from "../../program/recording.ts";
import limits from "../../shared/aws/limits.cjs";
import {
  type Api,
  type LambdaTarget,
  type Route,
  type Stage,
  type UnsupportedTarget,
  unsupported,
} from "../gateway/api.ts";
import type { RouteAuthorizers } from "../gateway/declared/authorizer-factory.ts";
import { identify } from "../gateway/declared/read-apis.ts";
import { bucketsOf } from "../gateway/declared/read-settings.ts";
import { Targets } from "../gateway/declared/targets.ts";
import { RouteTable } from "../gateway/route-table.ts";
import { type RouteSelection, routeSelection } from "./selection.ts";

export const V2 = "aws:apigatewayv2/";
/** Keys of the routes that AWS itself names. */
export const CONNECT = "$connect";
export const DISCONNECT = "$disconnect";
export const DEFAULT = "$default";

export interface WebSocketApi extends Api {
  protocol: "WEBSOCKET";
  /** Undefined where the expression does not run here. */
  select: RouteSelection | undefined;
  stages: WebSocketStage[];
}

export interface WebSocketStage extends Stage {
  /** By key: `$connect`, `$disconnect`, `$default`, `sendMessage`. */
  socketRoutes: ReadonlyMap<string, WebSocketRoute>;
}

/** Always the same answer, without a function. */
export interface MockTarget {
  kind: "mock";
  status: number;
  body: string;
}

export type WebSocketTarget = LambdaTarget | MockTarget | UnsupportedTarget;

export interface WebSocketRoute extends Pick<Route, "key" | "authorizer" | "bucket"> {
  target: WebSocketTarget;
  /** Whether what stands behind it answers who sent a message. */
  answers: boolean;
}

export function readWebSocketApis(recording: Recording, authorizers: RouteAuthorizers): WebSocketApi[] {
  return ofType(recording, V2_API)
    .filter(isWebSocket)
    .map((resource) => {
      const api: WebSocketApi = {
        ...identify(resource, recording),
        protocol: "WEBSOCKET",
        binaryMediaTypes: [],
        select: routeSelection(text(resource.inputs.routeSelectionExpression) ?? ""),
        stages: [],
      };
      const endpoint = text(resource.outputs.apiEndpoint);
      if (endpoint) api.endpoint = endpoint.replace(/^wss:/, "https:");
      const partsOf = (kind: string) =>
        ofType(recording, `${V2}${kind}`).filter(({ inputs }) => text(inputs.apiId) === resource.id);
      const routes = partsOf("route:Route").map((route) => declaredRoute(route, api, recording, authorizers));
      api.stages = partsOf("stage:Stage").map(({ inputs }) => stageOf(inputs, routes));
      return api;
    });
}

type RouteIn = (stage: string) => Omit<WebSocketRoute, "bucket">;

function declaredRoute(
  route: RecordedResource,
  api: Api,
  recording: Recording,
  authorizers: RouteAuthorizers,
): RouteIn {
  const { inputs } = route;
  const key = text(inputs.routeKey) ?? DEFAULT;
  const authorizer = authorizers.ofHttpRoute(inputs, api);
  const answers = hasResponse(route, recording);
  return (stage) => ({
    key,
    authorizer,
    answers,
    target: targetOf(route, recording, `${api.executionArn}/${stage}/${key}`),
  });
}

/** @param sourceArn that the permission of a function must cover */
export function targetOf(
  { inputs }: RecordedResource,
  recording: Recording,
  sourceArn: string,
): WebSocketTarget {
  if (flag(inputs.apiKeyRequired)) return unsupported("API keys of WebSocket APIs do not run here");
  const id = text(inputs.target)?.replace(/^integrations\//, "");
  const integration = ofType(recording, `${V2}integration:Integration`).find((one) => one.id === id);
  if (!integration) return unsupported(`route ${text(inputs.routeKey)} has no integration`);
  return integrationTarget(integration, recording, sourceArn);
}

export function integrationTarget(
  integration: RecordedResource,
  recording: Recording,
  sourceArn: string,
): WebSocketTarget {
  const { inputs } = integration;
  const type = text(inputs.integrationType);
  if (type === "MOCK") return mockTarget(integration, recording);
  if (type !== "AWS_PROXY" || text(inputs.connectionType) === "VPC_LINK")
    return unsupported(`integrations of type ${type} of WebSocket APIs do not run here`);
  return Targets.of(recording).lambda({
    uri: text(inputs.integrationUri) ?? "",
    payloadFormat: "1.0",
    timeoutMilliseconds: number(inputs.timeoutMilliseconds) ?? limits.apiGateway.restTimeout,
    roleArn: text(inputs.credentialsArn),
    sourceArn: () => sourceArn,
  });
}

/** Its template says the status; what it answers stands in a response of the integration. */
function mockTarget({ id, inputs }: RecordedResource, recording: Recording): MockTarget | UnsupportedTarget {
  const templates = Object.values(textMap(inputs.requestTemplates) ?? {});
  const status = templates.flatMap((template) => /"statusCode"\s*:\s*"?(\d{3})/.exec(template)?.[1] ?? [])[0];
  if (status === undefined) return unsupported("the mock integration names no status");
  const responses = ofType(recording, `${V2}integrationResponse:IntegrationResponse`)
    .map((response) => response.inputs)
    .filter((response) => text(response.integrationId) === id);
  const response =
    responses.find(({ integrationResponseKey: key }) => text(key) === `/${status}/`) ??
    responses.find(({ integrationResponseKey: key }) => text(key) === "$default");
  const [body = ""] = Object.values(textMap(response?.responseTemplates) ?? {});
  if (/[$#]/.test(body)) return unsupported("templates with variables do not run here");
  return { kind: "mock", status: Number(status), body };
}

/** Without one, whoever sends a message hears nothing of what became of it. */
function hasResponse({ id }: RecordedResource, recording: Recording): boolean {
  return ofType(recording, `${V2}routeResponse:RouteResponse`).some(
    (response) => text(response.inputs.routeId) === id,
  );
}

function stageOf(inputs: Values, declared: readonly RouteIn[]): WebSocketStage {
  const name = text(inputs.name) ?? "";
  const bucketOf = bucketsOf(inputs);
  const routes = declared.map((routeIn) => {
    const route = routeIn(name);
    const bucket = bucketOf(route.key);
    return { ...route, ...(bucket ? { bucket } : {}) };
  });
  const variables = textMap(inputs.stageVariables);
  return {
    name,
    // No path leads to one.
    routes: new RouteTable(),
    socketRoutes: new Map(routes.map((route) => [route.key, route])),
    ...(variables ? { variables } : {}),
  };
}
