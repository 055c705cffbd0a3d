import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Link } from "./link.ts";
import { physicalName } from "./names.ts";

export interface FunctionRoleArgs {
  logGroupArn: pulumi.Input<string>;
  links: Link[];
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
        name: physicalName(name),
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
          ],
        }),
      },
      { parent: this },
    );
    this.policy = new aws.iam.RolePolicy(
      `${name}-policy`,
      {
        name: physicalName(name),
        role: role.id,
        policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements(args) }),
      },
      { parent: this },
    );
    this.arn = role.arn;
    this.name = role.name;
    this.registerOutputs({ arn: this.arn, name: this.name });
  }
}

function statements({ logGroupArn, links }: FunctionRoleArgs) {
  return [
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: pulumi.interpolate`${logGroupArn}:*`,
    },
    // X-Ray knows no resources: its put calls are allowed on all or not at all.
    { Effect: "Allow", Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource: "*" },
    ...links
      .flatMap((link) => link.permissions)
      .map(({ actions, resources }) => ({
        Effect: "Allow",
        Action: actions,
        Resource: resources,
      })),
  ];
}
