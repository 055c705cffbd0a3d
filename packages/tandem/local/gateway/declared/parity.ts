/** What the gateway does with each resource of its family, and why. */

import { ofType } from "../../../program/reading/resources.ts";
import { text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Values } from "../../../program/recording.ts";
import { API_GATEWAY } from "../../iam/invocation-permission.ts";
import type { Parity } from "../../service.ts";
import type { RouteTarget } from "../api.ts";
import { REST_COMPONENT, trustedPools } from "../issuer/jwt-issuers.ts";
import { USER_POOL, USER_POOL_CLIENT } from "../issuer/user-pools.ts";
import { methodFault } from "./integration-method.ts";
import { httpTarget } from "./read-http-api.ts";
import { type DeclaredMethod, restTarget } from "./read-rest-api.ts";
import { whyNotAll } from "./read-rest-component.ts";
import { Targets } from "./targets.ts";

type Rule = Parity | ((resource: RecordedResource, recording: Recording) => Parity);

const V2 = "aws:apigatewayv2/";
const V1 = "aws:apigateway/";

const ADDRESS = recordedOnly("the API is reached by its local address");
const LIVE = recordedOnly("what is declared is live at once");
/** What may call its functions is asked at each request, not here. */
const ANY_API = { executionArn: "" };
const SHAPES = recordedOnly("answers are not checked against models, nor are messages");

const RULES: Record<string, Rule> = {
  [`${V2}api:Api`]: realised("a port of its own; routing, events, CORS and limits as in the cloud"),
  [`${V2}route:Route`]: realised("matched by precedence"),
  [`${V2}integration:Integration`]: ({ inputs }, recording) =>
    // Which parameters its route has is judged with the route.
    ofTarget(httpTarget(inputs, undefined, "", ANY_API, Targets.of(recording))),
  [`${V2}stage:Stage`]: realised("throttling and stage variables; its access log is the run's own"),
  [`${V2}authorizer:Authorizer`]: ({ inputs }) =>
    text(inputs.authorizerType) === "JWT"
      ? realised("for tokens of npm run token; the keys of the real issuer would need the network")
      : realised("the function is asked"),
  [`${V2}deployment:Deployment`]: LIVE,
  [`${V2}apiMapping:ApiMapping`]: ADDRESS,
  [`${V2}domainName:DomainName`]: ADDRESS,
  [`${V2}vpcLink:VpcLink`]: unsupported("routes through it answer 501"),
  [`${V2}model:Model`]: SHAPES,
  [`${V2}routeResponse:RouteResponse`]: SHAPES,
  [`${V2}integrationResponse:IntegrationResponse`]: SHAPES,
  [`${V1}restApi:RestApi`]: ({ inputs }) =>
    realised(
      `a port of its own; events in format 1.0${inputs.policy ? "; its resource policy is not judged" : ""}`,
    ),
  [`${V1}resource:Resource`]: realised("part of the paths"),
  [`${V1}method:Method`]: ({ inputs }, recording) => {
    if (text(inputs.authorization) !== "COGNITO_USER_POOLS") return realised("a route");
    const authorizer = ofType(recording, `${V1}authorizer:Authorizer`).find(
      ({ id }) => id === text(inputs.authorizerId),
    );
    return authorizer ? ofUserPools(authorizer, recording) : unsupported("no authorizer: it answers 501");
  },
  [`${V1}integration:Integration`]: ({ inputs }, recording) => {
    const parity = ofTarget(restTarget(methodOf(inputs, recording), "", ANY_API, Targets.of(recording)));
    const fault = methodFault(inputs);
    return parity.state === "realised" && fault ? realised(`answers 500, as in the cloud: ${fault}`) : parity;
  },
  [`${V1}integrationResponse:IntegrationResponse`]: realised(
    "status, headers and body of what its integration gives",
  ),
  [`${V1}methodResponse:MethodResponse`]: SHAPES,
  [`${V1}stage:Stage`]: realised("the first segment of every path"),
  [`${V1}methodSettings:MethodSettings`]: realised("throttling"),
  [`${V1}authorizer:Authorizer`]: (resource, recording) =>
    text(resource.inputs.type) === "COGNITO_USER_POOLS"
      ? ofUserPools(resource, recording)
      : realised("the function is asked"),
  [USER_POOL]: ({ inputs }) =>
    inputs.lambdaConfig
      ? unsupported("nobody signs in here, so its functions are not called")
      : realised("issuer of the tokens of npm run token; nobody signs in here"),
  [USER_POOL_CLIENT]: realised("client of the tokens of npm run token"),
  "aws:cognito/resourceServer:ResourceServer": realised("its scopes stand in tokens of npm run token"),
  "aws:cognito/userGroup:UserGroup": realised("npm run token makes tokens of its members"),
  [`${V1}deployment:Deployment`]: LIVE,
  [`${V1}basePathMapping:BasePathMapping`]: ADDRESS,
  [`${V1}domainName:DomainName`]: ADDRESS,
  [`${V1}vpcLink:VpcLink`]: unsupported("methods through it answer 501"),
  [`${V1}apiKey:ApiKey`]: realised(
    "let in by its usage plans; a value that is not declared is made up, always the same",
  ),
  [`${V1}usagePlan:UsagePlan`]: realised(
    "throttle and quota of each key; what is used is counted from the start",
  ),
  [`${V1}usagePlanKey:UsagePlanKey`]: realised("part of its usage plan"),
  [`${V1}model:Model`]: realised("bodies are held against it where a method's validator says so"),
  [`${V1}requestValidator:RequestValidator`]: realised("what it refuses is a 400, and calls nobody"),
  [`${V1}restApiPolicy:RestApiPolicy`]: unsupported("resource policies of APIs are not judged here"),
  [`${V1}response:Response`]: realised("status, headers and body of the gateway's own answers"),
  [REST_COMPONENT]: (component, recording) => {
    const why = whyNotAll(component, recording);
    if (why !== undefined) return unsupported(`some of its routes answer 501: ${why}`);
    return realised(
      "its routes to functions, files and other servers; what it makes besides is out of sight",
    );
  },
  "aws:lambda/permission:Permission": ({ inputs }) =>
    text(inputs.principal) === API_GATEWAY
      ? realised("an API may call its function only with it")
      : recordedOnly("asked for before an API calls its function, not before other services do"),
  [`${V1}account:Account`]: recordedOnly("the run has a log of its own"),
};

