import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

export interface NetworkArgs {
  cidrBlock: string;
  /** Availability zones, each with one subnet. */
  zones: number;
  region: string;
  logRetentionDays?: pulumi.Input<number>;
}

/** A network without a way to or from the internet. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:Network", name, {}, opts);
    const vpc = new awsx.ec2.Vpc(name, { cidrBlock: args.cidrBlock }, { parent: this });
    this.vpcId = vpc.vpcId;
    this.subnetIds = vpc.isolatedSubnetIds;
    this.registerOutputs({ vpcId: this.vpcId, subnetIds: this.subnetIds });
  }
}
