/** Programs as people write them, run by Pulumi's SDK: what the recorder makes of them is what the gateway must read. */
import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { record } from "../../../../program/record.ts";
import type { Recording } from "../../../../program/recording.ts";
import { FakeInvoker, handlerOf, headerValues, requestOf } from "../programs.ts";

function functionOf(name: string): aws.lambda.Function {
  return new aws.lambda.Function(name, {
    role: "arn:aws:iam::123456789012:role/r",
    runtime: "nodejs24.x",
    handler: "index.handler",
    code: new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.StringAsset("exports.handler = async () => {};"),
    }),
  });
}

function permissionOf(lambda: aws.lambda.Function, sourceArn: pulumi.Input<string>): void {
  new aws.lambda.Permission("permission", {
    action: "lambda:InvokeFunction",
    function: lambda.name,
    principal: "apigateway.amazonaws.com",
    sourceArn,
  });
}

async function recorded(program: () => void): Promise<Recording> {
  return record(async () => program(), {
    project: "test",
    stack: "dev",
    config: { "aws:region": "eu-west-1" },
  });
}

async function call(recording: Recording, line: string) {
  const invoker = new FakeInvoker(() => ({ statusCode: 200 }));
  const { answer, reason, functionName } = await handlerOf(recording, invoker).handle(requestOf(line));
  return { status: answer.status, body: String(answer.body), reason, functionName, answer };
}

