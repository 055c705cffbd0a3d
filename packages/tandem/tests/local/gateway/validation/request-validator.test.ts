/** The values are those that AWS was recorded to answer. */
import assert from "node:assert/strict";
import { request as send } from "node:http";
import { validationRefusals } from "../../../../local/gateway/declared/read-validation.ts";
import { GatewayService } from "../../../../local/gateway/service.ts";
import { Guard } from "../../../../local/iam/guard.ts";
import type { RecordedResource, Recording, Values } from "../../../../program/recording.ts";
import { inShortTime } from "../../support/short-time.ts";
import {
  API_ID,
  contextOf,
  EXECUTION_ARN,
  FakeInvoker,
  functionArn,
  permission,
  recordingOf,
  resource,
  restProgram,
  servedBy,
} from "../programs.ts";

const VALIDATOR = "aws:apigateway/requestValidator:RequestValidator";
const MODELS = `https://apigateway.amazonaws.com/restapis/${API_ID}/models`;

const pair = {
  type: "object",
  properties: { a: { type: "number" }, b: { type: "number" } },
  required: ["a", "b"],
};
const state = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };

function model(name: string, schema: unknown): RecordedResource {
  const inputs = { restApi: API_ID, name, contentType: "application/json", schema: JSON.stringify(schema) };
  return resource("aws:apigateway/model:Model", name, inputs);
}

const both = { validateRequestBody: true, validateRequestParameters: true };

/** `POST /nested/{test}` with what its method says besides. */
function program(method: Values, validator: Values = both, more: RecordedResource[] = []): Recording {
  return restProgram({
    methods: { "POST /nested/{test}": { function: "f", requestValidatorId: "checks-id", ...method } },
    more: [
      resource(VALIDATOR, "checks", { restApi: API_ID, ...validator }),
      model("Pair", { $schema: "http://json-schema.org/draft-04/schema#", title: "Pair", ...pair }),
      model("Pairs", { type: "array", items: { $ref: `${MODELS}/Pair` } }),
      model("State", state),
      model("Change", {
        type: "object",
        properties: { state: { oneOf: [{ type: "null" }, { $ref: `${MODELS}/State` }] } },
        required: ["state"],
      }),
      model("Above", { type: "number", minimum: 1, exclusiveMinimum: true }),
      ...more,
    ],
  });
}

interface Sent {
  query?: string;
  headers?: Record<string, string>;
  body?: string;
  method?: string;
}

/** What it answered, and how often a function was called. */
async function post(
  recording: Recording,
  { query = "", headers = {}, body, method = "POST" }: Sent,
  path = "/dev/nested/value",
) {
  const invoker = new FakeInvoker(() => ({ statusCode: 200, body: "fine" }));
  const { port, close } = await servedBy(recording, invoker);
  try {
    return await new Promise<{ status: number | undefined; text: string; type: unknown; calls: number }>(
      (resolve, reject) => {
        const sent = send(
          { port, host: "127.0.0.1", path: `${path}${query}`, method, headers },
          (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("end", () =>
              resolve({
                status: response.statusCode,
                text: Buffer.concat(chunks).toString(),
                type: response.headers["x-amzn-errortype"],
                calls: invoker.calls.length,
              }),
            );
          },
        );
        sent.on("error", reject).end(body);
      },
    );
  } finally {
    await close();
  }
}

function refused(message: string) {
  return { status: 400, text: JSON.stringify({ message }), type: "BadRequestException", calls: 0 };
}

const fine = { status: 200, text: "fine", type: undefined, calls: 1 };
const badBody = refused("Invalid request body");
const json = { "Content-Type": "application/json" };

