import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LambdaFunction } from "./lambda-function.ts";
import { physicalName } from "./names.ts";
import { parseRoutes, type Route, type Routes } from "./routes.ts";

export interface HttpApiArgs {
  routes: Routes;
  authorizer: Authorizer;
  /** Refuse to leave a writing route open. */
  guardWrites?: boolean;
  /** Origins of web pages that may call the API; none turns CORS off. */
  corsOrigins?: string[];
  /** Requests a second, for long. */
  rateLimit?: number;
  /** Requests at once. */
  burstLimit?: number;
  logRetentionDays?: pulumi.Input<number>;
  /** Domain of the API in a hosted zone of Route 53. */
  domain?: { name: string; zoneId: string };
}

export type Authorizer =
  | { type: "open" }
  | { type: "iam" }
  | { type: "jwt"; issuer: string; audience: string[] };

export interface Endpoint {
  method: string;
  path: string;
  /** Logical name of the function that answers. */
  function: string;
}

/** An HTTP API in front of functions: one integration a function, one route and one permission a route. */
export class HttpApi extends pulumi.ComponentResource {
  /** Logical name. */
  readonly name: string;
  readonly apiId: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly endpoints: Endpoint[];
  /** Physical names by logical name. */
  readonly functions: Record<string, pulumi.Output<string>>;

  private readonly api: aws.apigatewayv2.Api;

  constructor(name: string, args: HttpApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:HttpApi", name, {}, opts);
    const routes = parseRoutes(args.routes);
    this.name = name;

    this.api = new aws.apigatewayv2.Api(
      name,
      { name: physicalName(name), protocolType: "HTTP" },
      { parent: this },
    );
    this.createStage();
    this.createRoutes(routes);

    this.apiId = this.api.id;
    this.url = this.api.apiEndpoint;
    this.endpoints = routes.map(({ method, path, lambda }) => ({ method, path, function: lambda.name }));
    this.functions = Object.fromEntries(routes.map(({ lambda }) => [lambda.name, lambda.functionName]));
    this.registerOutputs({ apiId: this.apiId, url: this.url, endpoints: this.endpoints });
  }

  private createStage(): void {
    new aws.apigatewayv2.Stage(
      `${this.name}-stage`,
      { apiId: this.api.id, name: "$default", autoDeploy: true },
      { parent: this },
    );
  }

  private createRoutes(routes: Route[]): void {
    const integrations = new Map<LambdaFunction, aws.apigatewayv2.Integration>();
    for (const route of routes) {
      const integration = integrations.get(route.lambda) ?? this.createIntegration(route.lambda);
      integrations.set(route.lambda, integration);
      this.createRoute(route, integration);
    }
  }

  private createIntegration(lambda: LambdaFunction): aws.apigatewayv2.Integration {
    return new aws.apigatewayv2.Integration(
      `${this.name}-${lambda.name}`,
      {
        apiId: this.api.id,
        integrationType: "AWS_PROXY",
        integrationUri: lambda.invokeArn,
        payloadFormatVersion: "2.0",
      },
      { parent: this },
    );
  }

  private createRoute({ key, method, path, lambda }: Route, integration: aws.apigatewayv2.Integration): void {
    const routeName = `${this.name}-${method}${path}`;
    new aws.apigatewayv2.Route(
      routeName,
      { apiId: this.api.id, routeKey: key, target: pulumi.interpolate`integrations/${integration.id}` },
      { parent: this },
    );
    new aws.lambda.Permission(
      routeName,
      {
        action: "lambda:InvokeFunction",
        function: lambda.functionName,
        qualifier: lambda.aliasName,
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${this.api.executionArn}/*/${method}${path}`,
      },
      { parent: this },
    );
  }
}
