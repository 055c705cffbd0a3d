/** `awsx.ec2.Vpc` as its plugin builds it of the arguments that a program gives: a process of its own, written with the SDK's own server. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { main } from "@pulumi/pulumi/provider/server.js";

interface VpcArgs {
  cidrBlock: string;
  numberOfAvailabilityZones: number;
  subnetSpecs: { type: string; name: string }[];
  vpcEndpointSpecs: { serviceName: string; vpcEndpointType: string }[];
  enableDnsSupport: boolean;
  enableDnsHostnames: boolean;
  tags: Record<string, string>;
}

const BITS_OF_NETWORK = 8;

class Vpc extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly isolatedSubnetIds: pulumi.Output<string>[];

  constructor(name: string, args: VpcArgs, opts: pulumi.ComponentResourceOptions) {
    super("awsx:ec2:Vpc", name, {}, opts);
    const { cidrBlock, enableDnsSupport, enableDnsHostnames, tags } = args;
    const vpc = new aws.ec2.Vpc(
      name,
      { cidrBlock, enableDnsSupport, enableDnsHostnames, tags },
      { parent: this },
    );
    this.vpcId = vpc.id;
    const zones = Array.from({ length: args.numberOfAvailabilityZones }, (_, zone) => zone);
    const made = args.subnetSpecs.flatMap((spec) =>
      zones.map((zone) => this.#subnet(`${name}-${spec.name}-${zone + 1}`, vpc, cidrBlock, zone)),
    );
    this.isolatedSubnetIds = made.map(({ subnet }) => subnet.id);
    for (const { serviceName, vpcEndpointType } of args.vpcEndpointSpecs) {
      const routeTableIds = made.map(({ table }) => table.id);
      new aws.ec2.VpcEndpoint(
        `${name}-${serviceName}`,
        { vpcId: vpc.id, serviceName, vpcEndpointType, routeTableIds },
        { parent: vpc },
      );
    }
    this.registerOutputs({ vpcId: this.vpcId, isolatedSubnetIds: this.isolatedSubnetIds });
  }

  #subnet(name: string, vpc: aws.ec2.Vpc, network: string, zone: number) {
    const [first, second] = network.split(".");
    const cidrBlock = `${first}.${second}.${zone * BITS_OF_NETWORK}.0/24`;
    const availabilityZone = `eu-central-1${"abc"[zone]}`;
    const subnet = new aws.ec2.Subnet(name, { vpcId: vpc.id, cidrBlock, availabilityZone }, { parent: vpc });
    const table = new aws.ec2.RouteTable(name, { vpcId: vpc.id, tags: { Name: name } }, { parent: subnet });
    new aws.ec2.RouteTableAssociation(
      name,
      { subnetId: subnet.id, routeTableId: table.id },
      { parent: table },
    );
    return { subnet, table };
  }
}

await main(
  {
    version: "3.9.0",
    async construct(name, type, inputs, options) {
      if (type !== "awsx:ec2:Vpc") throw new Error(`This awsx makes no ${type}`);
      const vpc = new Vpc(name, inputs as unknown as VpcArgs, options);
      return {
        urn: vpc.urn,
        state: { vpcId: vpc.vpcId, isolatedSubnetIds: vpc.isolatedSubnetIds },
      };
    },
  },
  ["127.0.0.1:1"],
);
process.stdin.resume().on("end", () => process.exit());