describe("A recorded program", () => {
  it("with an HTTP API, a named stage and an alias", async () => {
    const recording = await recorded(() => {
      const lambda = functionOf("hello");
      const alias = new aws.lambda.Alias("live", { functionName: lambda.name, functionVersion: "$LATEST" });
      const api = new aws.apigatewayv2.Api("api", { protocolType: "HTTP" });
      const integration = new aws.apigatewayv2.Integration("integration", {
        apiId: api.id,
        integrationType: "AWS_PROXY",
        integrationUri: alias.invokeArn,
        payloadFormatVersion: "2.0",
      });
      new aws.apigatewayv2.Route("route", {
        apiId: api.id,
        routeKey: "GET /hello",
        target: pulumi.interpolate`integrations/${integration.id}`,
      });
      new aws.apigatewayv2.Stage("stage", { apiId: api.id, name: "v1", autoDeploy: true });
      new aws.lambda.Permission("permission", {
        action: "lambda:InvokeFunction",
        function: lambda.name,
        qualifier: alias.name,
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${api.executionArn}/*/*`,
      });
    });
    const { status, functionName } = await call(recording, "GET /v1/hello");
    assert.deepEqual([status, functionName?.startsWith("hello-")], [200, true]);
    assert.equal((await call(recording, "GET /hello")).status, 404);
  });

  it("with an HTTP API that is created with its target", async () => {
    const recording = await recorded(() => {
      const lambda = functionOf("all");
      const api = new aws.apigatewayv2.Api("api", { protocolType: "HTTP", target: lambda.arn });
      permissionOf(lambda, pulumi.interpolate`${api.executionArn}/*/*`);
    });
    const { status, functionName } = await call(recording, "DELETE /any/path");
    assert.deepEqual([status, functionName?.startsWith("all-")], [200, true]);
  });

  it("with a REST API of resources and methods, and a mock for the preflight", async () => {
    const recording = await recorded(() => {
      const lambda = functionOf("pets");
      const api = new aws.apigateway.RestApi("api", {});
      const pets = new aws.apigateway.Resource("pets", {
        restApi: api.id,
        parentId: api.rootResourceId,
        pathPart: "pets",
      });
      const pet = new aws.apigateway.Resource("pet", {
        restApi: api.id,
        parentId: pets.id,
        pathPart: "{id}",
      });
      const method = new aws.apigateway.Method("get", {
        restApi: api.id,
        resourceId: pet.id,
        httpMethod: "GET",
        authorization: "NONE",
      });
      const integration = new aws.apigateway.Integration("get", {
        restApi: api.id,
        resourceId: pet.id,
        httpMethod: method.httpMethod,
        integrationHttpMethod: "POST",
        type: "AWS_PROXY",
        uri: lambda.invokeArn,
      });
      const preflight = { restApi: api.id, resourceId: pets.id, httpMethod: "OPTIONS" };
      new aws.apigateway.Method("options", { ...preflight, authorization: "NONE" });
      new aws.apigateway.Integration("options", {
        ...preflight,
        type: "MOCK",
        requestTemplates: { "application/json": '{"statusCode": 204}' },
      });
      new aws.apigateway.IntegrationResponse("options", {
        ...preflight,
        statusCode: "204",
        responseParameters: { "method.response.header.Access-Control-Allow-Origin": "'*'" },
      });
      const deployment = new aws.apigateway.Deployment(
        "deployment",
        { restApi: api.id },
        { dependsOn: [integration] },
      );
      new aws.apigateway.Stage("stage", { restApi: api.id, deployment: deployment.id, stageName: "prod" });
      permissionOf(lambda, pulumi.interpolate`${api.executionArn}/*/GET/pets/*`);
    });
    const { status, functionName } = await call(recording, "GET /prod/pets/7/");
    assert.deepEqual([status, functionName?.startsWith("pets-")], [200, true]);
    const { answer } = await call(recording, "OPTIONS /prod/pets");
    assert.deepEqual([answer.status, headerValues(answer, "access-control-allow-origin")], [204, ["*"]]);
    assert.equal((await call(recording, "GET /prod/pets")).status, 403);
    assert.equal((await call(recording, "GET /other/pets/7")).status, 403);
  });

  for (const [kind, stagePath] of [
    ["REST", "/v1"],
    ["HTTP", ""],
  ] as const) {
    it(`with a ${kind} API declared as an OpenAPI document`, async () => {
      const recording = await recorded(() => {
        const lambda = functionOf("barns");
        const integration = {
          type: "aws_proxy",
          httpMethod: "POST",
          uri: lambda.invokeArn,
          payloadFormatVersion: kind === "HTTP" ? "2.0" : "1.0",
        };
        const body = pulumi.jsonStringify({
          openapi: "3.0.1",
          info: { title: "barns", version: "1" },
          paths: {
            "/barns/{id}": {
              parameters: [{ name: "id", in: "path" }],
              get: { "x-amazon-apigateway-integration": integration },
              put: { security: [{ pool: [] }], "x-amazon-apigateway-integration": integration },
              head: { responses: {} },
            },
            "/{proxy+}": {
              "x-amazon-apigateway-any-method": { "x-amazon-apigateway-integration": integration },
            },
          },
        });
        if (kind === "REST") {
          const api = new aws.apigateway.RestApi("api", { body });
          const deployment = new aws.apigateway.Deployment("deployment", { restApi: api.id });
          new aws.apigateway.Stage("stage", { restApi: api.id, deployment: deployment.id, stageName: "v1" });
          permissionOf(lambda, pulumi.interpolate`${api.executionArn}/*/*`);
        } else {
          const api = new aws.apigatewayv2.Api("api", { protocolType: "HTTP", body });
          new aws.apigatewayv2.Stage("stage", { apiId: api.id, name: "$default", autoDeploy: true });
          permissionOf(lambda, pulumi.interpolate`${api.executionArn}/*/*`);
        }
      });
      const { status, functionName, reason } = await call(recording, `GET ${stagePath}/barns/1`);
      assert.deepEqual([status, functionName?.startsWith("barns-")], [200, true], reason);
      assert.equal((await call(recording, `DELETE ${stagePath}/anything/else`)).status, 200);
      assert.equal(
        (await call(recording, `PUT ${stagePath}/barns/1`)).status,
        501,
        "its security must not be skipped",
      );
    });
  }
});
