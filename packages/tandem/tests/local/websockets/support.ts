/** A run of WebSocket APIs, and clients of them that wait for what comes. */
import { once } from "node:events";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda";
import WebSocket, { type ClientOptions } from "ws";
import type { RequestLine } from "../../../local/gateway/service.ts";
import { IamService } from "../../../local/iam/service.ts";
import type { Observer } from "../../../local/observer.ts";
import { LocalRun } from "../../../local/run.ts";
import type { ConnectionClock } from "../../../local/websockets/connection.ts";
import { WebSocketService } from "../../../local/websockets/service.ts";
import type { RecordedResource, Values } from "../../../program/recording.ts";
import { checkout, packageFolder } from "../../../shared/places.js";
import { recordedProgram } from "../../support/recordings.ts";
import { type Call, FakeInvoker } from "../gateway/programs.ts";
import { resource as named, type TestContext, testContext } from "../iam/recordings.ts";
import { urlsOf } from "../support/urls.ts";
import { functionArn } from "../workers/support.ts";

export const REGION = "eu-central-1";
export const ACCOUNT = "123456789012";

export interface Socket {
  name: string;
  /** Route key → function name, or inputs of the route, of its integration and whether it answers. */
  routes: Record<string, string | RouteParts>;
  api?: Values;
  stage?: Values;
}

interface RouteParts {
  function?: string;
  route?: Values;
  integration?: Values;
  answers?: boolean;
  /** Of a mock: key of an integration's response → template. */
  responses?: Record<string, string>;
}

export const executionArn = (name: string) => `arn:aws:execute-api:${REGION}:${ACCOUNT}:${idOf(name)}`;
export const cloudHost = (name: string) => `${idOf(name)}.execute-api.${REGION}.amazonaws.com`;
const idOf = (name: string) => `id0${name}`;

/** An API with routes, integrations, responses and the stage `dev`. Its functions need permissions besides. */
export function socketApi({ name, routes, api, stage }: Socket): RecordedResource[] {
  const apiId = idOf(name);
  const of = (kind: string, part: string, inputs: Values, id = `${name}-${part}`) => ({
    ...named(`aws:apigatewayv2/${kind}`, `${name}-${part}`, { apiId, ...inputs }),
    id,
  });
  return [
    {
      ...named(
        "aws:apigatewayv2/api:Api",
        name,
        { protocolType: "WEBSOCKET", routeSelectionExpression: "$request.body.action", ...api },
        { apiEndpoint: `wss://${cloudHost(name)}`, executionArn: executionArn(name) },
      ),
      id: apiId,
    },
    ...Object.entries(routes).flatMap(([key, parts]) => {
      const {
        function: called = "",
        route,
        integration,
        answers = false,
        responses = {},
      } = typeof parts === "string" ? { function: parts } : parts;
      return [
        of("integration:Integration", `calls ${key}`, {
          integrationType: "AWS_PROXY",
          integrationUri: functionArn(called),
          ...integration,
        }),
        of("route:Route", key, {
          routeKey: key,
          target: `integrations/${name}-calls ${key}`,
          ...route,
        }),
        ...Object.entries(responses).map(([integrationResponseKey, template]) =>
          of("integrationResponse:IntegrationResponse", `${key} ${integrationResponseKey}`, {
            integrationId: `${name}-calls ${key}`,
            integrationResponseKey,
            responseTemplates: { "application/json": template },
          }),
        ),
        ...(answers
          ? [
              of("routeResponse:RouteResponse", `answers ${key}`, {
                routeId: `${name}-${key}`,
                routeResponseKey: "$default",
              }),
            ]
          : []),
      ];
    }),
    of("stage:Stage", "dev", { name: "dev", autoDeploy: true, ...stage }),
  ];
}

export function mayCall(functionName: string, api: string, route = "*"): RecordedResource {
  return named("aws:lambda/permission:Permission", `${api}-may-call-${functionName}`, {
    action: "lambda:InvokeFunction",
    function: functionName,
    principal: "apigateway.amazonaws.com",
    sourceArn: `${executionArn(api)}/*/${route}`,
  });
}

export interface SocketRun {
  run: LocalRun;
  requests: RequestLine[];
  /** Of the terminal. */
  lines: string[];
  /** `ws://127.0.0.1:PORT/dev` */
  url(api: string): string;
  close(): Promise<void>;
}

