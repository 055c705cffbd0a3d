/**
 * What API Gateway was seen to do, fact by fact: each test is named after its fact, and docs/conformance.md lists them
 * all (checked in tests/local/gateway/conformance-page.test.ts). No socket but where the wire itself is the fact.
 */
import assert from "node:assert/strict";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { quotaWarnings } from "../../../local/gateway/declared/quotas.ts";
import type { Recording, Values } from "../../../program/recording.ts";
import { exchange } from "./exchange.ts";
import {
  FakeInvoker,
  handlerOf,
  headerValues,
  httpProgram,
  type RequestParts,
  requestOf,
  servedBy,
  TIME,
} from "./programs.ts";

const barns = httpProgram({
  routes: { "GET /barns/{id}": "f", "POST /barns": "f", "GET /ferns/{proxy+}": "f", $default: "f" },
});

/** Sends one request to a program's API; the function answers with `result`. */
async function send(
  line: string,
  parts: RequestParts = {},
  result: unknown = { ok: true },
  program: Recording = barns,
) {
  const invoker = new FakeInvoker(() => result);
  const { answer, reason } = await handlerOf(program, invoker).handle(requestOf(line, parts));
  return {
    ...answer,
    reason,
    event: invoker.calls[0]?.payload as APIGatewayProxyEventV2,
    header: (name: string) => headerValues(answer, name),
  };
}

async function eventOf(
  line: string,
  parts?: RequestParts,
  program?: Recording,
): Promise<APIGatewayProxyEventV2> {
  return (await send(line, parts, undefined, program)).event;
}

/** The answer to a request whose function returned this. */
function answerTo(result: unknown) {
  return send("GET /barns/1", {}, result);
}

function withCors(cors: Values): Recording {
  return httpProgram({ routes: { "GET /barns": "f" }, api: { corsConfiguration: cors } });
}

function failure(status: "error" | "throttled") {
  return { requestId: "r", status, error: { errorType: "Error", errorMessage: "no\nRequire stack: …" } };
}

