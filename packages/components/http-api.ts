import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accessLogFormat } from "./access-log-format.ts";
import { ApiDomain, type ApiDomainSettings } from "./api-domain.ts";
import { declared } from "./declared.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import { physicalName, statementId } from "./names.ts";
import {
  type Authorizer,
  corsConfiguration,
  INTEGRATION_TIMEOUT,
  parseRoutes,
  type Route,
  type Routes,
  refuseOpenWrites,
  refuseSlowFunctions,
} from "./routes.ts";

export interface HttpApiArgs {
  routes: Routes;
  /** Who may call routes that are not marked open. */
  authorizer: Authorizer;
  /** Refuse a program that leaves a writing route open. */
  guardWrites?: boolean;
  /** Origins of web pages that may call the API; none turns CORS off. */
  corsOrigins?: string[];
  /** Requests a second, for long. */
  rateLimit?: pulumi.Input<number>;
  /** Requests at once. */
  burstLimit?: pulumi.Input<number>;
  logRetentionDays?: pulumi.Input<number>;
  /** Six metrics a route in CloudWatch, each at its price; without them there are those of the whole API, which cost nothing. */
  routeMetrics?: pulumi.Input<boolean>;
  /** A domain of one's own instead of the address that AWS gives. */
  domain?: ApiDomainSettings;
}

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

  readonly #api: aws.apigatewayv2.Api;

  constructor(name: string, args: HttpApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:HttpApi", name, {}, opts);
    this.name = name;
    const routes = parseRoutes(args.routes, args.authorizer);
    if (args.guardWrites) refuseOpenWrites(routes);
    refuseSlowFunctions(routes);

    this.#api = this.#createApi(args, routes);
    const stage = this.#createStage(args, this.#createAccessLog(args));
    this.#createRoutes(routes, this.#createAuthorizer(args.authorizer));
    const domain = this.#createDomain(args, stage);

    this.apiId = this.#api.id;
    this.url = domain?.url ?? this.#api.apiEndpoint;
    this.endpoints = routes.map(({ method, path, lambda }) => ({ method, path, function: lambda.name }));
    declared("apis", name, this);
    this.registerOutputs({ apiId: this.apiId, url: this.url, endpoints: this.endpoints });
  }

  #createApi({ corsOrigins = [], domain }: HttpApiArgs, routes: Route[]): aws.apigatewayv2.Api {
    return new aws.apigatewayv2.Api(
      this.name,
      {
        name: physicalName(this.name, "api"),
        protocolType: "HTTP",
        corsConfiguration: corsConfiguration(corsOrigins, routes),
        // Who has a domain is called by it alone.
        disableExecuteApiEndpoint: domain !== undefined,
      },
      { parent: this },
    );
  }

  #createAccessLog({ logRetentionDays = 14 }: HttpApiArgs): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${this.name}-access-log`,
      {
        // Under this prefix the permission to write is not counted against a policy's size.
        name: `/aws/vendedlogs/apigateway/${physicalName(this.name, "logGroup")}`,
        retentionInDays: logRetentionDays,
      },
      { parent: this },
    );
  }

  #createStage(
    { rateLimit = 50, burstLimit = 100, routeMetrics = false }: HttpApiArgs,
    accessLog: aws.cloudwatch.LogGroup,
  ): aws.apigatewayv2.Stage {
    return new aws.apigatewayv2.Stage(
      `${this.name}-stage`,
      {
        apiId: this.#api.id,
        name: "$default",
        autoDeploy: true,
        accessLogSettings: { destinationArn: accessLog.arn, format: accessLogFormat },
        defaultRouteSettings: {
          throttlingRateLimit: rateLimit,
          throttlingBurstLimit: burstLimit,
          detailedMetricsEnabled: routeMetrics,
        },
      },
      { parent: this },
    );
  }

  #createAuthorizer(authorizer: Authorizer): aws.apigatewayv2.Authorizer | undefined {
    if (authorizer.type !== "jwt") return undefined;
    return new aws.apigatewayv2.Authorizer(
      `${this.name}-authorizer`,
      {
        apiId: this.#api.id,
        name: physicalName(this.name, "api"),
        authorizerType: "JWT",
        identitySources: ["$request.header.Authorization"],
        jwtConfiguration: { issuer: authorizer.issuer, audiences: authorizer.audience },
      },
      { parent: this },
    );
  }

  #createRoutes(routes: Route[], authorizer: aws.apigatewayv2.Authorizer | undefined): void {
    const integrations = new Map<LambdaFunction, aws.apigatewayv2.Integration>();
    for (const route of routes) {
      const integration = integrations.get(route.lambda) ?? this.#createIntegration(route.lambda);
      integrations.set(route.lambda, integration);
      this.#createRoute(route, integration, authorizer);
      this.#createPermission(route);
    }
  }

  #createIntegration(lambda: LambdaFunction): aws.apigatewayv2.Integration {
    return new aws.apigatewayv2.Integration(
      `${this.name}-${lambda.name}`,
      {
        apiId: this.#api.id,
        integrationType: "AWS_PROXY",
        integrationUri: lambda.invokeArn,
        payloadFormatVersion: "2.0",
        timeoutMilliseconds: INTEGRATION_TIMEOUT,
      },
      { parent: this },
    );
  }

  #createRoute(
    { key, method, path, authorizer, scopes }: Route,
    integration: aws.apigatewayv2.Integration,
    jwt: aws.apigatewayv2.Authorizer | undefined,
  ): void {
    new aws.apigatewayv2.Route(
      `${this.name}-${method}${path}`,
      {
        apiId: this.#api.id,
        routeKey: key,
        target: pulumi.interpolate`integrations/${integration.id}`,
        authorizationType: { open: "NONE", iam: "AWS_IAM", jwt: "JWT" }[authorizer.type],
        authorizerId: authorizer.type === "jwt" ? jwt?.id : undefined,
        authorizationScopes: scopes.length > 0 ? scopes : undefined,
      },
      { parent: this },
    );
  }

  #createPermission({ method, path, lambda }: Route): void {
    const name = `${this.name}-${method}${path}`;
    new aws.lambda.Permission(
      name,
      {
        statementId: statementId(name),
        action: "lambda:InvokeFunction",
        function: lambda.functionName,
        qualifier: lambda.aliasName,
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${this.#api.executionArn}/*/${method}${path}`,
      },
      { parent: this },
    );
  }

  #createDomain({ domain }: HttpApiArgs, stage: aws.apigatewayv2.Stage): ApiDomain | undefined {
    if (!domain) return undefined;
    return new ApiDomain(
      `${this.name}-domain`,
      { ...domain, apiId: this.#api.id, stageName: stage.name },
      { parent: this },
    );
  }
}