export async function openRun(resources: RecordedResource[], observer?: Observer): Promise<SocketRun> {
  const cwd = mkdtempSync(path.join(tmpdir(), "tandem-sockets-"));
  writeFileSync(path.join(cwd, "Pulumi.yaml"), "name: test\nruntime: nodejs\n");
  symlinkSync(path.join(checkout ?? packageFolder, "node_modules"), path.join(cwd, "node_modules"));
  const requests: RequestLine[] = [];
  const lines: string[] = [];
  const run = await LocalRun.open({
    cwd,
    stack: "dev",
    recorded: Promise.resolve(recordedProgram(resources, { cwd })),
    listen: { host: "127.0.0.1", port: 0 },
    reader: { line: (_name, line) => lines.push(line), request: (request) => requests.push(request) },
    observer,
    log: (line) => lines.push(line),
  });
  return {
    run,
    requests,
    lines,
    url: (api) => `${urlsOf(run.services)[api]}/dev`,
    close: async () => {
      await run.stop();
      rmSync(cwd, { recursive: true });
    },
  };
}

export interface Sockets {
  service: WebSocketService;
  requests: RequestLine[];
  context: TestContext;
  /** Events of functions so far, with the names that the calls had. */
  calls: Call[];
  /** Resolves with the event that comes next; one at a time. */
  called(): Promise<SocketEvent>;
  url(api: string): string;
  close(): Promise<void>;
}

export type SocketEvent = APIGatewayProxyWebsocketEventV2 & {
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  queryStringParameters?: Record<string, string>;
  multiValueQueryStringParameters?: Record<string, string[]>;
  requestContext: {
    identity: Record<string, string>;
    authorizer?: Record<string, unknown>;
    disconnectReason?: string;
    disconnectStatusCode?: number;
  };
};

type Handler = (event: SocketEvent, functionArn: string) => unknown;

/** The APIs alone; their functions are played by `handler`. */
export async function startSockets(
  resources: RecordedResource[],
  handler: Handler,
  clock?: ConnectionClock,
): Promise<Sockets> {
  const context = testContext(recordedProgram(resources));
  const requests: RequestLine[] = [];
  const waiting: ((event: SocketEvent) => void)[] = [];
  const invoker = new FakeInvoker((event, functionName) => {
    waiting.shift()?.(event);
    return handler(event, functionName);
  });
  const iam = new IamService();
  await iam.start(context);
  const service = new WebSocketService({
    invoker,
    iam,
    onRequest: (line) => requests.push(line),
    ...(clock ? { clock } : {}),
  });
  await service.start(context);
  return {
    service,
    requests,
    context,
    calls: invoker.calls,
    called: () => new Promise((resolve) => waiting.push(resolve)),
    url: (api) => `${urlsOf(service)[api]}/dev`,
    close: async () => {
      await service.connections.stop();
      await service.stop();
      await iam.stop();
      context.remove();
    },
  };
}

/** What a client has received, in order. */
export class Client {
  readonly socket: WebSocket;
  readonly #came: string[] = [];
  readonly closed: Promise<[code: number, reason: string]>;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => this.#came.push(String(data)));
    this.closed = once(socket, "close").then(([code, reason]) => [code, String(reason)]);
  }

  /** Rejects with what the handshake was answered. */
  static async open(url: string, options: ClientOptions & { protocols?: string[] } = {}): Promise<Client> {
    const { protocols, ...others } = options;
    const socket = new WebSocket(url, protocols, others);
    const client = new Client(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
      socket.once("unexpected-response", async (_request, response: IncomingMessage) => {
        const chunks: Buffer[] = await response.toArray();
        reject(new Refused(response.statusCode ?? 0, Buffer.concat(chunks).toString()));
      });
    });
    return client;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  async next(): Promise<string> {
    if (this.#came.length === 0) await once(this.socket, "message");
    return this.#came.shift() ?? "";
  }

  async ask(message: object | string): Promise<Record<string, unknown>> {
    this.send(message);
    return JSON.parse(await this.next()) as Record<string, unknown>;
  }

  async end(code?: number, reason?: string): Promise<void> {
    this.socket.close(code, reason);
    await this.closed;
  }
}

export class Refused extends Error {
  override name = "Refused";
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    super(`${status} ${body}`);
    this.status = status;
    this.body = body;
  }
}

/** The answer to a handshake that is refused. */
export async function refusalOf(url: string, options: ClientOptions = {}): Promise<Refused> {
  const client = await Client.open(url, options).catch((error: unknown) => error);
  if (client instanceof Refused) return client;
  throw client instanceof Error ? client : new Error(`${url} was opened`);
}