describe("Conformance: request event", () => {
  it("version is 2.0", async () => {
    assert.equal((await eventOf("GET /barns/1")).version, "2.0");
  });

  it("routeKey is the declared route", async () => {
    const event = await eventOf("GET /barns/1");
    assert.deepEqual([event.routeKey, event.requestContext.routeKey], ["GET /barns/{id}", "GET /barns/{id}"]);
    assert.equal((await eventOf("GET /anything")).routeKey, "$default");
  });

  it("requestContext.stage is $default", async () => {
    assert.equal((await eventOf("GET /barns/1")).requestContext.stage, "$default");
  });

  it("requestContext.time is in common log format", async () => {
    assert.equal((await eventOf("GET /barns/1")).requestContext.time, "23/Nov/2026:09:12:01 +0000");
  });

  it("timeEpoch is milliseconds", async () => {
    assert.equal((await eventOf("GET /barns/1")).requestContext.timeEpoch, TIME);
  });

  it("requestContext has accountId, apiId, domainName, domainPrefix, requestId and http", async () => {
    const { requestContext } = await eventOf("GET /barns/1", { headers: ["User-Agent", "curl/8"] });
    const { accountId, apiId, domainName, domainPrefix, requestId, http } = requestContext;
    assert.deepEqual(
      [accountId, apiId, domainName, domainPrefix],
      ["123456789012", "a1b2c3d4e5", "127.0.0.1:3000", "127"],
    );
    assert.ok(requestId.length > 0);
    assert.deepEqual(http, {
      method: "GET",
      path: "/barns/1",
      protocol: "HTTP/1.1",
      sourceIp: "127.0.0.1",
      userAgent: "curl/8",
    });
  });

  it("requestId is another one for each request", async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await eventOf("GET /barns/1")).requestContext.requestId),
    );
    assert.equal(new Set(ids).size, 3);
  });

  it("rawPath and requestContext.http.path are decoded", async () => {
    const event = await eventOf("GET /space%20value/%C3%A9");
    assert.deepEqual([event.rawPath, event.requestContext.http.path], ["/space value/é", "/space value/é"]);
  });

  it("pathParameters are decoded", async () => {
    assert.deepEqual((await eventOf("GET /barns/a%20b%2Fc")).pathParameters, { id: "a b/c" });
    assert.deepEqual((await eventOf("GET /ferns/1997/Face%2FOff")).pathParameters, {
      proxy: "1997/Face/Off",
    });
  });

  it("rawQueryString stays encoded and in order", async () => {
    const event = await eventOf("GET /barns/1?z=a+b&a=%2B&empty=&z=2");
    assert.equal(event.rawQueryString, "z=a+b&a=%2B&empty=&z=2");
    assert.equal((await eventOf("GET /barns/1")).rawQueryString, "");
  });

  it("queryStringParameters are decoded, and + is a space", async () => {
    assert.deepEqual((await eventOf("GET /barns/1?q=a+b%20c%2B&empty=")).queryStringParameters, {
      q: "a b c+",
      empty: "",
    });
  });

  it("queryStringParameters join duplicates with a comma", async () => {
    assert.deepEqual((await eventOf("GET /barns/1?tag=b&tag=a&tag=b")).queryStringParameters, {
      tag: "b,a,b",
    });
  });

  it("header names are lower case", async () => {
    const { headers } = await eventOf("GET /barns/1", { headers: ["X-Custom-HEADER", "Value"] });
    assert.equal(headers["x-custom-header"], "Value");
    assert.deepEqual(
      Object.keys(headers),
      Object.keys(headers).map((name) => name.toLowerCase()),
    );
  });

  it("duplicate headers are joined with a comma", async () => {
    const headers = ["X-A", "1", "User-Agent", "a", "x-a", "2", "user-agent", "b"];
    const event = await eventOf("GET /barns/1", { headers });
    assert.deepEqual([event.headers["x-a"], event.headers["user-agent"]], ["1,2", "a,b"]);
  });

  it("cookies is an array, and cookie leaves headers", async () => {
    const event = await eventOf("GET /barns/1", { headers: ["Cookie", "a=1; b=2", "Cookie", "c=3"] });
    assert.deepEqual(event.cookies, ["a=1", "b=2", "c=3"]);
    assert.equal("cookie" in event.headers, false);
  });

  it("what is absent is left out, never null", async () => {
    const event = await eventOf("GET /anything?");
    for (const key of ["body", "queryStringParameters", "cookies", "pathParameters", "stageVariables"]) {
      assert.equal(key in event, false, key);
    }
    assert.equal(JSON.stringify(event).includes("null"), false);
  });

  it("bodies of text, JSON, XML and JavaScript types stay text", async () => {
    for (const type of [
      "text/plain",
      "text/csv; charset=utf-8",
      "application/json",
      "APPLICATION/JSON;v=1",
      "application/xml",
      "application/javascript",
    ]) {
      const { body, isBase64Encoded } = await eventOf("POST /barns", {
        headers: ["Content-Type", type],
        body: "é",
      });
      assert.deepEqual([body, isBase64Encoded], ["é", false], type);
    }
  });

  it("bodies of every other type are base64", async () => {
    const types = [
      "application/octet-stream",
      "image/png",
      "multipart/form-data; boundary=x",
      "application/vnd.api+json",
      "application/x-www-form-urlencoded",
    ];
    for (const headers of [...types.map((type) => ["Content-Type", type]), []]) {
      const { body, isBase64Encoded } = await eventOf("POST /barns", { headers, body: "é" });
      assert.deepEqual(
        [body, isBase64Encoded],
        [Buffer.from("é").toString("base64"), true],
        headers[1] ?? "no type",
      );
    }
  });
});

