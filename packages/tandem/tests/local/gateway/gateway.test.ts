import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, get, type IncomingMessage, request as requestOf } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type GatewayOptions, GatewayService, type RequestLine } from "../../../local/gateway/service.ts";
import { Guard } from "../../../local/iam/guard.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import { UserError } from "../../../shared/user-error.js";
import { urlsOf } from "../support/urls.ts";
import {
  API_ID,
  contextOf,
  ENDPOINT,
  EXECUTION_ARN,
  FakeInvoker,
  functionArn,
  httpProgram,
  permission,
  recordingOf,
  resource,
  restProgram,
} from "./programs.ts";

const hello = httpProgram({ routes: { "GET /hello": "hello" } });

describe("Gateway", () => {
  const running: GatewayService[] = [];

  afterEach(() => Promise.all(running.splice(0).map((gateway) => gateway.stop())));

  function gatewayOf(options: Partial<GatewayOptions> = {}): GatewayService {
    const gateway = new GatewayService({
      invoker: new FakeInvoker((_event, name) => name),
      guard: () => new Guard([]),
      port: 0,
      ...options,
    });
    running.push(gateway);
    return gateway;
  }

  async function started(recording: Recording, options: Partial<GatewayOptions> = {}) {
    const gateway = gatewayOf(options);
    const context = contextOf(recording);
    await gateway.start(context);
    return { gateway, context, url: gateway.url ?? assert.fail("nothing is served") };
  }

  it("serves an API and calls the cloud's address by the local one", async () => {
    const { context, url, gateway } = await started(hello);
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(context.addresses.apply(`${ENDPOINT}/hello`), `${url}/hello`);
    assert.deepEqual(urlsOf(gateway), { api: url });
    const response = await fetch(`${url}/hello`);
    assert.deepEqual([response.status, await response.text()], [200, functionArn("hello")]);
  });

  it("serves a REST API under its stage", async () => {
    const invoker = new FakeInvoker(() => ({ statusCode: 202 }));
    const { context, url, gateway } = await started(restProgram({ methods: { "GET /a": "f" } }), { invoker });
    assert.equal(context.addresses.apply(`${ENDPOINT}/dev`), `${url}/dev`);
    assert.equal((await fetch(`${url}/dev/a`)).status, 202);
    assert.equal((await fetch(`${url}/dev/a/`)).status, 202);
    assert.equal((await fetch(`${url}/a`)).status, 403);
    assert.deepEqual(gateway.endpoints(), [
      { api: "api", method: "GET", path: "/dev/a", route: "/a", url: `${url}/dev/a`, function: "f" },
    ]);
  });

  it("lists what can be called, and what a caller must show", async () => {
    const { gateway, url } = await started(
      httpProgram({
        routes: {
          "GET /a": "f",
          "POST /a": { function: "f", authorizationType: "AWS_IAM" },
          $default: "f",
        },
      }),
    );
    assert.deepEqual(gateway.endpoints(), [
      { api: "api", method: "GET", path: "/a", route: "/a", url: `${url}/a`, function: "f" },
      {
        api: "api",
        method: "POST",
        path: "/a",
        route: "/a",
        url: `${url}/a`,
        function: "f",
        authorization: "AWS_IAM",
      },
      { api: "api", method: "ANY", path: "/", route: "/", url, function: "f" },
    ]);
  });

  it("reports each request with its function, or with the reason of the answer", async () => {
    const lines: RequestLine[] = [];
    const { url } = await started(hello, { onRequest: (line) => lines.push(line) });
    await fetch(`${url}/hello?a=1`);
    await fetch(`${url}/nowhere`);
    const shown = lines.map(({ milliseconds, requestId, ...line }) => {
      assert.ok(milliseconds >= 0);
      assert.match(String(requestId), /^[\w-]{15}=$/);
      return line;
    });
    assert.deepEqual(shown, [
      { api: "api", method: "GET", path: "/hello?a=1", status: 200, function: "hello", invocation: "r" },
      { api: "api", method: "GET", path: "/nowhere", status: 404, reason: "no route matches" },
    ]);
  });

  it("gives each API of a program a port of its own, the first the one asked for", async () => {
    const port = await freePort();
    const { gateway } = await started(recordingOf([...hello.resources, ...secondApi()]), { port });
    const [first, second] = Object.values(urlsOf(gateway));
    assert.equal(first, `http://127.0.0.1:${port}`);
    assert.notEqual(second, first);
    assert.equal(await (await fetch(`${first}/hello`)).text(), functionArn("hello"));
    assert.equal(await (await fetch(`${second}/other`)).text(), functionArn("other"));
    assert.equal((await fetch(`${second}/hello`)).status, 404);
  });

  it("says which port is taken, and the way out", async () => {
    const { url } = await started(hello);
    const port = Number(new URL(url).port);
    await assert.rejects(gatewayOf({ port }).start(contextOf(hello)), (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.match(
        error.message,
        new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is taken .* --port ${port + 1}`),
      );
      return true;
    });
  });

  it("shows an address that can be called where it listens on every one", async () => {
    const { url } = await started(hello, { host: "0.0.0.0" });
    assert.match(url, /^http:\/\/127\.0\.0\.1:/);
    assert.equal((await fetch(`${url}/hello`)).status, 200);
  });

  describe("pages of other sites", () => {
    const page = "https://app.example.com";
    async function statusFor(program: Recording, method: string, path: string, origin = page) {
      const { url } = await started(program);
      return new Promise<number | undefined>((resolve, reject) => {
        const sent = requestOf(`${url}${path}`, { method, headers: { origin } }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode));
        });
        sent.on("error", reject).end();
      });
    }
    const withCors = (...allowOrigins: string[]) =>
      httpProgram({ routes: { "POST /a": "f" }, api: { corsConfiguration: { allowOrigins } } });

    it("may call where the program allows them, and no other", async () => {
      assert.equal(await statusFor(withCors(page), "POST", "/a"), 200);
      assert.equal(await statusFor(withCors("*"), "POST", "/a"), 200);
      assert.equal(await statusFor(withCors("https://other.example"), "POST", "/a"), 403);
      assert.equal(await statusFor(hello, "GET", "/hello"), 403);
    });

    it("may call where the program answers their preflights itself", async () => {
      const own = httpProgram({ routes: { "POST /a": "f", "OPTIONS /a": "f" } });
      assert.equal(await statusFor(own, "POST", "/a"), 200);
      assert.equal(await statusFor(httpProgram({ routes: { $default: "f" } }), "POST", "/a"), 200);
    });

    it("may call from this machine whatever the program says", async () => {
      assert.equal(await statusFor(hello, "GET", "/hello", "http://localhost:5173"), 200);
    });
  });

  it("names the API whose OpenAPI document cannot be read", async () => {
    const program = restProgram({ methods: {}, api: { body: "{ paths: [" } });
    await assert.rejects(gatewayOf().start(contextOf(program)), {
      name: "UserError",
      message: /The OpenAPI document of API api is neither JSON nor YAML/,
    });
  });

  it("says so when it may not listen on a host", async () => {
    await assert.rejects(
      gatewayOf({ host: "203.0.113.1" }).start(contextOf(hello)),
      /cannot listen on 203\.0\.113\.1:0/,
    );
  });

  it("takes new routes over without dropping a connection", async () => {
    const { gateway, url } = await started(hello);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    assert.equal((await request(`${url}/hello`, agent)).statusCode, 200);
    assert.equal((await request(`${url}/new`, agent)).statusCode, 404);
    await gateway.update(contextOf(httpProgram({ routes: { "GET /new": "hello" } })));
    const after = await request(`${url}/new`, agent);
    assert.deepEqual([after.statusCode, after.reused], [200, true]);
    assert.equal((await request(`${url}/hello`, agent)).statusCode, 404);
    assert.equal(gateway.url, url);
    agent.destroy();
  });

  it("lets a request under way end on the old routes", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const called = Promise.withResolvers<void>();
    const invoker = new FakeInvoker(() => {
      called.resolve();
      return promise;
    });
    const { gateway, url } = await started(hello, { invoker });
    const answer = fetch(`${url}/hello`);
    await called.promise;
    await gateway.update(contextOf(httpProgram({ routes: { "GET /new": "hello" } })));
    resolve("late");
    assert.equal(await (await answer).text(), "late");
  });

  it("opens and closes ports as APIs come and go", async () => {
    const { gateway } = await started(hello);
    await gateway.update(contextOf(recordingOf([...hello.resources, ...secondApi()])));
    const second = urlsOf(gateway).second ?? "";
    assert.equal((await fetch(`${second}/other`)).status, 200);
    await gateway.update(contextOf(hello));
    await assert.rejects(fetch(`${second}/other`));
    assert.deepEqual(Object.keys(urlsOf(gateway)), ["api"]);
  });

  it("closes idle keep-alive connections when it stops, and can be stopped twice", async () => {
    const { gateway, url } = await started(hello);
    const agent = new Agent({ keepAlive: true });
    const { socket } = await request(`${url}/hello`, agent);
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    await gateway.stop();
    await closed;
    await gateway.stop();
    await assert.rejects(fetch(`${url}/hello`));
  });

  it("stops although a function never answers", async () => {
    const called = Promise.withResolvers<void>();
    const invoker = new FakeInvoker(() => {
      called.resolve();
      return new Promise(() => {});
    });
    const { gateway, url } = await started(
      httpProgram({ routes: { "GET /hello": "f" }, integration: { timeoutMilliseconds: 1_000 } }),
      {
        invoker,
      },
    );
    const answer = fetch(`${url}/hello`).catch(() => "cut off");
    await called.promise;
    await gateway.stop();
    assert.equal(await answer, "cut off");
  });

  it("starts without an API, and says of one without a stage that it answers 404", async () => {
    const gateway = gatewayOf();
    await gateway.start(contextOf(recordingOf([])));
    assert.equal(gateway.url, undefined);
    const [api] = hello.resources;
    const { context, url } = await started(recordingOf([api as RecordedResource]));
    assert.deepEqual(context.lines, [
      "API api has no stage: as in the cloud, every request to it answers 404.",
    ]);
    assert.equal((await fetch(url)).status, 404);
  });

  it("serves the documents of the local issuer where a route asks for tokens, and only there", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "gateway-"));
    const authorizer = resource("aws:apigatewayv2/authorizer:Authorizer", "jwt", {
      apiId: API_ID,
      authorizerType: "JWT",
      jwtConfiguration: { issuer: "https://issuer.example.com/", audiences: ["a"] },
    });
    const gateway = gatewayOf();
    await gateway.start(
      contextOf(httpProgram({ routes: { "GET /hello": "f" }, more: [authorizer] }), folder),
    );
    const base = `${gateway.url}/_tandem/issuer/.well-known`;
    const configuration = (await (await fetch(`${base}/openid-configuration`)).json()) as Record<
      string,
      string
    >;
    assert.equal(configuration.issuer, "https://issuer.example.com/");
    assert.equal(configuration.jwks_uri, `${base}/jwks.json`);
    const keys = (await (await fetch(`${base}/jwks.json`)).json()) as { keys: Record<string, string>[] };
    assert.deepEqual([keys.keys.length, keys.keys[0]?.alg, keys.keys[0]?.d], [1, "RS256", undefined]);
    const { url } = await started(hello);
    assert.equal((await fetch(`${url}/_tandem/issuer/.well-known/jwks.json`)).status, 404);
    rmSync(folder, { recursive: true });
  });

  it("answers 501 with the reason for what it cannot run", async () => {
    const cases: [Recording, string, RegExp][] = [
      [
        httpProgram({ routes: { "GET /a": "f" }, integration: { integrationType: "HTTP" } }),
        "/a",
        /type HTTP do not/,
      ],
      [
        httpProgram({ routes: { "GET /a": "f" }, integration: { connectionType: "VPC_LINK" } }),
        "/a",
        /VPC links/,
      ],
      [
        httpProgram({
          routes: { "GET /a": "f" },
          integration: { requestParameters: { "overwrite:path": "/b" } },
        }),
        "/a",
        /changes parameters of a function's requests/,
      ],
      [
        httpProgram({ routes: { "GET /a": "f" }, integration: { integrationSubtype: "SQS-SendMessage" } }),
        "/a",
        /SQS-SendMessage/,
      ],
      [
        httpProgram({ routes: { "GET /a": "f" }, integration: { integrationUri: functionArn("far") } }),
        "/a",
        /far is not part/,
      ],
      [
        httpProgram({ routes: { "GET /a": { function: "f", target: "integrations/none" } } }),
        "/a",
        /no integration/,
      ],
    ];
    for (const [recording, target, reason] of cases) {
      const { url } = await started(recording);
      const response = await fetch(url + target);
      const { message } = (await response.json()) as { message: string };
      assert.equal(response.status, 501, message);
      assert.match(message, reason);
    }
  });
});

function secondApi(): RecordedResource[] {
  const arn = EXECUTION_ARN.replace(API_ID, "second0000");
  const api = { apiId: "second0000" };
  return [
    resource(
      "aws:apigatewayv2/api:Api",
      "second",
      { protocolType: "HTTP" },
      { executionArn: arn },
      "second0000",
    ),
    resource(
      "aws:lambda/function:Function",
      "other",
      { name: "other" },
      { arn: functionArn("other") },
      "other",
    ),
    resource("aws:apigatewayv2/integration:Integration", "other", {
      ...api,
      integrationType: "AWS_PROXY",
      integrationUri: functionArn("other"),
      payloadFormatVersion: "2.0",
    }),
    resource("aws:apigatewayv2/route:Route", "other", {
      ...api,
      routeKey: "GET /other",
      target: "integrations/other-id",
    }),
    resource("aws:apigatewayv2/stage:Stage", "second-stage", { ...api, name: "$default" }),
    permission("other", `${arn}/*/*`),
  ];
}

interface Answered {
  statusCode: number | undefined;
  reused: boolean;
  socket: IncomingMessage["socket"];
}

function request(url: string, agent: Agent): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent }, (response) => {
      const { statusCode, socket } = response;
      response.resume().on("end", () => resolve({ statusCode, reused: sent.reusedSocket, socket }));
    });
    sent.on("error", reject);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
