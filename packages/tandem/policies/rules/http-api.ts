import { isWebSocket, V2_API } from "../../program/reading/v2-apis.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import { parseObject } from "../../shared/json.ts";
import {
  at,
  holds,
  list,
  number,
  objects,
  ofType,
  pointsAt,
  shown,
  targets,
  text,
  written,
} from "../reading.ts";
import { each, type Rule } from "../rule.ts";

const STAGE_TYPE = "aws:apigatewayv2/stage:Stage";
const ROUTE_TYPE = "aws:apigatewayv2/route:Route";

export const httpApiRules: Rule[] = [
  {
    id: "http-api/access-log",
    standards: ["AwsSolutions-APIG1", "CKV_AWS_76", "Serverless-APIGWStructuredLogging"],
    title: "Every request is logged, in a form that can be searched",
    remedy: "Set `accessLogSettings` with a destination and a format that is a JSON object.",
    check: each(STAGE_TYPE, (stage) => {
      if (at(stage, "accessLogSettings.destinationArn") === undefined) return "no access log";
      const format = at(stage, "accessLogSettings.format");
      return holds(format, isJsonObject)
        ? undefined
        : `the access log's format is no JSON object: ${shown(format)}`;
    }),
  },
  {
    id: "http-api/writes-guarded",
    standards: ["AwsSolutions-APIG4", "CKV_AWS_309"],
    title: "Nobody writes in production without saying who they are",
    remedy: "Configure an authorizer (config `authorizer`).",
    onlyInProduction: true,
    waivable: false,
    check: (recording) => [
      ...each(ROUTE_TYPE, (route) =>
        isOfConnection(route, recording)
          ? undefined
          : openWrite(text(route, "routeKey"), at(route, "authorizationType")),
      )(recording),
      // Quick-created: with a target the API has a route that nobody declared, and it is open.
      ...each(V2_API, (api) =>
        at(api, "target") === undefined
          ? undefined
          : openWrite(text(api, "routeKey") ?? "$default", undefined),
      )(recording),
      ...each("aws:apigateway/method:Method", (method) =>
        openWrite(`${text(method, "httpMethod")} method`, at(method, "authorization")),
      )(recording),
      ...each("aws-apigateway:index:RestAPI", openComponentWrite)(recording),
    ],
  },
  {
    id: "http-api/reads-guarded",
    standards: ["AwsSolutions-APIG4", "CKV_AWS_309"],
    title: "A route that anybody may read among guarded ones is open on purpose",
    remedy: "Guard it, or say in `policies/waivers.ts` why everybody may read it.",
    onlyInProduction: true,
    check: each(ROUTE_TYPE, (route, recording) => {
      if (!isOpenRead(route)) return undefined;
      const [api] = targets(recording, route, "apiId", V2_API);
      const guarded = ofType(recording, ROUTE_TYPE).filter(
        (other) => isGuarded(other) && api !== undefined && pointsAt(other, "apiId", api),
      );
      return guarded.length === 0
        ? undefined
        : `${text(route, "routeKey")} is open to everybody, where ${guarded.length} other routes are guarded`;
    }),
    mayComeToBreak: (recording) => ofType(recording, ROUTE_TYPE).filter(isOpenRead),
  },
  {
    id: "http-api/open-said",
    standards: ["AwsSolutions-APIG4"],
    title: "A route that is open to everybody says so",
    remedy: 'Set `authorizationType`, "NONE" for an open route.',
    check: each(ROUTE_TYPE, (route, recording) => {
      if (isOfConnection(route, recording)) return undefined;
      return at(route, "authorizationType") === undefined && at(route, "authorizerId") === undefined
        ? "no authorizationType"
        : undefined;
    }),
  },
  {
    id: "http-api/throttling",
    standards: ["Serverless-APIGWDefaultThrottling"],
    title: "An API lets through so many requests and no more",
    remedy: "Set `throttlingRateLimit` and `throttlingBurstLimit` in `defaultRouteSettings`.",
    check: each(STAGE_TYPE, (stage) => {
      const missing = ["throttlingRateLimit", "throttlingBurstLimit"].filter(
        (limit) => !holds(at(stage, `defaultRouteSettings.${limit}`), (value) => number(value) > 0),
      );
      return missing.length > 0 ? `no ${missing.join(", no ")}` : undefined;
    }),
  },
  {
    id: "http-api/cors-origins",
    standards: [],
    title: "The web pages that may call the API in production are named",
    remedy: "List the origins (config `corsOrigins`).",
    onlyInProduction: true,
    check: each(V2_API, (api) =>
      list(api, "corsConfiguration.allowOrigins").some((origin) => written(origin).includes("*"))
        ? "any page may call the API"
        : undefined,
    ),
  },
  {
    id: "http-api/tls",
    standards: ["APIGateway.9", "CKV_AWS_206"],
    title: "A domain of our own takes TLS 1.2 and newer only",
    remedy: 'Set `securityPolicy: "TLS_1_2"`.',
    check: each("aws:apigatewayv2/domainName:DomainName", (domain) => {
      const policy = at(domain, "domainNameConfiguration.securityPolicy");
      return holds(policy, (value) => value === "TLS_1_2") ? undefined : `securityPolicy is ${shown(policy)}`;
    }),
  },
  {
    id: "http-api/staged",
    standards: [],
    title: "Every API has a stage, and with it limits and a log",
    remedy: "Declare a Stage for the API.",
    check: each(V2_API, (api, recording) =>
      ofType(recording, STAGE_TYPE).some((stage) => pointsAt(stage, "apiId", api)) ? undefined : "no stage",
    ),
  },
];

/** Of a WebSocket API $connect alone can have an authorizer: what it lets in may send to every other route. */
function isOfConnection(route: RecordedResource, recording: Recording): boolean {
  const [api] = targets(recording, route, "apiId", V2_API);
  return api !== undefined && isWebSocket(api) && text(route, "routeKey") !== "$connect";
}

/** The component declares its methods itself, out of sight; its routes say who may call them. */
function openComponentWrite(api: RecordedResource): string | undefined {
  const open = objects(api, "routes")
    .filter(({ authorizers, apiKeyRequired, iamAuthEnabled, eventHandler, target }) => {
      const isCalled = eventHandler !== undefined || target !== undefined;
      return isCalled && authorizers === undefined && apiKeyRequired !== true && iamAuthEnabled !== true;
    })
    .map(({ method, path }) => `${written(method ?? "ANY")} ${written(path)}`)
    .filter(isWriting);
  return open.length > 0 ? `${open.join(", ")} is open` : undefined;
}

function openWrite(routeKey: string | undefined, authorization: Value | undefined): string | undefined {
  return isWriting(routeKey) && (authorization ?? "NONE") === "NONE" ? `${routeKey} is open` : undefined;
}

function isGuarded(route: RecordedResource): boolean {
  return holds(at(route, "authorizationType"), (type) => type !== undefined && type !== "NONE");
}

const isOpenRead = (route: RecordedResource): boolean =>
  !isWriting(text(route, "routeKey")) && !isGuarded(route);

function isWriting(routeKey: string | undefined): boolean {
  return routeKey !== undefined && !/^(GET|HEAD|OPTIONS) /.test(routeKey);
}

function isJsonObject(value: unknown): boolean {
  return typeof value === "string" && parseObject(value) !== undefined;
}
