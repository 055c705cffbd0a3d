import assert from "node:assert/strict";
import { methodWarnings } from "../../../../local/gateway/declared/integration-method.ts";
import { gatewayParity } from "../../../../local/gateway/declared/parity.ts";
import type { Recording } from "../../../../program/recording.ts";
import {
  API_ID,
  EXECUTION_ARN,
  FakeInvoker,
  functionArn,
  handlerOf,
  permission,
  recordingOf,
  requestOf,
  resource,
  restProgram,
} from "../programs.ts";

const INTEGRATION = "aws:apigateway/integration:Integration";

function calledBy(method: string): Recording {
  const recording = restProgram({ methods: { "GET /barns": "barns" } });
  for (const { type, inputs } of recording.resources) {
    if (type === INTEGRATION) inputs.integrationHttpMethod = method;
  }
  return recording;
}

function documented(httpMethod: string): Recording {
  const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn("barns")}/invocations`;
  const integration = { type: "aws_proxy", httpMethod, uri };
  const paths = { "/barns": { get: { "x-amazon-apigateway-integration": integration } } };
  const outputs = { executionArn: EXECUTION_ARN, rootResourceId: "root" };
  const body = JSON.stringify({ openapi: "3.0.1", paths });
  return recordingOf([
    resource("aws:apigateway/restApi:RestApi", "api", { body }, outputs, API_ID),
    resource("aws:lambda/function:Function", "barns", { name: "barns" }, { arn: functionArn("barns") }),
    permission("barns"),
    resource("aws:apigateway/stage:Stage", "dev", { restApi: API_ID, stageName: "dev" }),
  ]);
}

async function answerOf(recording: Recording) {
  const invoker = new FakeInvoker(() => ({ statusCode: 200, body: "fine" }));
  const { answer, reason } = await handlerOf(recording, invoker).handle(requestOf("GET /dev/barns"));
  return { status: answer.status, body: answer.body, reason, calls: invoker.calls.length };
}

describe("the method by which a REST API calls a function", () => {
  it("is POST, else the answer is 500 and nothing is called", async () => {
    for (const recording of [calledBy("GET"), calledBy("ANY"), documented("PUT")]) {
      const { reason, ...answer } = await answerOf(recording);
      assert.deepEqual(answer, { status: 500, body: '{"message":"Internal server error"}', calls: 0 });
      assert.match(reason ?? "", /integrationHttpMethod is (GET|ANY|PUT), and Lambda is called by POST only/);
    }
    for (const recording of [calledBy("POST"), documented("POST")]) {
      const { status, body, calls } = await answerOf(recording);
      assert.deepEqual([status, body, calls], [200, "fine", 1]);
    }
  });

  it("is told at the start where it is another one", () => {
    assert.deepEqual(methodWarnings(calledBy("POST")), []);
    const [declared = "", ...more] = methodWarnings(calledBy("GET"));
    assert.match(
      declared,
      /^Integration GET \/barns answers 500, as in the cloud: integrationHttpMethod is GET/,
    );
    assert.deepEqual(more, []);
    const [written = ""] = methodWarnings(documented("GET"));
    assert.match(written, /^The integration of GET \/barns of API api answers 500/);
  });

  it("stands in the parity table", () => {
    const recording = calledBy("GET");
    const integration = recording.resources.find(({ type }) => type === INTEGRATION);
    assert.ok(integration);
    assert.match(gatewayParity(integration, recording)?.reason ?? "", /^answers 500, as in the cloud/);
  });
});