describe("Conformance: response", () => {
  it("a result without statusCode is 200 and application/json, the result itself as the body", async () => {
    const { status, header, body } = await answerTo({ message: "hi" });
    assert.deepEqual([status, header("content-type"), body], [200, ["application/json"], '{"message":"hi"}']);
    assert.equal((await answerTo("Hello from Lambda!")).body, "Hello from Lambda!");
  });

  it("a statusCode that does not parse is a 500", async () => {
    for (const statusCode of ["abc", 0, 200.5, null]) {
      const { status, body } = await answerTo({ statusCode, body: "x" });
      assert.deepEqual([status, body], [500, '{"message":"Internal Server Error"}'], String(statusCode));
    }
  });

  it("a statusCode without content type is text/plain; charset=utf-8", async () => {
    const { status, header } = await answerTo({ statusCode: "201", body: "{}" });
    assert.deepEqual([status, header("content-type")], [201, ["text/plain; charset=utf-8"]]);
  });

  it("cookies become set-cookie headers, before a set-cookie of headers, and both ship", async () => {
    const { header } = await answerTo({
      statusCode: 200,
      cookies: ["a=1", "b=2"],
      headers: { "Set-Cookie": "c=3" },
    });
    assert.deepEqual(header("set-cookie"), ["a=1", "b=2", "c=3"]);
  });

  it("isBase64Encoded is decoded unconditionally", async () => {
    const result = {
      statusCode: 200,
      headers: { "content-type": "text/plain" },
      body: "aGk=",
      isBase64Encoded: true,
    };
    assert.deepEqual((await answerTo(result)).body, Buffer.from("hi"));
  });

  it("header Apigw-Requestid is added", async () => {
    const { header, event } = await answerTo({ statusCode: 200 });
    assert.deepEqual(header("apigw-requestid"), [event.requestContext.requestId]);
    const unknown = await send("GET /x", {}, {}, httpProgram({ routes: { "GET /barns": "f" } }));
    assert.equal(unknown.header("apigw-requestid").length, 1);
  });
});

describe("Conformance: routing and CORS", () => {
  it("a full match wins over a greedy one, and that over $default, in any order of declaration", async () => {
    const keys = ["$default", "ANY /{proxy+}", "GET /barns/{proxy+}", "GET /barns/{id}", "GET /barns/new"];
    for (const order of [keys, keys.toReversed()]) {
      const program = httpProgram({ routes: Object.fromEntries(order.map((key) => [key, "f"])) });
      const taken = async (line: string) => (await eventOf(line, {}, program)).routeKey;
      assert.equal(await taken("GET /barns/new"), "GET /barns/new");
      assert.equal(await taken("GET /barns/1"), "GET /barns/{id}");
      assert.equal(await taken("GET /barns/1/pages"), "GET /barns/{proxy+}");
      assert.equal(await taken("PUT /barns/1"), "ANY /{proxy+}");
      assert.equal(await taken("GET /"), "$default");
    }
  });

  const origin = "https://app.example.com";

  it("with CORS configured the gateway answers preflight itself", async () => {
    const program = withCors({
      allowOrigins: [origin],
      allowMethods: ["GET"],
      allowHeaders: ["x-a"],
      maxAge: 60,
    });
    const headers = ["Origin", origin, "Access-Control-Request-Method", "GET"];
    const { status, event, header } = await send("OPTIONS /barns", { headers }, {}, program);
    assert.deepEqual([status, event], [204, undefined]);
    assert.deepEqual(header("access-control-allow-origin"), [origin]);
    assert.deepEqual(header("access-control-allow-methods"), ["GET"]);
    assert.deepEqual(header("access-control-allow-headers"), ["x-a"]);
    assert.deepEqual(header("access-control-max-age"), ["60"]);
    const plain = await send("OPTIONS /barns", {}, {}, program);
    assert.deepEqual([plain.status, plain.header("access-control-allow-origin")], [204, []]);
  });

  it("with CORS configured the function's CORS headers are ignored", async () => {
    const result = {
      statusCode: 200,
      headers: { "access-control-allow-origin": "*", "Access-Control-Max-Age": "1" },
    };
    const program = withCors({ allowOrigins: [origin], exposeHeaders: ["etag"] });
    const { header } = await send("GET /barns", { headers: ["Origin", origin] }, result, program);
    assert.deepEqual(header("access-control-allow-origin"), [origin]);
    assert.deepEqual(header("access-control-expose-headers"), ["etag"]);
    assert.deepEqual(header("access-control-max-age"), []);
    const elsewhere = await send("GET /barns", { headers: ["Origin", "https://b"] }, result, program);
    assert.deepEqual(elsewhere.header("access-control-allow-origin"), []);
  });

  it("without CORS configured the gateway adds nothing", async () => {
    const result = { statusCode: 200, headers: { "access-control-allow-origin": "*" } };
    const own = await send("GET /barns/1", { headers: ["Origin", origin] }, result);
    assert.deepEqual(own.header("access-control-allow-origin"), ["*"]);
    const preflight = ["Origin", origin, "Access-Control-Request-Method", "GET"];
    const bare = httpProgram({ routes: { "GET /barns": "f" } });
    const { status, header } = await send("OPTIONS /barns", { headers: preflight }, {}, bare);
    assert.deepEqual([status, header("access-control-allow-origin")], [404, []]);
  });
});

