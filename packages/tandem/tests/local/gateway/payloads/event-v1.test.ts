import assert from "node:assert/strict";
import type { APIGatewayProxyEvent } from "aws-lambda";
import type { Recording } from "../../../../program/recording.ts";
import type { RequestParts } from "../programs.ts";
import {
  API_ID,
  FakeInvoker,
  handlerOf,
  headerValues,
  httpProgram,
  requestOf,
  restProgram,
  TIME,
} from "../programs.ts";

const http = httpProgram({
  routes: { "POST /users/{name}": "user" },
  integration: { payloadFormatVersion: "1.0" },
});
const rest = restProgram({ methods: { "POST /users/{name}": "user" } });

interface Ids {
  requestId: string;
  extendedRequestId: string;
}

async function eventOf(program: Recording, line: string, parts: RequestParts = {}) {
  const invoker = new FakeInvoker(() => ({ statusCode: 200 }));
  await handlerOf(program, invoker).handle(requestOf(line, parts));
  return invoker.calls[0]?.payload as APIGatewayProxyEvent & { version?: string };
}

describe("eventV1", () => {
  const headers = ["content-type", "text/plain", "x-a", "1", "X-A", "2", "Cookie", "s=1; t=2"];
  const line = "users/**%20Doe?tag=a+b&tag=%C3%A9&empty=";

  it("has a UUID and another id for a REST API, which the answer tells as well", async () => {
    const invoker = new FakeInvoker(() => ({ statusCode: 200 }));
    const { answer } = await handlerOf(rest, invoker).handle(requestOf(`POST /dev/${line}`));
    const event = invoker.calls[0]?.payload as APIGatewayProxyEvent;
    const { requestId, extendedRequestId } = event.requestContext as Ids;
    assert.match(requestId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.match(extendedRequestId, /^[\w-]{15}=$/);
    assert.deepEqual(headerValues(answer, "x-amzn-requestid"), [requestId]);
    assert.deepEqual(headerValues(answer, "x-amz-apigw-id"), [extendedRequestId]);
    const inHttp = (await eventOf(http, `POST /${line}`)).requestContext as Ids;
    assert.equal(inHttp.extendedRequestId, inHttp.requestId);
  });

  it("tells with x-amzn-ErrorType what went wrong in a REST API", async () => {
    const failing = new FakeInvoker(() => "no object");
    const typeOf = async (line: string) => {
      const { answer } = await handlerOf(rest, failing).handle(requestOf(line));
      return [answer.status, ...headerValues(answer, "x-amzn-errortype")];
    };
    assert.deepEqual(await typeOf("POST /dev/users/a"), [502, "InternalServerErrorException"]);
    assert.deepEqual(await typeOf("GET /dev/nothing"), [403, "MissingAuthenticationTokenException"]);
  });

  it("is complete for a REST API", async () => {
    const event = await eventOf(rest, `POST /dev/${line}`, { headers, body: "hi" });
    const { requestId, extendedRequestId } = event.requestContext as Ids;
    const trace = event.headers["X-Amzn-Trace-Id"] as string;
    const multiValueHeaders = {
      Host: ["127.0.0.1:3000"],
      "content-type": ["text/plain"],
      "x-a": ["1", "2"],
      Cookie: ["s=1; t=2"],
      "X-Amzn-Trace-Id": [trace],
      "X-Forwarded-For": ["127.0.0.1"],
      "X-Forwarded-Port": ["3000"],
      "X-Forwarded-Proto": ["http"],
    };
    const last = Object.entries(multiValueHeaders).map(([name, values]) => [name, values.at(-1)]);
    assert.deepEqual(event, {
      resource: "/users/{name}",
      path: "/users/**%20Doe",
      httpMethod: "POST",
      headers: Object.fromEntries(last),
      multiValueHeaders,
      queryStringParameters: { tag: "é", empty: "" },
      multiValueQueryStringParameters: { tag: ["a b", "é"], empty: [""] },
      pathParameters: { name: "**%20Doe" },
      stageVariables: null,
      requestContext: {
        resourceId: "users-name",
        resourcePath: "/users/{name}",
        httpMethod: "POST",
        extendedRequestId,
        requestTime: "23/Nov/2026:09:12:01 +0000",
        path: "/dev/users/**%20Doe",
        accountId: "123456789012",
        protocol: "HTTP/1.1",
        stage: "dev",
        domainPrefix: "127",
        requestTimeEpoch: TIME,
        requestId,
        identity: {
          cognitoIdentityPoolId: null,
          accountId: null,
          cognitoIdentityId: null,
          caller: null,
          sourceIp: "127.0.0.1",
          principalOrgId: null,
          accessKey: null,
          cognitoAuthenticationType: null,
          cognitoAuthenticationProvider: null,
          userArn: null,
          userAgent: null,
          user: null,
        },
        domainName: "127.0.0.1:3000",
        apiId: API_ID,
      },
      body: "hi",
      isBase64Encoded: false,
    });
  });

  it("decodes path parameters and spells header names for an HTTP API", async () => {
    const event = await eventOf(http, `POST /${line}`, { headers });
    assert.equal(event.version, "1.0");
    assert.equal(event.path, "/users/**%20Doe");
    assert.equal(event.requestContext.path, "/users/** Doe");
    assert.equal(event.requestContext.resourceId, "POST /users/{name}");
    assert.deepEqual(event.pathParameters, { name: "** Doe" });
    assert.deepEqual(Object.keys(event.headers), [
      ...["Host", "Content-Type", "X-A", "Cookie", "Content-Length", "X-Amzn-Trace-Id"],
      ...["X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"],
    ]);
    assert.deepEqual(event.multiValueHeaders["X-A"], ["1", "2"]);
  });

  it("has null for what is absent", async () => {
    const { body, queryStringParameters, multiValueQueryStringParameters } = await eventOf(
      rest,
      "POST /dev/users/x",
    );
    assert.deepEqual([body, queryStringParameters, multiValueQueryStringParameters], [null, null, null]);
  });

  it("keeps bodies as text for a REST API but for its binary media types", async () => {
    const binary = restProgram({
      methods: { "POST /users/{name}": "user" },
      api: { binaryMediaTypes: ["image/*"] },
    });
    const send = (program: Recording, type: string) =>
      eventOf(program, "POST /dev/users/x", { headers: ["content-type", type], body: Buffer.from([1, 2]) });
    assert.deepEqual(await send(binary, "image/png").then(({ body }) => body), "AQI=");
    assert.deepEqual(await send(binary, "application/pdf").then(({ body }) => body), "\u0001\u0002");
    assert.deepEqual(await send(rest, "image/png").then(({ isBase64Encoded }) => isBase64Encoded), false);
  });

  it("carries stage variables", async () => {
    const program = restProgram({
      methods: { "POST /users/{name}": "user" },
      stage: { variables: { a: "b" } },
    });
    assert.deepEqual((await eventOf(program, "POST /dev/users/x")).stageVariables, { a: "b" });
  });
});