describe("the parameters that a method of a REST API requires", () => {
  const requestParameters = {
    "method.request.querystring.qs1": true,
    "method.request.path.test": true,
    "method.request.header.x-header-param": true,
    "method.request.header.x-other": false,
  };
  const strict = program({ requestParameters });
  const header = { "x-header-param": "test" };

  it("are named where they are missing, and nothing is called", async () => {
    const missing = (names: string) => refused(`Missing required request parameters: [${names}]`);
    assert.deepEqual(await post(strict, {}), missing("x-header-param, qs1"));
    assert.deepEqual(await post(strict, { query: "?qs1=test" }), missing("x-header-param"));
    assert.deepEqual(await post(strict, { headers: header }), missing("qs1"));
    const unknown = { ...requestParameters, "method.request.path.issuer": true };
    assert.deepEqual(
      await post(program({ requestParameters: unknown }), {}),
      missing("x-header-param, issuer, qs1"),
    );
    assert.deepEqual(await post(strict, { query: "?qs1=test", headers: header }), fine);
  });

  it("are missing where they are blank, or in another case", async () => {
    const of = async (sent: Sent) => (await post(strict, sent)).text;
    assert.match(await of({ query: "?qs1=", headers: header }), /\[qs1\]/);
    assert.match(await of({ query: "?qs1=a", headers: { "x-header-param": " " } }), /\[x-header-param\]/);
    assert.match(await of({ query: "?QS1=a", headers: header }), /\[qs1\]/);
    assert.match(await of({ query: "?qs1=a", headers: { "X-Header-Param": "test" } }), /\[x-header-param\]/);
  });

  it("are not asked for without a validator that asks for them", async () => {
    assert.deepEqual(await post(program({ requestParameters }, { validateRequestBody: true }), {}), fine);
    assert.deepEqual(await post(program({ requestParameters, requestValidatorId: null }), {}), fine);
  });
});

describe("the body that a method of a REST API requires", () => {
  const of = (name: string) => program({ requestModels: { "application/json": name } });

  it("is not looked through for minutes where the pattern of a model takes so long", async () => {
    const slow = model("Slow", { type: "object", properties: { a: { type: "string", pattern: "(a+)+b" } } });
    const recording = program({ requestModels: { "application/json": "Slow" } }, both, [slow]);
    const sent = (a: string) => post(recording, { headers: json, body: JSON.stringify({ a }) });
    assert.deepEqual(await sent("caab"), fine);
    assert.deepEqual(await sent("ca"), badBody);
    const { status, calls } = await inShortTime(() => sent("a".repeat(60)));
    assert.deepEqual([status, calls], [500, 0]);
  });

  it("fits its model, else nothing is called", async () => {
    assert.deepEqual(await post(of("Pair"), { headers: json, body: '{"a":1,"b":2}' }), fine);
    for (const body of ['{"test":"test"}', '{"a":1,"b":"2"}', "[]", "{", "null"])
      assert.deepEqual(await post(of("Pair"), { headers: json, body }), badBody, body);
  });

  it("is held against a model that names others", async () => {
    assert.deepEqual(await post(of("Pairs"), { headers: json, body: '[{"a":1,"b":2}]' }), fine);
    assert.deepEqual(await post(of("Pairs"), { headers: json, body: '[{"a":1}]' }), badBody);
    assert.deepEqual(await post(of("Change"), { headers: json, body: '{"state":null}' }), fine);
    assert.deepEqual(await post(of("Change"), { headers: json, body: '{"state":{"name":"new"}}' }), fine);
    assert.deepEqual(await post(of("Change"), { headers: json, body: '{"other":1}' }), badBody);
  });

  it("is judged by draft 4", async () => {
    assert.deepEqual(await post(of("Above"), { headers: json, body: "1" }), badBody);
    assert.deepEqual(await post(of("Above"), { headers: json, body: "2" }), fine);
  });

  it("is an object without properties where there is none, and JSON where it names no type", async () => {
    assert.deepEqual(await post(of("Pair"), {}), badBody);
    assert.deepEqual(await post(of("Pairs"), {}), badBody);
    assert.deepEqual(await post(of("Empty"), {}), fine);
    assert.deepEqual(await post(of("Pair"), { body: '{"a":1,"b":2}' }), fine);
  });

  it("is looked at where its type has a model, or where a model is for every type", async () => {
    const text = { "Content-Type": "text/plain" };
    assert.deepEqual(await post(of("Pair"), { headers: text, body: "x" }), fine);
    const every = program({ requestModels: { $default: "Pair" } });
    assert.deepEqual(await post(every, { headers: text, body: "x" }), badBody);
    const latin = { "Content-Type": "Application/JSON; charset=utf-8" };
    assert.deepEqual(await post(of("Pair"), { headers: latin, body: "{}" }), badBody);
  });

  it("is not looked at without a validator that does", async () => {
    const models = { requestModels: { "application/json": "Pair" } };
    assert.deepEqual(
      await post(program(models, { validateRequestParameters: true }), { headers: json, body: "{" }),
      fine,
    );
  });
});

