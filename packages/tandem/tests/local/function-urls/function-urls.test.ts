/** Values as AWS was recorded to answer in November 2025; see docs/conformance.md. */
import assert from "node:assert/strict";
import { get } from "node:http";
import { FunctionUrlService } from "../../../local/function-urls/service.ts";
import type { RequestLine } from "../../../local/gateway/service.ts";
import { type Credentials, credentialsOf } from "../../../local/iam/credentials.ts";
import { guardOf } from "../../../local/iam/policies.ts";
import { parityRows } from "../../../local/parity.ts";
import type { RecordedResource, Values } from "../../../program/recording.ts";
import { exchange } from "../gateway/exchange.ts";
import { signedFetch } from "../support/signed-fetch.ts";
import { urlsOf } from "../support/urls.ts";
import { functionArn, lambda, resource, startRun, type TestRun } from "../workers/support.ts";

const REGION = "eu-central-1";
const FORBIDDEN = {
  Message:
    "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
};

function url(name: string, functionName: string, inputs: Values = {}): RecordedResource {
  return resource(
    "aws:lambda/functionUrl:FunctionUrl",
    name,
    { functionName, authorizationType: "NONE", ...inputs },
    { urlId: `id-of-${name}`, functionUrl: `https://id-of-${name}.lambda-url.${REGION}.on.aws/` },
  );
}

const role = (name: string) =>
  resource("aws:iam/role:Role", name, { name }, { name, arn: `arn:aws:iam::123456789012:role/${name}` });
const may = (roleName: string, statements: object[]) =>
  resource("aws:iam/rolePolicy:RolePolicy", `${roleName}-policy`, {
    role: roleName,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  });
const allow = (Action: string | string[], Resource: string, Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});
const permission = (name: string, principal: string, inputs: Values) =>
  resource("aws:lambda/permission:Permission", name, { principal, function: "echo", ...inputs });

const both = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"];
const streams = { invokeMode: "RESPONSE_STREAM" };

