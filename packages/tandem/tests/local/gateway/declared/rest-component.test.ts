import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { RecordedResource, Recording, Value, Values } from "../../../../program/recording.ts";
import {
  FakeInvoker,
  functionArn,
  handlerOf,
  headerValues,
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
      { path: "/a", method: "GET", eventHandler, apiKeyRequired: true },
      { path: "/b", method: "GET", eventHandler, authorizers: [{ parameterName: "x" }] },
      { path: "/c", method: "GET", target: { type: "http_proxy" } },
    ];
    for (const { path: asked } of routes) {
      assert.equal((await call(`GET /stage${asked}`, program(routes))).status, 501, String(asked));
    }
    const iam = program([{ path: "/d", method: "GET", eventHandler, iamAuthEnabled: true }]);
    assert.equal((await call("GET /stage/d", iam)).status, 403);
  });
});
