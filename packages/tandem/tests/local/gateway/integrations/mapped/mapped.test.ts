/** Integrations with mappings: to nothing (MOCK), to functions and to other servers. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gatewayParity } from "../../../../../local/gateway/declared/parity.ts";
import { endpointsOf } from "../../../../../local/gateway/endpoints.ts";
import type { Values } from "../../../../../program/recording.ts";
import { inShortTime } from "../../../support/short-time.ts";
import { FakeInvoker, functionArn, handlerOf, headerValues, requestOf } from "../../programs.ts";
import { type MappedProgram, mappedProgram } from "./programs.ts";

const nobody = new FakeInvoker(() => assert.fail("no function is called"));

async function call(
  program: MappedProgram,
  line: string,
  parts: Parameters<typeof requestOf>[1] = {},
  invoker = nobody,
) {
  const { answer, reason } = await handlerOf(mappedProgram(program), invoker).handle(requestOf(line, parts));
  return {
    ...answer,
    body: String(answer.body),
    reason,
    header: (name: string) => headerValues(answer, name),
  };
}

describe("an integration of type MOCK", () => {
  const statusOf = '{"statusCode": $input.params("status")}';
  const mock = (template = '{"statusCode": 200}', responses?: MappedProgram["responses"]): MappedProgram => ({
    key: "GET /a",
    integration: { type: "MOCK", requestTemplates: { "application/json": template } },
    ...(responses ? { responses } : {}),
  });

  it("answers what the response for its status says, by the request's own template", async () => {
    const responses: Values[] = [
      { statusCode: "200", responseTemplates: { "application/json": '{"at": "$context.stage"}' } },
      {
        statusCode: "404",
        selectionPattern: "404",
        responseParameters: {
          "method.response.header.X-Why": "'it''s'",
          "method.response.header.X-Q": "method.request.querystring.status",
        },
      },
    ];
    const ok = await call(mock(statusOf, responses), "GET /dev/a?status=200");
    assert.deepEqual(
      [ok.status, ok.body, ok.header("content-type")],
      [200, '{"at": "dev"}', ["application/json"]],
    );
    assert.deepEqual(ok.header("x-amzn-trace-id"), []);
    const missing = await call(mock(statusOf, responses), "GET /dev/a?status=404");
    assert.deepEqual([missing.status, missing.body], [404, ""]);
    assert.deepEqual([missing.header("x-why"), missing.header("x-q")], [["it''s"], ["404"]]);
  });

  it("is named among the endpoints, and so is a function behind mappings", () => {
    const shown = (program: MappedProgram) =>
      endpointsOf(handlerOf(mappedProgram(program), nobody).api, "http://127.0.0.1:1").map(
        ({ serves, function: name }) => [serves, name],
      );
    assert.deepEqual(shown(mock()), [["mock", undefined]]);
    assert.deepEqual(shown({ key: "GET /a", integration: { type: "AWS" } }), [[undefined, "f"]]);
  });

  it("takes status and headers from the template that sets them", async () => {
    const template =
      '#set($context.responseOverride.status = 418)#set($context.responseOverride.header.X-Tea = "yes")tea';
    const answer = await call(
      mock(undefined, [{ statusCode: "200", responseTemplates: { "text/plain": template } }]),
      "GET /dev/a",
    );
    assert.deepEqual([answer.status, answer.body], [418, "tea"]);
    assert.deepEqual([answer.header("content-type"), answer.header("x-tea")], [["text/plain"], ["yes"]]);
  });

  it("is an error of the server's without a status, or without a response for it", async () => {
    const wrong = await call(mock("{}"), "GET /dev/a");
    assert.deepEqual([wrong.status, wrong.body], [500, '{"message":"Internal server error"}']);
    assert.match(wrong.reason ?? "", /gives no statusCode/);
    const unmatched = await call(
      mock(undefined, [{ statusCode: "404", selectionPattern: "404" }]),
      "GET /dev/a",
    );
    assert.equal(unmatched.status, 500);
    assert.match(unmatched.reason ?? "", /no integration response is for "200"/);
  });

  it("answers 501 by name for what a template does that is not worked out", async () => {
    const unknown = mock('$util.toJson("x")');
    const refused = await call(unknown, "GET /dev/a");
    assert.deepEqual(
      [refused.status, refused.reason],
      [501, "a template calls $util.toJson, which is not worked out here"],
    );
    const later = await call(mock("$input.body.chars()"), "GET /dev/a");
    assert.deepEqual(
      [later.status, later.reason],
      [501, "a template calls chars(), which is not worked out here"],
    );
    const recording = mappedProgram(unknown);
    const [integration] = recording.resources.filter(({ type }) => type.endsWith(":Integration"));
    assert.ok(integration);
    assert.equal(gatewayParity(integration, recording)?.state, "unsupported");
  });
});

describe("an integration of type AWS to a function", () => {
  const toFunction = (
    integration: MappedProgram["integration"] = {},
    responses?: MappedProgram["responses"],
  ) => ({
    key: "POST /a/{id}",
    integration: { type: "AWS", ...integration },
    ...(responses ? { responses } : {}),
  });

  it("hands over the body alone, an empty object for none, and answers what comes", async () => {
    const invoker = new FakeInvoker((event) => ({ got: event }));
    const sent = await call(toFunction(), "POST /dev/a/1", { body: '{"b":[1]}' }, invoker);
    assert.deepEqual([sent.status, sent.body], [200, '{"got":{"b":[1]}}']);
    assert.equal(sent.header("x-amzn-trace-id").length, 1);
    const empty = await call(toFunction(), "POST /dev/a/1", {}, invoker);
    assert.equal(empty.body, '{"got":{}}');
    assert.equal(invoker.calls[0]?.functionName, functionArn("f"));
  });

  it("makes the event by its template, and the answer too", async () => {
    const program = toFunction(
      {
        requestTemplates: {
          "application/json": '{"id": "$input.params(\'id\')", "n": $input.json(\'$.n\')}',
        },
      },
      [
        {
          statusCode: "201",
          responseTemplates: { "application/json": "$input.path('$.id')!" },
          responseParameters: {
            "method.response.header.Location": "integration.response.body.at",
            "method.response.header.X-Type": "integration.response.header.Content-Type",
          },
        },
      ],
    );
    const invoker = new FakeInvoker((event: { id: string }) => ({ ...event, at: `/a/${event.id}` }));
    const answer = await call(program, "POST /dev/a/7", { body: '{"n":{"x":1}}' }, invoker);
    assert.deepEqual(invoker.calls[0]?.payload, { id: "7", n: { x: 1 } });
    assert.deepEqual([answer.status, answer.body], [201, "7!"]);
    assert.deepEqual([answer.header("location"), answer.header("x-type")], [["/a/7"], ["application/json"]]);
  });

  it("chooses the response by the error's message, as recorded", async () => {
    const responses: Values[] = [
      { statusCode: "200" },
      { statusCode: "405", selectionPattern: ".*four hundred.*" },
      { statusCode: "502", selectionPattern: ".+" },
      { statusCode: "504", selectionPattern: "200" },
    ];
    const failing = (errorMessage: string) =>
      new FakeInvoker(() => ({
        requestId: "r",
        status: "error",
        error: { errorType: "Exception", errorMessage },
      }));
    const statuses = [
      await call(toFunction({}, responses), "POST /dev/a/1", {}, new FakeInvoker(() => "Pass")),
      await call(toFunction({}, responses), "POST /dev/a/1", {}, failing("Raising four hundred from within")),
      await call(toFunction({}, responses), "POST /dev/a/1", {}, failing("Raising five hundred")),
    ];
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 405, 502],
    );
    assert.equal(statuses[0]?.body, '"Pass"');
    assert.equal(JSON.parse(statuses[1]?.body ?? "").errorMessage, "Raising four hundred from within");
  });

  it("answers 500 where a response's expression takes too long for the error's message", async () => {
    const message = "x".repeat(20_000);
    const invoker = new FakeInvoker(() => ({
      requestId: "r",
      status: "error",
      error: { errorType: "Exception", errorMessage: message },
    }));
    const slow = toFunction({}, [
      { statusCode: "200" },
      { statusCode: "404", selectionPattern: ".*x.*x.*y" },
    ]);
    const answer = await inShortTime(() => call(slow, "POST /dev/a/1", {}, invoker));
    assert.equal(answer.status, 500);
    assert.match(answer.reason ?? "", /the pattern .* takes longer than 250 ms/);
  });

  it("calls without waiting where a header says Event", async () => {
    const invoker = new FakeInvoker();
    const parameters = { "integration.request.header.X-Amz-Invocation-Type": "'Event'" };
    const answer = await call(toFunction({ requestParameters: parameters }), "POST /dev/a/1", {}, invoker);
    assert.deepEqual([answer.status, answer.body], [200, ""]);
    assert.equal(invoker.calls[0]?.options?.type, "Event");
  });

  it("needs POST and JSON, as a function does", async () => {
    const get = await call(toFunction({ integrationHttpMethod: "GET" }), "POST /dev/a/1");
    assert.deepEqual([get.status, get.body], [500, '{"message":"Internal server error"}']);
    const noJson = await call(toFunction(), "POST /dev/a/1", { body: "hello" });
    assert.deepEqual([noJson.status, noJson.reason], [500, "what the function would get is no JSON"]);
  });

  it("lets a body pass, or not, that no template is for", async () => {
    const xml = { headers: ["Content-Type", "text/xml; charset=utf-8"], body: '{"a":1}' };
    const invoker = new FakeInvoker();
    const under = (passthroughBehavior: string, requestTemplates = {}) =>
      call(toFunction({ passthroughBehavior, requestTemplates }), "POST /dev/a/1", xml, invoker);
    const json = { "application/json": "{}" };
    assert.deepEqual((await under("WHEN_NO_MATCH", json)).body, '{"a":1}');
    assert.deepEqual((await under("WHEN_NO_TEMPLATES")).body, '{"a":1}');
    assert.deepEqual((await under("NEVER", { "text/xml": '{"b":2}' })).body, '{"b":2}');
    for (const refused of [await under("WHEN_NO_TEMPLATES", json), await under("NEVER")]) {
      assert.deepEqual([refused.status, refused.body], [415, '{"message":"Unsupported Media Type"}']);
      assert.deepEqual(refused.header("x-amzn-errortype"), ["BadRequestException"]);
    }
  });

  it("makes binary bodies text and text binary where it is told", async () => {
    const bytes = {
      headers: ["Content-Type", "image/png", "Accept", "image/png"],
      body: Buffer.from([255, 0]),
    };
    const api = { binaryMediaTypes: ["image/png"] };
    const template = { "image/png": '{"b": "$input.body"}' };
    const invoker = new FakeInvoker((event: { b?: string }) => event.b ?? "none");
    const asText = { contentHandling: "CONVERT_TO_TEXT", requestTemplates: template };
    const text = await call({ ...toFunction(asText), api }, "POST /dev/a/1", bytes, invoker);
    assert.deepEqual(invoker.calls[0]?.payload, { b: "/wA=" });
    // Accepted as binary, so that the answer is decoded.
    assert.equal(text.body, Buffer.from('"/wA="', "base64").toString());
    const untold = await call({ ...toFunction({ requestTemplates: template }), api }, "POST /dev/a/1", bytes);
    assert.deepEqual([untold.status, untold.reason], [500, "a template is for a body that is binary"]);
  });
});

describe("an integration of type HTTP", () => {
  let server: Server;
  let origin: string;

  before(async () => {
    server = createServer(async (request, response) => {
      const { method, url = "", headers } = request;
      response.statusCode = Number(/status=(\d+)/.exec(url)?.[1] ?? 200);
      response.setHeader("X-Of-Server", "s");
      response.end(JSON.stringify({ method, url, headers, body: await text(request) }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const http = (integration: MappedProgram["integration"] = {}, responses?: MappedProgram["responses"]) => ({
    key: "POST /a/{id}",
    integration: { type: "HTTP", uri: `${origin}/x`, ...integration },
    ...(responses ? { responses } : {}),
  });
  const own = ["X-Own", "1", "Content-Type", "application/json", "User-Agent", "mine"];

  it("sends what is mapped and nothing else of the caller's, as recorded", async () => {
    const answer = await call(http(), "POST /dev/a/1?q=2", { headers: own, body: '{"m":1}' });
    const { headers, ...got } = JSON.parse(answer.body);
    assert.deepEqual(got, { method: "POST", url: "/x", body: '{"m":1}' });
    const { "x-amzn-trace-id": _trace, connection: _connection, ...sent } = headers;
    assert.deepEqual(sent, {
      accept: "application/json",
      "content-length": "7",
      "content-type": "application/json",
      host: new URL(origin).host,
      "user-agent": "AmazonAPIGateway_a1b2c3d4e5",
      "x-amzn-apigateway-api-id": "a1b2c3d4e5",
    });
    assert.deepEqual(answer.header("x-of-server"), []);
  });

  it("maps path, query and headers from the request, its body and its context, and lets templates set more", async () => {
    const program = http({
      uri: `${origin}/x/{pet}`,
      integrationHttpMethod: "PUT",
      requestParameters: {
        "integration.request.path.pet": "method.request.path.id",
        "integration.request.querystring.of": "method.request.body.owner.name",
        "integration.request.querystring.all": "method.request.multivaluequerystring.q",
        "integration.request.header.X-Stage": "context.stage",
        "integration.request.header.X-Own": "method.request.header.X-Own",
      },
      requestTemplates: {
        "application/json":
          '#set($context.requestOverride.header.X-Own = "set")#set($context.requestOverride.querystring.t = "1")new',
      },
    });
    const answer = await call(program, "POST /dev/a/7?q=1&q=2", {
      headers: own,
      body: '{"owner":{"name":"a b"}}',
    });
    const { method, url, headers, body } = JSON.parse(answer.body);
    assert.deepEqual([method, url, body], ["PUT", "/x/7?of=a+b&all=1%2C2&t=1", "new"]);
    assert.deepEqual([headers["x-stage"], headers["x-own"]], ["dev", "set"]);
  });

  it("answers by the server's status, and 200 where no pattern is for it, as recorded", async () => {
    const responses: Values[] = [
      {
        statusCode: "200",
        responseParameters: { "method.response.header.X-S": "integration.response.header.X-Of-Server" },
      },
      { statusCode: "409", selectionPattern: "5\\d{2}" },
    ];
    const at = (status: number) =>
      call(http({ uri: `${origin}/x?status=${status}` }, responses), "POST /dev/a/1");
    const [ok, bad, failed] = [await at(201), await at(400), await at(503)];
    assert.deepEqual([ok.status, bad.status, failed.status], [200, 200, 409]);
    assert.deepEqual([ok.header("x-s"), failed.header("x-s")], [["s"], []]);
  });

  it("goes to no address of the cloud", async () => {
    const answer = await call(
      http({ uri: "https://x.execute-api.eu-west-1.amazonaws.com/" }),
      "POST /dev/a/1",
    );
    assert.equal(answer.status, 504);
    assert.match(answer.reason ?? "", /lets nothing out to it/);
  });

  it("is refused by name where a mapping is none", async () => {
    const parameters = { "integration.request.header.X": "method.response.header.Y" };
    const answer = await call(http({ requestParameters: parameters }), "POST /dev/a/1");
    assert.equal(answer.status, 501);
    assert.match(answer.reason ?? "", /maps method\.response\.header\.Y to integration\.request\.header\.X/);
  });
});