export function gatewayParity(resource: RecordedResource, recording: Recording): Parity | undefined {
  const rule = RULES[resource.type];
  return typeof rule === "function" ? rule(resource, recording) : rule;
}

function ofUserPools(authorizer: RecordedResource, recording: Recording): Parity {
  const pools = trustedPools(authorizer, recording);
  return pools.length > 0 && !pools.includes(undefined)
    ? realised("for tokens of npm run token")
    : unsupported("a user pool that is not part of this program: it answers 501");
}

/** The same that its routes are answered by. */
function ofTarget(target: RouteTarget): Parity {
  switch (target.kind) {
    case "unsupported":
      return unsupported(`${target.reason}: its routes answer 501`);
    case "lambda":
      return realised("calls the function");
    case "http":
      return realised("its server is asked, unless it is one of the cloud");
    case "operation":
      return realised("the service is called in the name of its role");
    case "files":
      return realised("files of the program");
    case "mapped": {
      const isMock = target.backend.kind === "nothing";
      const what = isMock ? "answered without a function" : "calls what stands behind it";
      return realised(`${what}, by its mappings and templates`);
    }
  }
}

function methodOf(integration: Values, recording: Recording): DeclaredMethod {
  const isOfMethod = (other: RecordedResource) =>
    ["restApi", "resourceId", "httpMethod"].every(
      (name) => text(other.inputs[name]) === text(integration[name]),
    );
  const responses = ofType(recording, `${V1}integrationResponse:IntegrationResponse`)
    .filter(isOfMethod)
    .map(({ inputs }) => inputs);
  return { key: "", resourceId: "", inputs: {}, integration, responses };
}

function realised(reason: string): Parity {
  return { state: "realised", reason };
}

function recordedOnly(reason: string): Parity {
  return { state: "recorded only", reason };
}

function unsupported(reason: string): Parity {
  return { state: "unsupported", reason };
}
