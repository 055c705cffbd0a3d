import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "./names.ts";
import { policyDocument } from "./policy-document.ts";

export interface FlowLogArgs {
  vpcId: pulumi.Input<string>;
  logRetentionDays?: pulumi.Input<number>;
}

/** Writes down who talked to whom in a network, accepted or not. */
export class FlowLog extends pulumi.ComponentResource {
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: FlowLogArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:FlowLog", name, {}, opts);
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-flow-logs`,
      { name: `/aws/vpc/${physicalName(name, "logGroup")}`, retentionInDays: args.logRetentionDays ?? 14 },
      { parent: this },
    );
    const role = this.#createRole(name, logGroup.arn);
    new aws.ec2.FlowLog(
      `${name}-flow-log`,
      {
        vpcId: args.vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: logGroup.arn,
        iamRoleArn: role.arn,
        tags: { Name: physicalName(name, "tag") },
      },
      { parent: this },
    );
    this.logGroupName = logGroup.name;
    this.registerOutputs({ logGroupName: this.logGroupName });
  }

  #createRole(name: string, logGroupArn: pulumi.Output<string>): aws.iam.Role {
    const role = new aws.iam.Role(
      `${name}-flow-log-role`,
      {
        name: physicalName(name, "role", "-flow-log"),
        assumeRolePolicy: policyDocument([
          {
            Effect: "Allow",
            Principal: { Service: "vpc-flow-logs.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ]),
      },
      { parent: this },
    );
    new aws.iam.RolePolicy(
      `${name}-flow-log-policy`,
      {
        name: physicalName(name, "policy", "-flow-log"),
        role: role.id,
        policy: policyDocument([
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`${logGroupArn}:*`,
          },
        ]),
      },
      { parent: this },
    );
    return role;
  }
}
