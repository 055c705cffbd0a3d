import assert from "node:assert/strict";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import fc from "fast-check";
import { codePoint } from "../../../support/code-point.ts";
import type { RequestParts } from "../programs.ts";
import { API_ID, FakeInvoker, handlerOf, httpProgram, requestOf, TIME } from "../programs.ts";

const routes = { "GET /barns/{id}": "read", "POST /barns": "create", $default: "rest" };

/** The event that a function gets for a request. */
async function eventOf(line: string, parts: RequestParts = {}, program = httpProgram({ routes })) {
  const invoker = new FakeInvoker();
  await handlerOf(program, invoker).handle(requestOf(line, parts));
  return invoker.calls[0]?.payload as APIGatewayProxyEventV2;
}

describe("eventV2", () => {
  it("is complete", async () => {
    const event = await eventOf("GET /barns/42?a=1&a=2", {
      headers: ["User-Agent", "curl/8", "Cookie", "s=1"],
    });
    const { requestId } = event.requestContext;
    const trace = event.headers["x-amzn-trace-id"];
    assert.match(requestId, /^[\w-]{15}=$/);
    assert.match(trace ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    assert.deepEqual(event, {
      version: "2.0",
      routeKey: "GET /barns/{id}",
      rawPath: "/barns/42",
      rawQueryString: "a=1&a=2",
      cookies: ["s=1"],
      headers: {
        host: "127.0.0.1:3000",
        "user-agent": "curl/8",
        "content-length": "0",
        "x-amzn-trace-id": trace,
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": "3000",
        "x-forwarded-proto": "http",
      },
      queryStringParameters: { a: "1,2" },
      pathParameters: { id: "42" },
      requestContext: {
        accountId: "123456789012",
        apiId: API_ID,
        domainName: "127.0.0.1:3000",
        domainPrefix: "127",
        http: {
          method: "GET",
          path: "/barns/42",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "curl/8",
        },
        requestId,
        routeKey: "GET /barns/{id}",
        stage: "$default",
        time: "23/Nov/2026:09:12:01 +0000",
        timeEpoch: TIME,
      },
      isBase64Encoded: false,
    });
  });

  it("carries stage variables, and the stage in the path of a named stage", async () => {
    const stage = { name: "v1", stageVariables: { colour: "red" } };
    const event = await eventOf("GET /v1/barns/42", {}, httpProgram({ routes, stage }));
    assert.deepEqual(event.stageVariables, { colour: "red" });
    assert.equal(event.requestContext.stage, "v1");
    assert.equal(event.rawPath, "/v1/barns/42");
    assert.equal(event.routeKey, "GET /barns/{id}");
  });

  it("adds the caller to the addresses a proxy before it has written", async () => {
    const event = await eventOf("GET /barns/1", { headers: ["X-Forwarded-For", "10.0.0.1"] });
    assert.equal(event.headers["x-forwarded-for"], "10.0.0.1, 127.0.0.1");
  });

  it("keeps the trace of the caller", async () => {
    const event = await eventOf("GET /barns/1", {
      headers: ["X-Amzn-Trace-Id", "Root=1-67bf0000-0123456789abcdef01234567"],
    });
    assert.equal(event.headers["x-amzn-trace-id"], "Root=1-67bf0000-0123456789abcdef01234567");
  });

  it("is built for any request without an exception, and says what was sent", async () => {
    const handler = (invoker: FakeInvoker) => handlerOf(httpProgram({ routes }), invoker);
    const text = fc.string({ unit: codePoint });
    const headerName = fc.stringMatching(/^[A-Za-z_-]{1,20}$/);
    const headers = fc.array(fc.tuple(headerName, fc.string({ unit: "binary-ascii" })), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(text, text, headers, fc.uint8Array(), async (path, query, sent, body) => {
        const invoker = new FakeInvoker();
        const line = `POST /${encodeURI(path.toWellFormed())}?${query}`;
        const { answer } = await handler(invoker).handle(
          requestOf(line, { headers: sent.flat(), body: Buffer.from(body) }),
        );
        assert.equal(answer.status, 200);
        const event = invoker.calls[0]?.payload as APIGatewayProxyEventV2;
        assert.deepEqual(JSON.parse(JSON.stringify(event)), event);
        assert.equal(event.rawQueryString, line.slice(line.indexOf("?") + 1));
        const decoded = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
        if (event.isBase64Encoded) assert.deepEqual(decoded, Buffer.from(body));
      }),
    );
  });
});
