/** The values are those that AWS was recorded to keep and to answer. */
import assert from "node:assert/strict";
import { responseRefusals } from "../../../local/gateway/declared/read-responses.ts";
import type { RecordedResource, Values } from "../../../program/recording.ts";
import {
  API_ID,
  FakeInvoker,
  functionArn,
  recordingOf,
  resource,
  restProgram,
  servedBy,
} from "./programs.ts";

function response(responseType: string, inputs: Values): RecordedResource {
  return resource("aws:apigateway/response:Response", responseType, {
    restApiId: API_ID,
    responseType,
    ...inputs,
  });
}

const cors = { responseParameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" } };

const authorizer = [
  resource("aws:apigateway/authorizer:Authorizer", "guard", {
    restApi: API_ID,
    type: "TOKEN",
    authorizerUri: functionArn("f"),
  }),
];

/** Two resources, the second with what its method says. */
function program(more: RecordedResource[], method: Values = {}, api: Values = {}) {
  return restProgram({
    methods: { "GET /fine": "f", "POST /pets/{petId}": { function: "f", ...method } },
    api,
    stage: { variables: { a: "one" } },
    more,
  });
}

async function ask(
  recording: ReturnType<typeof program>,
  path: string,
  init: RequestInit = {},
  result: unknown = {},
) {
  const { port, close } = await servedBy(recording, new FakeInvoker(() => result));
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  } finally {
    await close();
  }
}

const TEMPLATE = `{
 "message": $context.error.messageString,
 "type":  "$context.error.responseType",
 "stage":  "$context.stage",
 "resourcePath":  "$context.resourcePath",
 "stageVariables.a":  "$stageVariables.a",
 "unknown": "$context.nothing",
 "statusCode": "'404'"
}`;

const mapped = {
  "gatewayresponse.header.Access-Control-Allow-Origin": "'a.b.c'",
  "gatewayresponse.header.x-request-header": "method.request.header.Accept",
  "gatewayresponse.header.x-request-path": "method.request.path.petId",
  "gatewayresponse.header.x-request-query": "method.request.querystring.q",
  "gatewayresponse.header.x-stage": "context.stage",
  "gatewayresponse.header.x-variable": "stageVariables.a",
};

describe("an answer of a REST API's own", () => {
  it("has the status, headers and body that the program gives it", async () => {
    const own = response("UNAUTHORIZED", {
      statusCode: "404",
      responseParameters: mapped,
      responseTemplates: { "application/json": TEMPLATE },
    });
    const method = { authorization: "CUSTOM", authorizerId: "guard-id" };
    const { status, headers, text } = await ask(program([own, ...authorizer], method), "/dev/pets/7?q=x", {
      method: "POST",
      headers: { accept: "text/x" },
    });
    assert.equal(status, 404);
    assert.deepEqual(JSON.parse(text), {
      message: "Unauthorized",
      type: "UNAUTHORIZED",
      stage: "dev",
      resourcePath: "/pets/{petId}",
      "stageVariables.a": "one",
      unknown: "",
      statusCode: "'404'",
    });
    const names = ["access-control-allow-origin", "x-request-header", "x-request-path", "x-request-query"];
    assert.deepEqual(
      [...names, "x-stage", "x-variable", "content-type", "x-amzn-errortype"].map((name) =>
        headers.get(name),
      ),
      ["a.b.c", "text/x", "7", "x", "dev", "one", "application/json", "UnauthorizedException"],
    );
  });

  it("keeps what the program does not say of it", async () => {
    const statusOnly = await ask(
      program([response("MISSING_AUTHENTICATION_TOKEN", { statusCode: "404" })]),
      "/dev/x",
    );
    assert.deepEqual(
      [statusOnly.status, statusOnly.text],
      [404, '{"message":"Missing Authentication Token"}'],
    );
    const { status, text, headers } = await ask(
      program([response("MISSING_AUTHENTICATION_TOKEN", cors)]),
      "/dev/x",
    );
    assert.deepEqual([status, text], [403, '{"message":"Missing Authentication Token"}']);
    assert.equal(headers.get("access-control-allow-origin"), "*");
  });

  it("is worded by DEFAULT_4XX or DEFAULT_5XX where its own type is not", async () => {
    const both = program([
      response("DEFAULT_4XX", cors),
      response("DEFAULT_5XX", {
        statusCode: "599",
        responseTemplates: { "text/plain": "$context.error.message!" },
      }),
      response("INTEGRATION_TIMEOUT", cors),
    ]);
    const missing = await ask(both, "/dev/x");
    assert.deepEqual([missing.status, missing.headers.get("access-control-allow-origin")], [403, "*"]);
    const broken = await ask(both, "/dev/fine", {}, "no object");
    assert.deepEqual([broken.status, broken.text], [599, "Internal server error!"]);
    assert.equal(broken.headers.get("content-type"), "text/plain");
    assert.equal(broken.headers.get("access-control-allow-origin"), null);
    const fine = await ask(both, "/dev/fine", {}, { statusCode: 404 });
    assert.deepEqual([fine.status, fine.headers.get("access-control-allow-origin")], [404, null]);
  });

  it("tells with validationErrorString what is wrong with a body", async () => {
    const recording = program(
      [
        response("BAD_REQUEST_BODY", {
          responseTemplates: { "application/json": "$context.error.validationErrorString" },
        }),
        resource("aws:apigateway/requestValidator:RequestValidator", "checks", {
          restApi: API_ID,
          validateRequestBody: true,
        }),
        resource("aws:apigateway/model:Model", "Pet", {
          restApi: API_ID,
          name: "Pet",
          schema: '{"required":["name"],"properties":{"age":{"type":"number"}}}',
        }),
      ],
      { requestValidatorId: "checks-id", requestModels: { "application/json": "Pet" } },
    );
    const { status, text } = await ask(recording, "/dev/pets/1", {
      method: "POST",
      body: '{"age":"x"}',
      headers: { "content-type": "application/json" },
    });
    assert.equal(status, 400);
    assert.equal(
      text,
      '[object has missing required properties (["name"]), instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])]',
    );
  });

  it("is worded by an OpenAPI document as well", async () => {
    const body = JSON.stringify({
      openapi: "3.0.1",
      "x-amazon-apigateway-gateway-responses": { DEFAULT_4XX: cors },
    });
    const { headers } = await ask(program([], {}, { body }), "/dev/x");
    assert.equal(headers.get("access-control-allow-origin"), "*");
  });

  it("is refused at the start with a type or a header that AWS does not take", () => {
    const refused = (one: RecordedResource) =>
      responseRefusals(recordingOf([...program([]).resources, one])).join();
    assert.equal(refused(response("UNAUTHORIZED", { responseParameters: mapped })), "");
    assert.match(refused(response("FAKE", {})), /^Gateway response FAKE of API api: FAKE is no type/);
    const bare = { responseParameters: { "gatewayresponse.header.X": "*" } };
    assert.match(refused(response("THROTTLED", bare)), /header X is neither a text in quotes nor a place/);
  });
});
