/** What the gateway serves: the APIs of a recorded program, read once and then only looked at. */
import type { Permission } from "../iam/invocation-permission.ts";
import type { ApiSegment, Protocol } from "../observer.ts";
import type { CorsRules } from "./cors.ts";
import type { HeaderFields } from "./http/header-fields.ts";
import type { HttpAnswer, HttpRequest } from "./http/http-message.ts";
import type { RequestTarget } from "./http/request-target.ts";
import type { ApiKey, KeyDecision } from "./keys/usage-plans.ts";
import type { MappedTarget, ServiceBackend } from "./mapped-target.ts";
import type { AnswerChanges, ParameterChange } from "./parameter-change.ts";
import type { RouteTable } from "./route-table.ts";
import type { TokenBucket } from "./token-bucket.ts";

export interface Api {
  urn: string;
  /** Logical name. */
  name: string;
  /** As the cloud would number it. */
  id: string;
  protocol: Protocol;
  region: string;
  accountId: string;
  /** `arn:aws:execute-api:<region>:<account>:<id>`. */
  executionArn: string;
  /** `https://<id>.execute-api.<region>.amazonaws.com`, as the program knows it. */
  endpoint: string;
  cors?: CorsRules;
  /** REST only: how the program words the gateway's own answers, by their type. */
  responses?: ReadonlyMap<string, GatewayResponse>;
  /** REST only: media types that are base64 in events, and decoded in answers to who accepts them. */
  binaryMediaTypes: string[];
  stages: Stage[];
}

export interface Stage {
  /** `$default`, or the first segment of every path. */
  name: string;
  variables?: Record<string, string>;
  /** REST only. */
  deploymentId?: string;
  routes: RouteTable<Route>;
  /** REST only, with X-Ray's tracing: what its segments are called, and its ARN. */
  traced?: { service: string; arn: string };
}

export interface Route {
  /** `GET /orders/{id}`, `ANY /{proxy+}` or `$default`. */
  key: string;
  /** REST: the resource's id. */
  resourceId?: string;
  target: RouteTarget;
  authorizer: Authorizer;
  /** REST only: asked for the key of a request that its authorizer lets in. */
  keys?: KeyCheck;
  /** REST only: asked once the caller is let in. */
  validator?: RequestValidator;
  /** Absent: not throttled. */
  bucket?: TokenBucket;
}

export type RouteTarget =
  | LambdaTarget
  | HttpTarget
  | MappedTarget
  | OperationTarget
  | FilesTarget
  | UnsupportedTarget;

/** Physical name of the function that is called, with mappings or without; undefined where none is. */
export function functionBehind(target: RouteTarget): string | undefined {
  if (target.kind === "lambda") return target.functionName;
  return target.kind === "mapped" && target.backend.kind === "function"
    ? target.backend.functionName
    : undefined;
}

export interface LambdaTarget {
  kind: "lambda";
  /** As the integration names it, with qualifier if there is one. */
  functionArn: string;
  functionName: string;
  payloadFormat: "1.0" | "2.0";
  timeoutMilliseconds: number;
  permission: Permission;
}

/** Another server, to which requests go on. */
export interface HttpTarget {
  kind: "http";
  /** Its address, with `{id}` where a parameter stands and `${stageVariables.host}` where a variable does. */
  uri: string;
  /** Absent: the caller's own. */
  method?: string;
  timeoutMilliseconds: number;
  /** REST only: what becomes of parameters, `integration.request.path.id` → `method.request.path.id`. */
  mappings?: Record<string, string>;
  /** HTTP only, of the request. */
  changes?: readonly ParameterChange[];
  /** HTTP only, of the answer. */
  answers?: AnswerChanges;
}

/** HTTP only: an operation of a service of AWS that the run has too. */
export interface OperationTarget {
  kind: "operation";
  subtype:
    | "EventBridge-PutEvents"
    | "SQS-SendMessage"
    | "StepFunctions-StartExecution"
    | "StepFunctions-StartSyncExecution";
  /** Of the operation: a text, or where its value stands. */
  parameters: Record<string, string>;
  timeoutMilliseconds: number;
  answers: AnswerChanges;
  backend: Pick<ServiceBackend, "service" | "region" | "roleArn" | "refusal"> & { action: string };
}