describe("function URLs", () => {
  let run: TestRun;
  let service: FunctionUrlService;
  const lines: RequestLine[] = [];

  before(async () => {
    run = await startRun([
      lambda(
        "echo",
        "exports.handler = async (event, context) => ({ statusCode: 200, body: JSON.stringify({ event, context }) });",
      ),
      lambda(
        "returns",
        `exports.handler = async ({ rawQueryString }) => JSON.parse(decodeURIComponent(rawQueryString));`,
      ),
      lambda("throws", `exports.handler = async () => { throw new Error("no"); };`),
      lambda("off", "exports.handler = async () => {};", { reservedConcurrentExecutions: 0 }),
      lambda(
        "pages",
        `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
          const http = awslambda.HttpResponseStream.from(stream, {
            statusCode: 201, headers: { "Content-Type": "text/html", "X-Own": "1" }, cookies: ["a=1", "b=2"] });
          http.write("Hello,"); http.write(" world!"); http.end(); });`,
      ),
      lambda(
        "plain",
        `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
          stream.write("one "); stream.write("two"); stream.end(); });`,
      ),
      lambda(
        "breaks",
        `exports.handler = awslambda.streamifyResponse(async ({ rawPath }, stream) => {
          if (rawPath === "/at-once") throw new Error("at once");
          stream.write("some"); throw new Error("in the middle"); });`,
      ),
      resource("aws:lambda/alias:Alias", "live", {
        name: "live",
        functionName: "echo",
        functionVersion: "$LATEST",
      }),
      lambda("ruby", "", { runtime: "ruby3.4" }),
      url("open", "echo"),
      url("of-live", functionArn("echo"), { qualifier: "live" }),
      url("returning", "returns"),
      url("failing", "throws"),
      url("off", "off"),
      url("paging", "pages", streams),
      url("paging-whole", "pages"),
      url("plain", "plain", streams),
      url("breaking", "breaks", streams),
      url("echoing", "echo", streams),
      url("guarded", "echo", { authorizationType: "AWS_IAM" }),
      url("shared", "echo", {
        cors: {
          allowOrigins: ["https://shop.example"],
          allowMethods: ["GET", "POST"],
          allowHeaders: ["x-own"],
          exposeHeaders: ["x-told"],
          allowCredentials: true,
          maxAge: 60,
        },
      }),
      url("of-version", "echo", { qualifier: "1" }),
      url("of-nobody", "echo", { qualifier: "nobody" }),
      url("of-ruby", "ruby"),
      url("elsewhere", "not-here"),
      role("both"),
      may("both", [allow(both, functionArn("echo"))]),
      role("url-only"),
      may("url-only", [allow("lambda:InvokeFunctionUrl", functionArn("echo"))]),
      role("bound"),
      may("bound", [
        allow("lambda:InvokeFunctionUrl", "*", { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } }),
        allow("lambda:InvokeFunction", "*", { Bool: { "lambda:InvokedViaFunctionUrl": "true" } }),
      ]),
      role("by-resource"),
      permission("p1", "arn:aws:iam::123456789012:role/by-resource", {
        action: "lambda:InvokeFunctionUrl",
        functionUrlAuthType: "AWS_IAM",
      }),
      permission("p2", "arn:aws:iam::123456789012:role/by-resource", {
        action: "lambda:InvokeFunction",
        invokedViaFunctionUrl: true,
      }),
      role("outsider"),
    ]);
    service = new FunctionUrlService({
      invoker: run.workers,
      guard: () => guardOf(run.context.recording),
      onRequest: (line) => lines.push(line),
    });
    await service.start(run.context);
  });

  after(async () => {
    await service.stop();
    await run.close();
  });

  const at = (name: string, path = "/") => `${urlsOf(service)[name] ?? assert.fail(`no URL ${name}`)}${path}`;

  // biome-ignore lint/suspicious/noExplicitAny: an event is looked into anywhere
  async function echoed(name: string, path = "/", init: RequestInit = {}): Promise<any> {
    const response = await fetch(at(name, path), init);
    assert.equal(response.status, 200, await response.clone().text());
    return response.json();
  }

  it("gives each an address of its own, by which the program's own is called here", () => {
    const addresses = Object.values(urlsOf(service));
    assert.equal(addresses.length, new Set(addresses).size);
    for (const address of addresses) assert.match(address, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(
      run.context.addresses.apply(`https://id-of-open.lambda-url.${REGION}.on.aws/a?b=1`),
      at("open", "/a?b=1"),
    );
  });

  it("calls the function with an event of payload 2.0", async () => {
    const { event, context } = await echoed("open", "/pa2%Fth/%C3%A4?q=a+b&multi=foo&multi=%2Fbar&empty=", {
      method: "POST",
      body: JSON.stringify({ foo: "bar" }),
      headers: {
        "content-type": "application/json",
        "Extra-Headers": "With WeiRd CapS",
        "user-agent": "test/echo",
        cookie: "a=1; b=2",
      },
    });
    assert.equal(event.version, "2.0");
    assert.equal(event.routeKey, "$default");
    // As it was sent, unlike an HTTP API's.
    assert.equal(event.rawPath, "/pa2%Fth/%C3%A4");
    assert.equal(event.rawQueryString, "q=a+b&multi=foo&multi=%2Fbar&empty=");
    assert.deepEqual(event.queryStringParameters, { q: "a b", multi: "foo,/bar", empty: "" });
    assert.deepEqual(event.cookies, ["a=1", "b=2"]);
    assert.equal(event.headers.cookie, undefined);
    assert.equal(event.headers["extra-headers"], "With WeiRd CapS");
    assert.equal(event.headers["x-forwarded-proto"], "http");
    assert.match(event.headers["x-amzn-trace-id"], /^Root=1-/);
    assert.equal(event.body, '{"foo":"bar"}');
    assert.equal(event.isBase64Encoded, false);
    assert.equal("pathParameters" in event || "stageVariables" in event, false);
    const { time, timeEpoch, requestId, ...rest } = event.requestContext;
    assert.match(time, /^\d\d\/\w{3}\/\d{4}:[\d:]{8} \+0000$/);
    assert.equal(typeof timeEpoch, "number");
    assert.equal(requestId, context.awsRequestId);
    assert.deepEqual(rest, {
      accountId: "anonymous",
      apiId: "id-of-open",
      domainName: new URL(at("open")).host,
      domainPrefix: "id-of-open",
      http: {
        method: "POST",
        path: "/pa2%Fth/%C3%A4",
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "test/echo",
      },
      routeKey: "$default",
      stage: "$default",
    });
  });

  it("leaves out what a request does not have, and gives a form's body as base64", async () => {
    const bare = await echoed("open");
    for (const absent of ["body", "cookies", "queryStringParameters"])
      assert.equal(absent in bare.event, false);
    const form = await echoed("open", "/", { method: "POST", body: new URLSearchParams({ a: "1" }) });
    assert.deepEqual(
      [form.event.body, form.event.isBase64Encoded],
      [Buffer.from("a=1").toString("base64"), true],
    );
    const text = await echoed("open", "/", {
      method: "POST",
      body: "text",
      headers: { "content-type": "text/plain" },
    });
    assert.deepEqual([text.event.body, text.event.isBase64Encoded], ["text", false]);
  });

  it("calls an alias by its own ARN", async () => {
    const { context } = await echoed("of-live");
    assert.equal(context.invokedFunctionArn, functionArn("echo:live"));
  });

  const returned: [what: string, result: unknown, status: number, body: string, type?: string][] = [
    ["an object", { hello: "world" }, 200, '{"hello":"world"}'],
    ["a response", { statusCode: 200, body: "body123" }, 200, "body123"],
    ["a list", ["hello", 3, true], 200, '["hello",3,true]'],
    ["a text", "hello", 200, "hello"],
    ["a whole number", 3, 200, "3"],
    ["a number", 3.1, 200, "3.1"],
    ["true", true, 200, "true"],
    ["a status as text", { statusCode: "418", body: "i'm a teapot" }, 418, "i'm a teapot"],
    [
      "base64",
      { statusCode: 200, body: "aGk=", isBase64Encoded: true, headers: { "content-type": "text/plain" } },
      200,
      "hi",
      "text/plain",
    ],
  ];
  for (const [what, result, status, body, type = "application/json"] of returned) {
    it(`answers with ${what} that the function returns`, async () => {
      const response = await fetch(at("returning", `/?${encodeURIComponent(JSON.stringify(result))}`));
      assert.deepEqual(
        [
          response.status,
          await response.text(),
          response.headers.get("content-type"),
          response.headers.get("content-length"),
        ],
        [status, body, type, String(body.length)],
      );
    });
  }

  it("sends cookies and headers of the function, and the ids of request and trace", async () => {
    const result = {
      statusCode: 200,
      headers: { "My-Custom-Header": "Custom Value" },
      cookies: ["a=1", "b=2"],
      body: "",
    };
    const response = await fetch(at("returning", `/?${encodeURIComponent(JSON.stringify(result))}`));
    assert.equal(response.headers.get("my-custom-header"), "Custom Value");
    assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
    assert.match(response.headers.get("x-amzn-requestid") ?? "", /^[0-9a-f-]{36}$/);
    assert.match(response.headers.get("x-amzn-trace-id") ?? "", /^Root=1-/);
    const { context } = (await (await fetch(at("open"))).json()) as { context: { awsRequestId: string } };
    assert.equal(
      lines.some(
        ({ requestId, invocation }) => requestId === context.awsRequestId && invocation === requestId,
      ),
      true,
    );
  });

  it("answers 502 where the function fails or gives no answer, 429 where it is throttled", async () => {
    for (const [name, path] of [
      ["failing", "/"],
      ["returning", `/?${encodeURIComponent('{"statusCode":"many"}')}`],
    ] as const) {
      const response = await fetch(at(name, path));
      assert.deepEqual([response.status, await response.text()], [502, "Internal Server Error"]);
    }
    assert.match(lines.at(-1)?.reason ?? "", /statusCode is "many"/);
    const response = await fetch(at("off"));
    assert.deepEqual(
      [response.status, response.headers.get("x-amzn-errortype")],
      [429, "TooManyRequestsException"],
    );
  });

  it("takes no more than 6 MB", async () => {
    const response = await fetch(at("open"), { method: "POST", body: Buffer.alloc(6_291_457) });
    assert.equal(response.status, 413);
    // Of bytes, which the event has as base64, less.
    assert.equal((await fetch(at("open"), { method: "POST", body: Buffer.alloc(4_800_000) })).status, 413);
  });

  it("hands on what a function streams, with status, headers and cookies of its own", async () => {
    const response = await fetch(at("paging"), { method: "POST", body: "x" });
    assert.deepEqual([response.status, await response.text()], [201, "Hello, world!"]);
    assert.deepEqual(
      ["content-type", "x-own", "transfer-encoding", "content-length"].map((name) =>
        response.headers.get(name),
      ),
      ["text/html", "1", "chunked", null],
    );
    assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  });

  it("streams without a head as bytes", async () => {
    const response = await fetch(at("plain"));
    assert.deepEqual(
      [response.status, response.headers.get("content-type"), await response.text()],
      [200, "application/octet-stream", "one two"],
    );
  });

  it("sends a result as it is where the URL streams and the function does not", async () => {
    const response = await fetch(at("echoing", "/custom_path"), { method: "POST", body: "text" });
    const result = (await response.json()) as { statusCode: number; body: string };
    assert.deepEqual([response.status, result.statusCode], [200, 200]);
    assert.equal(JSON.parse(result.body).event.rawPath, "/custom_path");
  });

  it("sends all that a streaming function wrote where the URL does not stream", async () => {
    const response = await fetch(at("paging-whole"));
    assert.equal(response.status, 200);
    assert.ok((await response.text()).endsWith("Hello, world!"));
  });

  it("answers 502 to a stream that fails before it begins, and cuts off one that fails later", async () => {
    const response = await fetch(at("breaking", "/at-once"));
    assert.deepEqual([response.status, await response.text()], [502, "Internal Server Error"]);
    const begun = await new Promise<{ text: string; complete: boolean }>((resolve, reject) => {
      get(at("breaking"), (incoming) => {
        let text = "";
        incoming.on("data", (chunk) => (text += chunk));
        incoming.on("close", () => resolve({ text, complete: incoming.complete }));
        incoming.on("error", () => {});
      }).on("error", reject);
    });
    assert.deepEqual(begun, { text: "some", complete: false });
  });

  it("answers preflights by the rules of the URL", async () => {
    const response = await fetch(at("shared"), {
      method: "OPTIONS",
      headers: { origin: "https://shop.example", "access-control-request-method": "POST" },
    });
    assert.equal(response.status, 200);
    assert.deepEqual(
      ["origin", "methods", "headers", "credentials"].map((name) =>
        response.headers.get(`access-control-allow-${name}`),
      ),
      ["https://shop.example", "GET,POST", "x-own", "true"],
    );
    assert.equal(response.headers.get("access-control-max-age"), "60");
  });

  it("adds the rules' headers to an answer, beside what the function says", async () => {
    const response = await fetch(at("shared"), { headers: { origin: "https://shop.example" } });
    assert.equal(response.headers.get("access-control-allow-origin"), "https://shop.example");
    assert.equal(response.headers.get("access-control-expose-headers"), "x-told");
  });

  it("refuses pages of other sites where the rules do not name them", async () => {
    const response = await fetch(at("shared"), { headers: { origin: "https://other.example" } });
    assert.equal(response.status, 403);
    assert.match(await response.text(), /Forbidden by the local run/);
  });

  describe("with AWS_IAM", () => {
    async function signed(
      roleName: string,
      more: { service?: string; region?: string; credentials?: Credentials } = {},
    ) {
      const response = await signedFetch(new URL(at("guarded", "/x?b=2&a=1")), {
        credentials: credentialsOf(`arn:aws:iam::123456789012:role/${roleName}`),
        service: "lambda",
        region: REGION,
        method: "POST",
        headers: { "content-type": "text/plain" },
        body: "hi",
        ...more,
      });
      return {
        status: response.status,
        type: response.headers.get("x-amzn-errortype"),
        body: (await response.json()) as Record<string, unknown>,
      };
    }

    it("refuses a request without a signature", async () => {
      const response = await fetch(at("guarded"));
      assert.equal(response.status, 403);
      assert.equal(response.headers.get("x-amzn-errortype"), "AccessDeniedException");
      assert.deepEqual(await response.json(), FORBIDDEN);
    });

    it("wants leave to call by the URL and to call the function, by either kind of policy", async () => {
      for (const name of ["both", "bound", "by-resource"])
        assert.equal((await signed(name)).status, 200, name);
      for (const name of ["url-only", "outsider"])
        assert.deepEqual(await signed(name), { status: 403, type: "AccessDeniedException", body: FORBIDDEN });
      assert.match(lines.at(-1)?.reason ?? "", /lambda:InvokeFunctionUrl/);
    });

    it("tells the function who calls", async () => {
      const { body } = await signed("both");
      const { requestContext } = (body as { event: { requestContext: Record<string, unknown> } }).event;
      const { accessKey, callerId, userId, ...iam } = (
        requestContext.authorizer as { iam: Record<string, string> }
      ).iam;
      assert.equal(requestContext.accountId, "123456789012");
      assert.equal(requestContext.authentication, null);
      assert.equal(callerId, userId);
      assert.ok(callerId?.startsWith(`${accessKey}:`));
      assert.deepEqual(iam, {
        accountId: "123456789012",
        cognitoIdentity: null,
        principalOrgId: "o-local",
        userArn: "arn:aws:sts::123456789012:assumed-role/both/both",
      });
    });

    it("says what is wrong with a signature", async () => {
      const own = credentialsOf("arn:aws:iam::123456789012:role/both");
      const wrong = await signed("both", { credentials: { ...own, secretAccessKey: "another" } });
      assert.deepEqual([wrong.status, wrong.type], [403, "InvalidSignatureException"]);
      assert.match(String(wrong.body.message), /^The request signature we calculated does not match/);
      const unknown = await signed("both", {
        credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" },
      });
      assert.equal(unknown.body.message, "The security token included in the request is invalid.");
      const other = await signed("both", { service: "execute-api" });
      assert.equal(other.body.message, "Credential should be scoped to correct service: 'lambda'.");
      assert.equal((await signed("both", { region: "us-east-1" })).status, 403);
    });
  });

  it("closes the address of a URL that is declared no more, and keeps the others", async () => {
    const kept = at("open");
    const gone = at("returning");
    const resources = run.context.recording.resources.filter(({ name }) => name !== "returning");
    await service.update({ ...run.context, recording: run.recording(resources) });
    assert.equal((await fetch(kept)).status, 200);
    assert.equal(at("open"), kept);
    await assert.rejects(fetch(gone));
    await service.update(run.context);
  });

  it("closes the connection of what is no HTTP, and lives on", async () => {
    const answered = await exchange(Number(new URL(at("open")).port), "nonsense\r\n\r\n");
    assert.match(answered, /^HTTP\/1\.1 400 /);
    assert.equal((await fetch(at("open"))).status, 200);
  });

  it("are realised, or named with the reason why they are not", () => {
    const rows = parityRows(run.context.recording, [service]);
    const reasonOf = (name: string) =>
      rows.find((row) => row.name === name && row.type.includes("functionUrl"));
    assert.equal(reasonOf("open")?.state, "realised");
    for (const [name, why] of [
      ["of-version", /gives no URL to version 1: name an alias/],
      ["of-nobody", /no alias nobody/],
      ["of-ruby", /ruby3\.4/],
      ["elsewhere", /none of this program/],
    ] as const) {
      assert.equal(reasonOf(name)?.state, "unsupported", name);
      assert.match(reasonOf(name)?.reason ?? "", why);
      assert.equal(urlsOf(service)[name], undefined);
    }
  });

  it("are listed among what can be called", () => {
    const { url: address, ...guarded } =
      service.endpoints().find(({ api }) => api === "guarded") ?? assert.fail();
    assert.equal(address, at("guarded"));
    assert.deepEqual(guarded, {
      api: "guarded",
      method: "ANY",
      path: "/",
      route: "$default",
      function: "echo",
      authorization: "AWS_IAM",
    });
  });
});
