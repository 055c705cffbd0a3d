import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gatewayParity } from "../../../../local/gateway/declared/parity.ts";
import { jwtIssuers } from "../../../../local/gateway/issuer/jwt-issuers.ts";
import type { RecordedResource, Recording, Value, Values } from "../../../../program/recording.ts";
import {
  FakeInvoker,
  functionArn,
  handlerOf,
  headerValues,
  permission,
  recordingOf,
  requestOf,
  resource,
} from "../programs.ts";

const lambda = resource(
  "aws:lambda/function:Function",
  "hello",
  { name: "hello" },
  { arn: functionArn("hello") },
  "hello",
);
const eventHandler: Value = { $: "resource", urn: lambda.urn, id: "hello" };

describe("aws-apigateway:index:RestAPI", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "component-"));
    mkdirSync(path.join(folder, "www/css"), { recursive: true });
    writeFileSync(path.join(folder, "www/index.html"), "<h1>hi</h1>");
    writeFileSync(path.join(folder, "www/css/a b.css"), "h1 {}");
    writeFileSync(path.join(folder, "secret.txt"), "secret");
  });

  after(() => rmSync(folder, { recursive: true }));

  function program(routes: Value[], inputs: Values = {}): Recording {
    const component: RecordedResource = {
      ...resource("aws-apigateway:index:RestAPI", "site", { routes, ...inputs }),
      custom: false,
      remote: true,
    };
    return { ...recordingOf([lambda, component]), cwd: folder };
  }

  async function call(line: string, recording: Recording) {
    const invoker = new FakeInvoker(() => ({ statusCode: 200, body: "ok" }));
    const { answer, functionName } = await handlerOf(recording, invoker).handle(requestOf(line));
    const [type] = headerValues(answer, "content-type");
    return { status: answer.status, body: String(answer.body), type, functionName };
  }

  it("calls the functions of its routes under its stage, without a permission of the program", async () => {
    const recording = program([{ path: "/hello/{name}", method: "GET", eventHandler }]);
    const { status, functionName } = await call("GET /stage/hello/ann", recording);
    assert.deepEqual([status, functionName], [200, "hello"]);
    assert.equal((await call("POST /stage/hello/ann", recording)).status, 403);
    const named = program([{ path: "/", method: "ANY", eventHandler }], { stageName: "v1" });
    assert.equal((await call("POST /v1/", named)).status, 200);
  });

  it("hands bodies on in base64 unless it is told which types are binary", async () => {
    const routes = [{ path: "/", method: "POST", eventHandler }];
    const bodyOf = async (inputs: Values) => {
      const invoker = new FakeInvoker(() => ({ statusCode: 200 }));
      await handlerOf(program(routes, inputs), invoker).handle(requestOf("POST /stage/", { body: "{}" }));
      const [{ payload } = assert.fail("nobody was called")] = invoker.calls;
      const { body, isBase64Encoded } = payload as Values;
      return [body, isBase64Encoded];
    };
    assert.deepEqual(await bodyOf({}), ["e30=", true]);
    assert.deepEqual(await bodyOf({ binaryMediaTypes: ["image/*"] }), ["{}", false]);
  });

  it("takes paths without their first slash", async () => {
    const recording = program([
      { path: "hello", method: "GET", eventHandler },
      { path: "static", localPath: "www" },
    ]);
    assert.equal((await call("GET /stage/hello", recording)).functionName, "hello");
    assert.equal((await call("GET /stage/static/index.html", recording)).body, "<h1>hi</h1>");
  });

  it("serves a folder, its index and each file by its type", async () => {
    const recording = program([{ path: "/", localPath: "www" }]);
    assert.deepEqual(await call("GET /stage/", recording), {
      status: 200,
      body: "<h1>hi</h1>",
      type: "text/html; charset=utf-8",
      functionName: undefined,
    });
    assert.deepEqual((await call("GET /stage/css/a%20b.css", recording)).type, "text/css");
    for (const missing of ["/stage/nothing.css", "/stage/css", "/stage/a%00b"]) {
      assert.equal((await call(`GET ${missing}`, recording)).status, 404, missing);
    }
  });

  it("serves nothing outside of its folder", async () => {
    const recording = program([{ path: "/files", localPath: "www" }]);
    const secret = encodeURIComponent(path.join(folder, "secret.txt"));
    for (const asked of [
      "../secret.txt",
      "%2e%2e/secret.txt",
      "css/%2e%2e%2f..%2fsecret.txt",
      secret,
      "..%2fwww2/x",
    ]) {
      const { status, body } = await call(`GET /stage/files/${asked}`, recording);
      assert.deepEqual([status, body.includes("secret")], [404, false], asked);
    }
  });

  it("serves a single file, and nothing beside it", async () => {
    const recording = program([{ path: "/about", localPath: "secret.txt", contentType: "text/x-own" }]);
    const { body, type } = await call("GET /stage/about", recording);
    assert.deepEqual([body, type], ["secret", "text/x-own"]);
    assert.equal((await call("GET /stage/about/secret.txt", recording)).status, 403);
  });

  it("answers 501 for what it cannot run, and leaves no route open that wants an authorizer", async () => {
    const routes: Values[] = [
      { path: "/a", method: "GET", eventHandler, authorizers: [{ parameterName: "x" }] },
      {
        path: "/b",
        method: "GET",
        eventHandler,
        authorizers: [{ handler: eventHandler }, { handler: eventHandler }],
      },
      { path: "/c", method: "GET", target: { type: "http_proxy" } },
    ];
    for (const { path: asked } of routes) {
      assert.equal((await call(`GET /stage${asked}`, program(routes))).status, 501, String(asked));
    }
    const iam = program([{ path: "/d", method: "GET", eventHandler, iamAuthEnabled: true }]);
    assert.equal((await call("GET /stage/d", iam)).status, 403);
  });

  describe("authorizers", () => {
    const judge = resource(
      "aws:lambda/function:Function",
      "judge",
      { name: "judge" },
      { arn: functionArn("judge") },
    );
    const handler: Value = { $: "resource", urn: judge.urn, id: "judge" };

    /** Answers to requests, and what the authorizer was given. */
    async function ask(authorizer: Values, headers: string[], effect = "Allow") {
      const statement = { Effect: effect, Action: "execute-api:Invoke", Resource: "*" };
      const verdict = {
        principalId: "me",
        policyDocument: { Version: "2012-10-17", Statement: [statement] },
      };
      const invoker = new FakeInvoker((_event, name) =>
        name.endsWith("judge") ? verdict : { statusCode: 200 },
      );
      const route = { path: "/a", method: "GET", eventHandler, authorizers: [{ handler, ...authorizer }] };
      const recording = program([route]);
      recording.resources.push(judge);
      const { answer } = await handlerOf(recording, invoker).handle(
        requestOf("GET /stage/a?t=q", { headers }),
      );
      const [event] = invoker.calls.filter(({ functionName }) => functionName.endsWith("judge"));
      return { status: answer.status, event: event?.payload as Values | undefined };
    }

    it("get the token that they name, and let through or not", async () => {
      const token = { type: "token", parameterName: "X-Token" };
      const { status, event } = await ask(token, ["X-Token", "abc"]);
      assert.deepEqual([status, event?.type, event?.authorizationToken], [200, "TOKEN", "abc"]);
      assert.equal((await ask(token, ["X-Token", "abc"], "Deny")).status, 403);
      assert.deepEqual(await ask(token, []), { status: 401, event: undefined });
      const strict = { ...token, identityValidationExpression: "x-[a-z]+" };
      assert.deepEqual(await ask(strict, ["X-Token", "abc"]), { status: 401, event: undefined });
    });

    it("get the request, where its parameters are there", async () => {
      const byQuery = { type: "request", parameterName: "t", parameterLocation: "query" };
      const { status, event } = await ask(byQuery, []);
      assert.deepEqual([status, event?.type], [200, "REQUEST"]);
      const sources = ["method.request.header.One", "method.request.querystring.t"];
      const byBoth = { type: "request", parameterName: "Unused", identitySource: sources };
      assert.equal((await ask(byBoth, [])).status, 401);
      assert.equal((await ask(byBoth, ["One", "1"])).status, 200);
    });
  });

  it("asks for required parameters and API keys", async () => {
    const route = {
      path: "/a",
      method: "GET",
      eventHandler,
      requestValidator: "PARAMS_ONLY",
      requiredParameters: [{ name: "page", in: "query" }],
    };
    const missing = await call("GET /stage/a", program([route]));
    assert.deepEqual(
      [missing.status, missing.body],
      [400, '{"message":"Missing required request parameters: [page]"}'],
    );
    assert.equal((await call("GET /stage/a?page=1", program([route]))).status, 200);
    const keyed = program([{ path: "/a", method: "GET", eventHandler, apiKeyRequired: true }]);
    const { status, body } = await call("GET /stage/a", keyed);
    assert.deepEqual([status, body], [403, '{"message":"Forbidden"}']);
  });

  it("words its own answers as its gatewayResponses say", async () => {
    const gatewayResponses = {
      MISSING_AUTHENTICATION_TOKEN: { statusCode: 404, responseTemplates: { "text/plain": "no" } },
    };
    const { status, body, type } = await call("GET /stage/x", program([], { gatewayResponses }));
    assert.deepEqual([status, body, type], [404, "no", "text/plain"]);
  });

  it("runs what a swaggerString declares, and names the integrations of it that do not run", async () => {
    const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn("hello")}/invocations`;
    const operation = (type: string, of = uri) => ({
      "x-amazon-apigateway-integration": { type, httpMethod: "POST", uri: of },
    });
    const firehose = "arn:aws:apigateway:eu-west-1:firehose:action/PutRecord";
    const swaggerString = JSON.stringify({
      swagger: "2.0",
      paths: { "/a/{id}": { get: operation("aws_proxy") }, "/b": { get: operation("aws", firehose) } },
    });
    const declared = program([], { swaggerString });
    const recording = { ...declared, resources: [...declared.resources, permission("hello", "*")] };
    const { status, functionName } = await call("GET /stage/a/1", recording);
    assert.deepEqual([status, functionName], [200, "hello"]);
    const refused = await call("GET /stage/b", recording);
    assert.deepEqual(
      [refused.status, refused.body],
      [501, '{"message":"integrations with firehose do not run here"}'],
    );
    const component = recording.resources.find(({ remote }) => remote) ?? assert.fail();
    const parity = gatewayParity(component, recording);
    assert.deepEqual(parity, {
      state: "unsupported",
      reason: "some of its routes answer 501: integrations with firehose do not run here",
    });
  });

  it("runs routes with an operation of OpenAPI each: proxies, mocks with templates, and others with mappings", async () => {
    const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn("hello")}/invocations`;
    const route = (path: string, integration: Values) => ({
      path,
      method: "GET",
      data: { "x-amazon-apigateway-integration": integration },
    });
    const declared = program([
      route("/proxy", { type: "aws_proxy", httpMethod: "POST", uri }),
      route("/mock", {
        type: "mock",
        requestTemplates: { "application/json": '{"statusCode": 200}' },
        responses: {
          default: { statusCode: "202", responseTemplates: { "application/json": "$context.stage" } },
        },
      }),
      route("/mapped", {
        type: "aws",
        httpMethod: "POST",
        uri,
        requestTemplates: { "application/json": '{"q": "$input.params(\'q\')"}' },
        responses: { default: { statusCode: "200" } },
      }),
    ]);
    const recording = { ...declared, resources: [...declared.resources, permission("hello", "*")] };
    const proxied = await call("GET /stage/proxy", recording);
    assert.deepEqual([proxied.status, proxied.functionName], [200, "hello"]);
    const mock = await call("GET /stage/mock", recording);
    assert.deepEqual([mock.status, mock.body], [202, "stage"]);
    const mapped = await call("GET /stage/mapped?q=1", recording);
    assert.deepEqual([mapped.status, mapped.functionName], [200, "hello"]);
    const component = recording.resources.find(({ remote }) => remote) ?? assert.fail();
    assert.equal(gatewayParity(component, recording)?.state, "realised");
  });

  it("is an issuer of tokens where its routes trust a user pool", () => {
    const arn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a";
    const pool = resource(
      "aws:cognito/userPool:UserPool",
      "pool",
      {},
      { arn, endpoint: "x/eu-west-1_a" },
      "eu-west-1_a",
    );
    const authorizers = [{ parameterName: "Authorization", providerARNs: [arn] }];
    const declared = program([{ path: "/a", method: "GET", eventHandler, authorizers }]);
    const issuers = jwtIssuers({ ...declared, resources: [pool, ...declared.resources] });
    assert.deepEqual(
      issuers.map(({ name, pool: of }) => [name, of?.arn]),
      [["site", arn]],
    );
    assert.deepEqual(jwtIssuers(declared), []);
  });

  it("is unsupported with routes that answer 501", () => {
    const state = (route: Value) => {
      const recording = program([route]);
      const component = recording.resources.find(({ type }) => type.startsWith("aws-apigateway:"));
      return component && gatewayParity(component, recording)?.state;
    };
    assert.equal(state({ path: "/a", method: "GET", eventHandler }), "realised");
    assert.equal(state({ path: "/a", target: { type: "http", uri: "https://example.com" } }), "realised");
    const link = { type: "http_proxy", uri: "https://example.com", connectionType: "VPC_LINK" };
    assert.equal(state({ path: "/a", target: link }), "unsupported");
  });
});
