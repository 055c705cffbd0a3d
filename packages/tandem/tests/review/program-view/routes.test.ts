import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { record } from "../../../program/record.ts";
import { endpointsOf } from "../../../review/program-view/routes.ts";
import { ProgramView } from "../../../review/program-view/view.ts";
import { api, lambda } from "../support/functions.ts";

async function endpoints(program: () => void, preview = false): Promise<string[][]> {
  const recording = await record(program, {
    project: "shop",
    config: { "aws:region": "eu-central-1" },
    preview,
  });
  return endpointsOf(new ProgramView(recording)).map(({ api, route, authorization, function: behind }) => [
    api.name,
    route,
    authorization,
    behind?.name ?? "nothing",
  ]);
}

describe("endpointsOf", () => {
  it("finds routes of HTTP APIs with the functions behind them, scopes in any order", async () => {
    const program = () => {
      api([
        { key: "GET /stock", to: lambda("read") },
        { key: "PUT /stock/{sku}", to: lambda("write"), scopes: ["b", "a"] },
      ]);
    };
    const expected = [
      ["api", "GET /stock", "open", "read"],
      ["api", "PUT /stock/{sku}", "JWT a b", "write"],
    ];
    assert.deepEqual(await endpoints(program), expected);
    // Where no address is known, by what depends on what.
    assert.deepEqual(await endpoints(program, true), expected);
  });

  it("goes through the alias that an integration calls", async () => {
    const program = () => {
      const read = lambda("read");
      const alias = new aws.lambda.Alias("live", {
        name: "live",
        functionName: read.name,
        functionVersion: "1",
      });
      const http = new aws.apigatewayv2.Api("http", { protocolType: "HTTP" });
      const integration = new aws.apigatewayv2.Integration("to-read", {
        apiId: http.id,
        integrationType: "AWS_PROXY",
        integrationUri: alias.invokeArn,
      });
      new aws.apigatewayv2.Route("stock", {
        apiId: http.id,
        routeKey: "GET /stock",
        authorizationType: "AWS_IAM",
        target: pulumi.interpolate`integrations/${integration.id}`,
      });
    };
    assert.deepEqual(await endpoints(program), [["http", "GET /stock", "IAM", "read"]]);
  });

  it("finds methods of REST APIs under the path of their resources", async () => {
    const program = () => {
      const rest = new aws.apigateway.RestApi("rest", {});
      const stock = new aws.apigateway.Resource("stock", {
        restApi: rest.id,
        parentId: rest.rootResourceId,
        pathPart: "stock",
      });
      const item = new aws.apigateway.Resource("item", {
        restApi: rest.id,
        parentId: stock.id,
        pathPart: "{sku}",
      });
      const method = { restApi: rest.id, resourceId: item.id, httpMethod: "GET" };
      new aws.apigateway.Method("get", {
        ...method,
        authorization: "COGNITO_USER_POOLS",
        authorizationScopes: ["stock"],
      });
      new aws.apigateway.Integration("get", {
        ...method,
        type: "AWS_PROXY",
        integrationHttpMethod: "POST",
        uri: lambda("read").invokeArn,
      });
    };
    assert.deepEqual(await endpoints(program), [["rest", "GET /stock/{sku}", "Cognito stock", "read"]]);
  });

  it("finds URLs of functions, open ones above all", async () => {
    const program = () => {
      new aws.lambda.FunctionUrl("url", { functionName: lambda("read").name, authorizationType: "NONE" });
    };
    assert.deepEqual(await endpoints(program), [["read", "function URL", "open", "read"]]);
  });
});
