import * as aws from "@pulumi/aws";
// Not the whole package: it loads a tenth of a second longer, in stacks without a network as well.
import { Vpc } from "@pulumi/awsx/ec2/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import { asAnswered, knownByNow } from "./as-answered.ts";
import { FlowLog } from "./flow-log.ts";
import { physicalName } from "./names.ts";

export interface NetworkArgs {
  /** Addresses of the network, e.g. `10.20.0.0/16`. */
  cidrBlock: string;
  /** Availability zones, each with one subnet. */
  zones: number;
  region: string;
  logRetentionDays?: pulumi.Input<number>;
}

/**
 * A private network without a way to or from the internet. DynamoDB is reached through a gateway endpoint, which costs
 * nothing; what else its functions may reach adds a rule to `functionGroupId`.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
  /** Security group of functions: nothing comes in, and only what is named goes out. */
  readonly functionGroupId: pulumi.Output<string>;

  readonly #name: string;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:Network", name, {}, opts);
    this.#name = name;

    const vpc = this.#createVpc(args);
    this.vpcId = vpc.vpcId;
    this.subnetIds = this.#namedSubnets(vpc);
    this.#closeDefaultGroup();
    this.functionGroupId = this.#createFunctionGroup();
    this.#openDynamoDb(args.region);
    new FlowLog(name, { vpcId: this.vpcId, logRetentionDays: args.logRetentionDays }, { parent: this });

    this.registerOutputs({
      vpcId: this.vpcId,
      subnetIds: this.subnetIds,
      functionGroupId: this.functionGroupId,
    });
  }

  #createVpc({ cidrBlock, zones, region }: NetworkArgs): Vpc {
    return new Vpc(
      this.#name,
      {
        cidrBlock,
        numberOfAvailabilityZones: zones,
        subnetStrategy: "Auto",
        subnetSpecs: [{ type: "Isolated", name: "functions" }],
        natGateways: { strategy: "None" },
        enableDnsSupport: true,
        enableDnsHostnames: true,
        // Puts the endpoint into the route table of every subnet.
        vpcEndpointStrategy: "Auto",
        vpcEndpointSpecs: [{ serviceName: dynamoDbService(region), vpcEndpointType: "Gateway" }],
        tags: { Name: physicalName(this.#name, "tag") },
      },
      { parent: this },
    );
  }

  /** Functions without a subnet would live outside of the network. */
  #namedSubnets(vpc: Vpc): pulumi.Output<string[]> {
    return asAnswered(vpc.isolatedSubnetIds).apply((ids) => {
      const named = ids?.filter((id) => id !== undefined);
      const mistake = `AWS named no subnet of network "${this.#name}"; run the deployment again`;
      return knownByNow(named?.length ? named : undefined, [], mistake);
    });
  }

  /** Whatever is put into the network without a group of its own can talk to nobody. */
  #closeDefaultGroup(): void {
    new aws.ec2.DefaultSecurityGroup(
      `${this.#name}-default`,
      { vpcId: this.vpcId, ingress: [], egress: [] },
      { parent: this },
    );
  }

  #createFunctionGroup(): pulumi.Output<string> {
    const name = `${this.#name}-functions`;
    const group = new aws.ec2.SecurityGroup(
      name,
      {
        name: physicalName(name, "securityGroup"),
        description: "Functions that live in the network",
        vpcId: this.vpcId,
      },
      { parent: this },
    );
    return group.id;
  }

  #openDynamoDb(region: string): void {
    const prefixList = aws.ec2.getPrefixListOutput({ name: dynamoDbService(region) }, { parent: this });
    new aws.vpc.SecurityGroupEgressRule(
      `${this.#name}-dynamodb`,
      {
        securityGroupId: this.functionGroupId,
        description: "DynamoDB, through its gateway endpoint",
        prefixListId: prefixList.id,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      { parent: this },
    );
  }
}

function dynamoDbService(region: string): string {
  return `com.amazonaws.${region}.dynamodb`;
}
