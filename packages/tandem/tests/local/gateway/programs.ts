/** Recordings of small programs, and an invoker that is no worker: what the tests of the gateway run on. */

import { createAddresses } from "../../../local/addresses.ts";
import { ApiHandler } from "../../../local/gateway/api-handler.ts";
import { AuthorizerFactory, type TokenIssuer } from "../../../local/gateway/declared/authorizer-factory.ts";
import { readApis } from "../../../local/gateway/declared/read-apis.ts";
import type { HttpAnswer, HttpRequest } from "../../../local/gateway/http/http-message.ts";
import { ApiServer } from "../../../local/gateway/http/server.ts";
import { Guard } from "../../../local/iam/guard.ts";
import { rolesOf } from "../../../local/iam/policies.ts";
import type { InvokeOptions, InvokeResult, Invoker } from "../../../local/invocation.ts";
import { anyPorts } from "../../../local/kept-ports.ts";
import type { LocalContext } from "../../../local/service.ts";
import type { RecordedResource, Recording, Values } from "../../../program/recording.ts";
import { recordedProgram, recordedResource } from "../../support/recordings.ts";

const REGION = "eu-west-1";
const ACCOUNT = "123456789012";
export const API_ID = "a1b2c3d4e5";
export const EXECUTION_ARN = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${API_ID}`;
export const ENDPOINT = `https://${API_ID}.execute-api.${REGION}.amazonaws.com`;