describe("Conformance: errors and limits", () => {
  it("no route is a 404 Not Found", async () => {
    const { status, body } = await send(
      "GET /nowhere",
      {},
      {},
      httpProgram({ routes: { "GET /barns": "f" } }),
    );
    assert.deepEqual([status, body], [404, '{"message":"Not Found"}']);
    const method = await send("PUT /barns", {}, {}, httpProgram({ routes: { "GET /barns": "f" } }));
    assert.deepEqual([method.status, method.body], [404, '{"message":"Not Found"}']);
  });

  it("a function error, or its own timeout, is a 500 Internal Server Error without a trace", async () => {
    const { status, body, header, reason } = await answerTo(failure("error"));
    assert.equal(reason, "Error: no");
    assert.deepEqual([status, body], [500, '{"message":"Internal Server Error"}']);
    assert.deepEqual(header("content-type"), ["application/json"]);
  });

  it("an integration timeout is a 503 Service Unavailable", async () => {
    const program = httpProgram({ routes: { "GET /slow": "f" }, integration: { timeoutMilliseconds: 50 } });
    const { status, body, reason } = await send("GET /slow", {}, new Promise(() => {}), program);
    assert.deepEqual([status, body], [503, '{"message":"Service Unavailable"}']);
    assert.match(reason ?? "", /timeout of 50 ms/);
  });

  it("throttled is a 429 Too Many Requests", async () => {
    const stage = { defaultRouteSettings: { throttlingBurstLimit: 2, throttlingRateLimit: 1 } };
    const handler = handlerOf(
      httpProgram({ routes: { "GET /a": "f", "GET /b": "f" }, stage }),
      new FakeInvoker(),
    );
    const statuses = async (line: string, times: number[]) => {
      const answers = [];
      for (const time of times) answers.push(await handler.handle(requestOf(line, { time: TIME + time })));
      return answers.map(({ answer }) => answer.status);
    };
    assert.deepEqual(await statuses("GET /a", [0, 0, 0, 1_000, 1_000]), [200, 200, 429, 200, 429]);
    assert.deepEqual(await statuses("GET /b", [1_000]), [200], "each route has a bucket of its own");
    const { answer } = await handler.handle(requestOf("GET /a", { time: TIME + 1_000 }));
    assert.equal(answer.body, '{"message":"Too Many Requests"}');
  });

  it("a function whose concurrency is used up is a 429 Too Many Requests", async () => {
    const { status, body } = await answerTo(failure("throttled"));
    assert.deepEqual([status, body], [429, '{"message":"Too Many Requests"}']);
  });

  it("a route's own throttle goes before the stage's", async () => {
    const stage = {
      defaultRouteSettings: { throttlingBurstLimit: 0, throttlingRateLimit: 0 },
      routeSettings: [{ routeKey: "GET /a", throttlingBurstLimit: 5, throttlingRateLimit: 5 }],
    };
    const program = httpProgram({ routes: { "GET /a": "f", "GET /b": "f" }, stage });
    assert.equal((await send("GET /a", {}, {}, program)).status, 200);
    assert.equal((await send("GET /b", {}, {}, program)).status, 429);
  });

  it("a body over 10 MB is a 413 Request Entity Too Large", async () => {
    const over = await send("POST /barns", { body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    assert.deepEqual(
      [over.status, over.body, over.event],
      [413, '{"message":"Request Entity Too Large"}', undefined],
    );
    const announced = await send("POST /barns", { headers: ["Content-Length", "10485761"] });
    assert.equal(announced.status, 413);
  });

  it("an event over Lambda's 6 MB is a 413 Request Entity Too Large", async () => {
    const text = ["Content-Type", "text/plain"];
    const megabytes = (count: number) => Buffer.alloc(count * 1024 * 1024, "x");
    assert.equal((await send("POST /barns", { headers: text, body: megabytes(5.9) })).status, 200);
    assert.equal((await send("POST /barns", { headers: text, body: megabytes(6.1) })).status, 413);
    const escaped = Buffer.alloc(1.2 * 1024 * 1024, "\u0001");
    assert.equal(
      (await send("POST /barns", { headers: text, body: escaped })).status,
      413,
      "as JSON, not as sent",
    );
    // Base64 makes a third more of it.
    assert.equal((await send("POST /barns", { body: megabytes(4.4) })).status, 200);
    assert.equal((await send("POST /barns", { body: megabytes(4.6) })).status, 413);
  });

  it("an event is 6,291,456 bytes at most, to the byte as the function's own limit", async () => {
    const body = (bytes: number) => ({
      headers: ["Content-Type", "text/plain"],
      body: Buffer.alloc(bytes, "x"),
    });
    const { event } = await send("POST /barns", body(6_000_000));
    const largest = 6_000_000 + 6_291_456 - Buffer.byteLength(JSON.stringify(event));
    assert.equal((await send("POST /barns", body(largest))).status, 200);
    assert.equal((await send("POST /barns", body(largest + 1))).status, 413);
    assert.equal((await send("POST /barns", body(largest + 100))).status, 413);
  });

  it("a response over 6,291,556 bytes is a 500", async () => {
    assert.equal((await answerTo("x".repeat(6_291_554))).status, 200);
    const { status, body } = await answerTo("x".repeat(6_291_555));
    assert.deepEqual([status, body], [500, '{"message":"Internal Server Error"}']);
    assert.equal((await answerTo("é".repeat(3_200_000))).status, 500, "bytes, not characters");
  });

  it("request line and headers together are 10,240 bytes at most", async () => {
    const { port, close } = await servedBy(barns, new FakeInvoker());
    const request = (padding: number) =>
      `GET /barns/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: ${"x".repeat(padding)}\r\n`;
    const padding = 10_240 - request(0).length;
    assert.match(await exchange(port, `${request(padding)}\r\n`), /^HTTP\/1\.1 200 /);
    assert.match(await exchange(port, `${request(padding + 1)}\r\n`), /^HTTP\/1\.1 431 /);
    await close();
  });

  it("an API has 300 routes and 300 integrations at most", () => {
    const routes = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`GET /${index}`, `f${index}`]));
    assert.deepEqual(quotaWarnings(httpProgram({ routes: routes(300) })), []);
    const [first, second] = quotaWarnings(httpProgram({ routes: routes(301) }));
    assert.match(first ?? "", /API api has 301 routes; AWS allows 300/);
    assert.match(second ?? "", /API api has 301 integrations; AWS allows 300/);
  });

  it("an API may call a function only where a permission allows it", async () => {
    const program = httpProgram({ routes: { "GET /barns": "f" }, sourceArn: false });
    const { status, body, event, reason } = await send("GET /barns", {}, {}, program);
    assert.deepEqual([status, body, event], [500, '{"message":"Internal Server Error"}', undefined]);
    assert.match(
      reason ?? "",
      /no aws:lambda\/permission:Permission lets apigateway\.amazonaws\.com invoke f/,
    );
  });
});

describe("Conformance: what other local gateways get wrong", () => {
  it("connections are kept alive", async () => {
    const { port, close } = await servedBy(barns, new FakeInvoker());
    const line = "GET /barns/1 HTTP/1.1\r\nHost: a\r\n";
    const answers = await exchange(port, `${line}\r\n${line}Connection: close\r\n\r\n`);
    assert.equal(answers.match(/HTTP\/1\.1 200 /g)?.length, 2);
    await close();
  });
});