describe("a REST API of an OpenAPI document", () => {
  const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn("f")}/invocations`;
  const integration = { "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri } };
  const validators = {
    "x-amazon-apigateway-request-validators": { all: both, none: {} },
    "x-amazon-apigateway-request-validator": "all",
  };

  function documented(document: Values): Recording {
    const outputs = { executionArn: EXECUTION_ARN, rootResourceId: "root" };
    const body = JSON.stringify({ ...validators, ...document });
    return recordingOf([
      resource("aws:apigateway/restApi:RestApi", "api", { body }, outputs, API_ID),
      resource("aws:lambda/function:Function", "f", { name: "f" }, { arn: functionArn("f") }, "f"),
      permission("f"),
      resource("aws:apigateway/stage:Stage", "dev", { restApi: API_ID, stageName: "dev" }),
    ]);
  }

  const third = documented({
    openapi: "3.0.1",
    components: {
      schemas: { Pair: pair, Pairs: { type: "array", items: { $ref: "#/components/schemas/Pair" } } },
      parameters: { page: { name: "page", in: "query", required: true } },
    },
    paths: {
      "/pairs": {
        parameters: [{ $ref: "#/components/parameters/page" }],
        post: {
          requestBody: {
            content: { "application/json": { schema: { $ref: "#/components/schemas/Pairs" } } },
          },
          ...integration,
        },
        put: {
          "x-amazon-apigateway-request-validator": "none",
          requestBody: { content: { "application/json": { schema: pair } } },
          ...integration,
        },
      },
      "/inline": {
        post: { requestBody: { content: { "application/json": { schema: pair } } }, ...integration },
      },
    },
  });

  it("has its validators, parameters and schemas from there", async () => {
    const missing = refused("Missing required request parameters: [page]");
    assert.deepEqual(await post(third, {}, "/dev/pairs"), missing);
    const paged = { query: "?page=1", headers: json };
    assert.deepEqual(await post(third, { ...paged, body: '[{"a":1}]' }, "/dev/pairs"), badBody);
    assert.deepEqual(await post(third, { ...paged, body: '[{"a":1,"b":2}]' }, "/dev/pairs"), fine);
    assert.deepEqual(await post(third, { method: "PUT", headers: json, body: "{}" }, "/dev/pairs"), fine);
    assert.deepEqual(await post(third, { headers: json, body: "{}" }, "/dev/inline"), badBody);
  });

  it("has them from one of version 2 as well", async () => {
    const second = documented({
      swagger: "2.0",
      consumes: ["application/json"],
      definitions: { Pair: pair },
      paths: {
        "/pairs": {
          post: {
            parameters: [{ in: "body", name: "body", schema: { $ref: "#/definitions/Pair" } }],
            ...integration,
          },
        },
      },
    });
    assert.deepEqual(await post(second, { headers: json, body: "{}" }, "/dev/pairs"), badBody);
    assert.deepEqual(await post(second, { headers: json, body: '{"a":1,"b":2}' }, "/dev/pairs"), fine);
  });
});

describe("what AWS refuses of validators and models", () => {
  it("ends the start, with the method and the model", async () => {
    const broken = resource("aws:apigateway/model:Model", "Cut", {
      restApi: API_ID,
      name: "Cut",
      schema: "{",
    });
    const none = model("None", { type: "nothing" });
    const far = model("Far", { $ref: `${MODELS}/Nowhere` });
    const found = async (method: Values) => validationRefusals(program(method, both, [broken, none, far]));
    const by = (name: string) => found({ requestModels: { "application/json": name } });
    assert.deepEqual(await by("Pair"), []);
    assert.match(
      (await by("Cut")).join(),
      /^Method POST \/nested\/\{test\} of API api: there is no model Cut with/,
    );
    assert.match((await by("None")).join(), /the schema of model None is none/);
    assert.match((await by("Far")).join(), /the schema of model Far is none: .*Nowhere/);
    assert.match((await found({ requestValidatorId: "x" })).join(), /there is no request validator x\.$/);
    const gateway = new GatewayService({ invoker: new FakeInvoker(), guard: () => new Guard([]), port: 0 });
    const recording = program({ requestModels: { "application/json": "None" } }, both, [none]);
    await assert.rejects(gateway.start(contextOf(recording)), /AWS would refuse:\n {2}Method POST/);
    await gateway.stop();
  });
});
