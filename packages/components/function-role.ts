import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Link } from "./link.ts";
import { physicalName } from "./names.ts";
import { policyDocument, type Statement } from "./policy-document.ts";

export interface FunctionRoleArgs {
  logGroupArn: pulumi.Input<string>;
  links: Link[];
  /** Whether the function lives in a network. */
  networked: boolean;
}

/** What one function may do: write to its own log, send traces, and what its links need. Nothing else. */
export class FunctionRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  /** Whoever uses the role depends on it, or acts before it may. */
  readonly policy: aws.iam.RolePolicy;

  constructor(name: string, args: FunctionRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:FunctionRole", name, {}, opts);
    const role = new aws.iam.Role(
      `${name}-role`,
      {
        name: physicalName(name, "role"),
        assumeRolePolicy: policyDocument([
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ]),
      },
      { parent: this },
    );
    this.policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      { name: physicalName(name, "policy"), role: role.id, policy: policyDocument(statements(args)) },
      { parent: this },
    );
    this.arn = role.arn;
    this.name = role.name;
    this.registerOutputs({ arn: this.arn, name: this.name });
  }
}

/** Calls with which Lambda puts a function into a network. */
export const networkActions = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

function statements({ logGroupArn, links, networked }: FunctionRoleArgs): Statement[] {
  return [
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], pulumi.interpolate`${logGroupArn}:*`),
    // X-Ray knows no resources: its put calls are allowed on all or not at all.
    allow(["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*"),
    // Lambda makes the function's network interfaces with the function's role, and tries on all resources whether it may
    // (docs/decisions/017-network-permissions.md). The function itself may not: see LambdaFunction.
    ...(networked ? [allow(networkActions, "*")] : []),
    ...links.flatMap((link) => link.permissions).map(({ actions, resources }) => allow(actions, resources)),
  ];
}

function allow(actions: string[], resources: Statement["Resource"]): Statement {
  return { Effect: "Allow", Action: actions, Resource: resources };
}