export function functionArn(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

export function resource(
  type: string,
  name: string,
  inputs: Values,
  outputs: Values = {},
  id = `${name}-id`,
): RecordedResource {
  return recordedResource({ type, name, inputs, outputs: { ...inputs, ...outputs }, id });
}

export function recordingOf(resources: RecordedResource[]): Recording {
  return recordedProgram(resources, { cwd: "/program", config: { "aws:region": REGION } });
}

export interface HttpProgram {
  /** Route key → function name, or inputs of the route with the function's name. */
  routes: Record<string, string | ({ function: string } & Values)>;
  api?: Values;
  integration?: Values;
  stage?: Values;
  /** Defaults to one permission a function for every route of the API; false for none. */
  sourceArn?: string | false;
  more?: RecordedResource[];
}

/** An HTTP API with its functions, integrations, permissions and one stage. */
export function httpProgram({
  routes,
  api,
  integration,
  stage,
  sourceArn,
  more = [],
}: HttpProgram): Recording {
  const declared = Object.entries(routes).map(([key, route]) => ({
    key,
    ...(typeof route === "string"
      ? { function: route, inputs: {} }
      : { function: route.function, inputs: withoutFunction(route) }),
  }));
  const functions = [...new Set(declared.map((route) => route.function))];
  return recordingOf([
    resource(
      "aws:apigatewayv2/api:Api",
      "api",
      { protocolType: "HTTP", ...api },
      { apiEndpoint: ENDPOINT, executionArn: EXECUTION_ARN },
      API_ID,
    ),
    ...functions.flatMap((name) => [
      resource("aws:lambda/function:Function", name, { name }, { arn: functionArn(name) }, name),
      resource("aws:apigatewayv2/integration:Integration", name, {
        apiId: API_ID,
        integrationType: "AWS_PROXY",
        integrationUri: functionArn(name),
        payloadFormatVersion: "2.0",
        ...integration,
      }),
      ...(sourceArn === false ? [] : [permission(name, sourceArn)]),
    ]),
    ...declared.map((route) =>
      resource("aws:apigatewayv2/route:Route", route.key, {
        apiId: API_ID,
        routeKey: route.key,
        target: `integrations/${route.function}-id`,
        ...route.inputs,
      }),
    ),
    resource("aws:apigatewayv2/stage:Stage", "stage", {
      apiId: API_ID,
      name: "$default",
      autoDeploy: true,
      ...stage,
    }),
    ...more,
  ]);
}

export interface RestProgram {
  /** `GET /barns/{id}` → function name, or inputs of the method with the function's name. */
  methods: Record<string, string | ({ function: string } & Values)>;
  api?: Values;
  stage?: Values;
  more?: RecordedResource[];
}

const ROOT_ID = "root";

/** A REST API with its functions, resources, methods, integrations, permissions and the stage `dev`. */
export function restProgram({ methods, api, stage, more = [] }: RestProgram): Recording {
  const declared = Object.entries(methods).map(([key, method]) => {
    const [verb = "", path = ""] = key.split(" ");
    const inputs = typeof method === "string" ? {} : withoutFunction(method);
    const name = typeof method === "string" ? method : method.function;
    return { key, verb, path, inputs, name, resourceId: resourceId(path) };
  });
  const functions = [...new Set(declared.map(({ name }) => name))];
  const restApi = { restApi: API_ID };
  return recordingOf([
    resource(
      "aws:apigateway/restApi:RestApi",
      "api",
      { ...api },
      { executionArn: EXECUTION_ARN, rootResourceId: ROOT_ID },
      API_ID,
    ),
    ...functions.flatMap((name) => [
      resource("aws:lambda/function:Function", name, { name }, { arn: functionArn(name) }, name),
      permission(name),
    ]),
    ...pathResources(declared.map(({ path }) => path)),
    ...declared.flatMap(({ key, verb, name, resourceId, inputs }) => [
      resource("aws:apigateway/method:Method", key, {
        ...restApi,
        resourceId,
        httpMethod: verb,
        authorization: "NONE",
        ...inputs,
      }),
      resource("aws:apigateway/integration:Integration", key, {
        ...restApi,
        resourceId,
        httpMethod: verb,
        integrationHttpMethod: "POST",
        type: "AWS_PROXY",
        uri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${functionArn(name)}/invocations`,
      }),
    ]),
    resource("aws:apigateway/deployment:Deployment", "deployment", restApi),
    resource("aws:apigateway/stage:Stage", "dev", { ...restApi, stageName: "dev", ...stage }),
    ...more,
  ]);
}

/** `/users/{name}` → `users-name`. */
function resourceId(path: string): string {
  return path === "/" ? ROOT_ID : path.slice(1).replace(/[{}+]/g, "").replaceAll("/", "-");
}

function pathResources(paths: string[]): RecordedResource[] {
  const all = paths.flatMap((path) =>
    path.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/")),
  );
  return [...new Set(all)]
    .filter((path) => path.length > 1)
    .map((path) => {
      const parent = path.slice(0, path.lastIndexOf("/")) || "/";
      const inputs = {
        restApi: API_ID,
        parentId: resourceId(parent),
        pathPart: path.slice(path.lastIndexOf("/") + 1),
      };
      return resource("aws:apigateway/resource:Resource", path, inputs, {}, resourceId(path));
    });
}

export function permission(
  name: string,
  sourceArn = `${EXECUTION_ARN}/*/*`,
  inputs: Values = {},
): RecordedResource {
  return resource("aws:lambda/permission:Permission", `${name}-permission`, {
    action: "lambda:InvokeFunction",
    function: name,
    principal: "apigateway.amazonaws.com",
    sourceArn,
    ...inputs,
  });
}

function withoutFunction({ function: _, ...inputs }: { function: string } & Values): Values {
  return inputs;
}

export interface Call {
  functionName: string;
  payload: unknown;
  options: InvokeOptions | undefined;
}

/** Answers every call with what `handler` makes of the event, and keeps the calls. */
export class FakeInvoker implements Invoker {
  readonly calls: Call[] = [];
  readonly #handler: (event: never, name: string) => unknown;

  constructor(handler: (event: never, name: string) => unknown = (event) => event) {
    this.#handler = handler;
  }

  async invoke(functionName: string, payload: unknown, options?: InvokeOptions): Promise<InvokeResult> {
    this.calls.push({ functionName, payload, options });
    const event = JSON.parse(JSON.stringify(payload)) as never;
    const result = await this.#handler(event, functionName);
    if (isResult(result)) return result;
    const json = JSON.stringify(result);
    return json === undefined
      ? { requestId: "r", status: "ok" }
      : { requestId: "r", status: "ok", payload: json };
  }
}

function isResult(value: unknown): value is InvokeResult {
  return (
    typeof value === "object" &&
    value !== null &&
    "status" in value &&
    "requestId" in value &&
    !("statusCode" in value)
  );
}

export function contextOf(recording: Recording, dataFolder = "/nowhere"): LocalContext & { lines: string[] } {
  const lines: string[] = [];
  return {
    recording,
    dataFolder: () => dataFolder,
    log: (line) => lines.push(line),
    signal: new AbortController().signal,
    addresses: createAddresses(),
    ports: anyPorts,
    lines,
  };
}

/** The first API of a program, without a socket. */
export function handlerOf(recording: Recording, invoker: Invoker, issuer?: TokenIssuer): ApiHandler {
  const needs = { invoker, guard: new Guard(rolesOf(recording)), ...(issuer ? { issuer } : {}) };
  const factory = new AuthorizerFactory(recording, needs);
  const [api] = readApis(recording, factory);
  if (!api) throw new Error("the program declares no API");
  return new ApiHandler(api, { invoker });
}

export interface RequestParts {
  /** Names and values in turn. */
  headers?: string[];
  body?: string | Buffer;
  time?: number;
}

export const TIME = Date.UTC(2026, 10, 23, 9, 12, 1, 345);

export function requestOf(
  line: string,
  { headers = [], body = "", time = TIME }: RequestParts = {},
): HttpRequest {
  const space = line.indexOf(" ");
  return {
    method: line.slice(0, space),
    target: line.slice(space + 1),
    protocol: "HTTP/1.1",
    rawHeaders: ["Host", "127.0.0.1:3000", ...headers],
    body: typeof body === "string" ? Buffer.from(body) : body,
    sourceIp: "127.0.0.1",
    port: 3000,
    time,
  };
}

/** Values of a header of an answer, in order. */
export function headerValues({ headers }: HttpAnswer, name: string): string[] {
  return headers.filter((_, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name);
}

/** The first API of a program on a port. */
export async function servedBy(recording: Recording, invoker: Invoker) {
  const handler = handlerOf(recording, invoker);
  const server = new ApiServer({
    respond: async (request) => (await handler.handle(request)).answer,
    onMistake: (error) => {
      throw error;
    },
  });
  return { port: await server.listen(0, "127.0.0.1"), close: () => server.close() };
}
