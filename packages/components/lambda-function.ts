import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bundle } from "./bundle.ts";
import { declared } from "./declared.ts";
import { FunctionRole, networkActions } from "./function-role.ts";
import { admissionsOf, type Link, placementOf, variablesOf } from "./link.ts";
import { physicalName } from "./names.ts";
import { policyDocument } from "./policy-document.ts";

export interface LambdaFunctionArgs {
  /** Handler file relative to the project's folder; exports `handler`. */
  entry: string;
  /** What the function can reach: variables and permissions, each in one value. */
  links?: Link[];
  /** MB; the share of a processor grows with it (one whole at 1,769). */
  memorySize?: pulumi.Input<number>;
  /** Seconds. */
  timeout?: number;
  logLevel?: "DEBUG" | "INFO" | "WARN" | "ERROR";
  logRetentionDays?: pulumi.Input<number>;
  /** Concurrent executions kept for this function and never exceeded by it. */
  reservedConcurrency?: number;
  /** Workers kept warm behind the alias; they cost money while idle. */
  provisionedConcurrency?: number;
}

/** Invokers call the alias, so that a deployment switches all of them at once. */
const ALIAS_NAME = "live";

/** A function with its own role, log group, published version and alias. */
export class LambdaFunction extends pulumi.ComponentResource {
  /** Logical name. */
  readonly name: string;
  readonly timeout: number;
  readonly reservedConcurrency: number | undefined;
  readonly functionName: pulumi.Output<string>;
  readonly functionArn: pulumi.Output<string>;
  readonly aliasName: pulumi.Output<string>;
  readonly aliasArn: pulumi.Output<string>;
  /** Of the alias: what an API Gateway integration calls. */
  readonly invokeArn: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  readonly #physicalName: string;

  constructor(name: string, args: LambdaFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:LambdaFunction", name, {}, opts);
    const links = args.links ?? [];
    const placement = placementOf(name, links);
    this.name = name;
    this.#physicalName = physicalName(name, "function");
    this.timeout = args.timeout ?? 10;
    this.reservedConcurrency = args.reservedConcurrency;

    const logGroup = this.#createLogGroup(args);
    const role = new FunctionRole(
      name,
      { logGroupArn: logGroup.arn, links, networked: placement !== undefined },
      { parent: this },
    );
    const lambda = this.#createFunction(args, links, role, logGroup);
    if (placement) this.#keepOutOfNetwork(role, lambda);
    const alias = this.#createAlias(lambda);
    this.#createWarmWorkers(args, alias);

    this.functionName = lambda.name;
    this.functionArn = lambda.arn;
    this.aliasName = alias.name;
    this.aliasArn = alias.arn;
    this.invokeArn = alias.invokeArn;
    this.roleArn = role.arn;
    this.roleName = role.name;
    this.logGroupName = logGroup.name;
    this.#admit(links, args.reservedConcurrency);
    declared("functions", name, this);
    this.registerOutputs({
      functionName: this.functionName,
      functionArn: this.functionArn,
      aliasArn: this.aliasArn,
      roleArn: this.roleArn,
      logGroupName: this.logGroupName,
    });
  }

  #createLogGroup(args: LambdaFunctionArgs): aws.cloudwatch.LogGroup {
    return new aws.cloudwatch.LogGroup(
      `${this.name}-logs`,
      {
        name: `/aws/lambda/${physicalName(this.name, "logGroup")}`,
        retentionInDays: args.logRetentionDays ?? 14,
      },
      { parent: this },
    );
  }

  #createFunction(
    args: LambdaFunctionArgs,
    links: Link[],
    role: FunctionRole,
    logGroup: aws.cloudwatch.LogGroup,
  ): aws.lambda.Function {
    const logLevel = args.logLevel ?? "INFO";
    const variables = {
      POWERTOOLS_SERVICE_NAME: pulumi.getProject(),
      POWERTOOLS_METRICS_NAMESPACE: pulumi.getProject(),
      POWERTOOLS_LOG_LEVEL: logLevel,
      ...variablesOf(this.name, links),
    };
    return new aws.lambda.Function(
      this.name,
      {
        name: this.#physicalName,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: bundle({ functionName: this.name, entry: args.entry, variables: Object.keys(variables) }),
        role: role.arn,
        memorySize: args.memorySize ?? 512,
        timeout: this.timeout,
        reservedConcurrentExecutions: args.reservedConcurrency,
        publish: true,
        environment: { variables },
        tracingConfig: { mode: "Active" },
        loggingConfig: {
          logFormat: "JSON",
          logGroup: logGroup.name,
          applicationLogLevel: logLevel,
          systemLogLevel: "INFO",
        },
        vpcConfig: placementOf(this.name, links),
      },
      // Lambda tries the role's permissions when it creates the function.
      { parent: this, dependsOn: role.policy },
    );
  }

  /** Lambda needs the role's network permissions; code that runs as the role must not have them. */
  #keepOutOfNetwork(role: FunctionRole, lambda: aws.lambda.Function): void {
    new aws.iam.RolePolicy(
      `${this.name}-network-guard`,
      {
        name: physicalName(this.name, "policy", "-network-guard"),
        role: role.name,
        policy: policyDocument([
          {
            Effect: "Deny",
            Action: networkActions,
            Resource: "*",
            Condition: { ArnEquals: { "lambda:SourceFunctionArn": lambda.arn } },
          },
        ]),
      },
      { parent: this },
    );
  }

  #createAlias(lambda: aws.lambda.Function): aws.lambda.Alias {
    return new aws.lambda.Alias(
      `${this.name}-alias`,
      { name: ALIAS_NAME, functionName: lambda.name, functionVersion: lambda.version },
      { parent: this },
    );
  }

  #createWarmWorkers({ provisionedConcurrency }: LambdaFunctionArgs, alias: aws.lambda.Alias): void {
    if (!provisionedConcurrency) return;
    new aws.lambda.ProvisionedConcurrencyConfig(
      `${this.name}-warm`,
      {
        functionName: alias.functionName,
        qualifier: alias.name,
        provisionedConcurrentExecutions: provisionedConcurrency,
      },
      { parent: this },
    );
  }

  #admit(links: Link[], reservedConcurrency: number | undefined): void {
    const { name, roleArn, roleName } = this;
    const target = { name, parent: this, roleArn, roleName, reservedConcurrency };
    for (const [cluster, roles] of admissionsOf(links)) cluster.admit(target, roles);
  }
}