/** A file, or a folder of files, of the program. */
export interface FilesTarget {
  kind: "files";
  /** Absolute; nothing outside of it is served. */
  root: string;
  /** File of the root for the route's own path. */
  index: string;
  /** False for a single file: the index is all that is served. */
  isFolder: boolean;
  /** Absent: by the file's extension. */
  contentType?: string;
}

/** Declared, but of a kind that is not run here; answered 501. */
export interface UnsupportedTarget {
  kind: "unsupported";
  reason: string;
}

export function unsupported(reason: string): UnsupportedTarget {
  return { kind: "unsupported", reason };
}

/** What a program makes of an answer of a REST API's own; what it leaves out stays as it is. */
export interface GatewayResponse {
  status?: number;
  /** Header → a text in quotes, or where its value stands: `method.request.header.Accept`, `context.stage`. */
  headers: Record<string, string>;
  /** Body, with variables such as `$context.error.message`. */
  template?: { contentType: string; body: string };
}

/** What an authorizer found out of the caller, in the shape of `requestContext.authorizer` of payload format 2.0. */
export type Identity =
  | { jwt: { claims: Record<string, string>; scopes: string[] } }
  | { cognito: { claims: Record<string, string> } }
  | { lambda: Record<string, unknown>; principalId?: string; usageIdentifierKey?: string }
  | { iam: IamIdentity };

export interface IamIdentity {
  accessKey: string;
  accountId: string;
  callerId: string;
  cognitoIdentity: null;
  principalOrgId: string;
  userArn: string;
  userId: string;
}

export type AuthorizerDecision =
  | { allowed: true; identity?: Identity }
  /** `reason` goes to the log, never to the caller. */
  | { allowed: false; answer: HttpAnswer; reason: string };

export interface Authorizer {
  /** For the list of endpoints, e.g. `JWT orders:write`; absent for an open route. */
  label?: string;
  authorize(request: RoutedRequest): AuthorizerDecision | Promise<AuthorizerDecision>;
}

const allowed: AuthorizerDecision = { allowed: true };

export const OPEN: Authorizer = { authorize: () => allowed };

/** Where a method wants an API key. */
export interface KeyCheck {
  check(request: RoutedRequest, identity: Identity | undefined): KeyDecision;
}

/** What is wrong with a request that a REST API does not hand on. */
export interface Invalid {
  what: "parameters" | "body";
  /** For the caller. */
  message: string;
  /** For the log, and for who asks with `$context.error.validationErrorString`. */
  detail: string;
}

export interface RequestValidator {
  invalid(request: RoutedRequest): Promise<Invalid | undefined>;
}

/** A request that has found its route: all that an event, an authorizer or a log line is made of. */
export interface RoutedRequest {
  api: Api;
  stage: Stage;
  route: Route;
  parameters: Record<string, string> | undefined;
  request: HttpRequest;
  target: RequestTarget & { path: string };
  /** Decoded path without the stage: what stands in ARNs. */
  routePath: string;
  /** Headers of the caller with those that the gateway adds. */
  fields: HeaderFields;
  requestId: string;
  /** The same of an HTTP API, another of a REST API. */
  extendedRequestId: string;
  /** Who the caller is, once an authorizer has said so. */
  identity?: Identity;
  /** By which the caller was let in, where the method wants one. */
  apiKey?: Pick<ApiKey, "id" | "value">;
  /** What functions are told of the trace. */
  trace: RequestTrace;
  /** WebSocket APIs only: what the request is about to open. */
  connection?: { id: string; connectedAt: number };
}

/** A request as far as it came: what is not known yet is not there. */
export type ReachedRequest = Pick<
  RoutedRequest,
  "api" | "request" | "fields" | "requestId" | "extendedRequestId"
> &
  Partial<RoutedRequest>;

/** As policies and permissions name what is called: of a WebSocket API it is the route alone. */
export function calledArn({ api, stage, route, request }: RoutedRequest, path: string): string {
  const ofStage = `${api.executionArn}/${stage.name}/`;
  return api.protocol === "WEBSOCKET" ? `${ofStage}${route.key}` : `${ofStage}${request.method}${path}`;
}

/** What X-Ray is given of a request. */
export interface RequestTrace {
  /** For the functions that the request calls. */
  header: string;
  segment?: ApiSegment;
}
