/** What several fixtures declare: a function with its role, and an API in front of it. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface LambdaArgs {
  code?: string;
  variables?: Record<string, pulumi.Input<string>>;
  statements?: object[];
  memorySize?: number;
}

export function lambda(name: string, args: LambdaArgs = {}): aws.lambda.Function {
  const { code = "exports.handler = async () => 1;", variables, statements = [], memorySize = 512 } = args;
  const role = new aws.iam.Role(`${name}-role`, {
    name: `shop-${name}`,
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    }),
  });
  if (statements.length > 0) {
    new aws.iam.RolePolicy(`${name}-policy`, {
      name: `shop-${name}`,
      role: role.id,
      policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements }),
    });
  }
  return new aws.lambda.Function(name, {
    name: `shop-${name}`,
    role: role.arn,
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    handler: "index.handler",
    memorySize,
    code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(code) }),
    ...(variables && { environment: { variables } }),
  });
}

export interface RouteArgs {
  key: string;
  to: aws.lambda.Function;
  scopes?: string[];
}

export function api(routes: RouteArgs[]): aws.apigatewayv2.Api {
  const declared = new aws.apigatewayv2.Api("api", { name: "shop-api", protocolType: "HTTP" });
  for (const { key, to, scopes } of routes) {
    const integration = new aws.apigatewayv2.Integration(`api-${key}`, {
      apiId: declared.id,
      integrationType: "AWS_PROXY",
      integrationUri: to.invokeArn,
      payloadFormatVersion: "2.0",
    });
    new aws.apigatewayv2.Route(`api-${key}`, {
      apiId: declared.id,
      routeKey: key,
      target: pulumi.interpolate`integrations/${integration.id}`,
      ...(scopes && { authorizationType: "JWT", authorizationScopes: scopes }),
    });
  }
  return declared;
}
