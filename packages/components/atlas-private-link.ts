import * as aws from "@pulumi/aws";
import * as atlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import { asAnswered, knownByNow } from "./as-answered.ts";
import { atlasRegion, laterAddress } from "./atlas-cluster-args.ts";
import { physicalName } from "./names.ts";
import type { Network } from "./network.ts";

export interface AtlasPrivateLinkArgs {
  projectId: pulumi.Input<string>;
  clusterName: pulumi.Input<string>;
  /** AWS region, e.g. `eu-central-1`. */
  region: string;
  network: Network;
}

/** Behind one endpoint Atlas numbers the nodes of all clusters by port. */
const ports = { fromPort: 1024, toPort: 65_535, ipProtocol: "tcp" };

/**
 * Brings an Atlas cluster into a private network: Atlas offers an endpoint service, the network gets an interface that
 * leads to it, and Atlas is told of the interface. Only then the cluster has a private address.
 */
export class AtlasPrivateLink extends pulumi.ComponentResource {
  /** `mongodb+srv://…` as seen from the network. */
  readonly address: pulumi.Output<string>;

  readonly #name: string;

  constructor(name: string, args: AtlasPrivateLinkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:atlas:AtlasPrivateLink", name, {}, opts);
    this.#name = name;
    const offer = this.#createOffer(args);
    const endpoint = this.#createEndpoint(args, offer);
    const service = this.#createService(args, offer, endpoint);
    this.address = this.#findAddress(args, endpoint, service);
    this.registerOutputs({ address: this.address });
  }

  #createOffer({ projectId, region }: AtlasPrivateLinkArgs): atlas.PrivateLinkEndpoint {
    return new atlas.PrivateLinkEndpoint(
      `${this.#name}-offer`,
      { projectId, providerName: "AWS", region: atlasRegion(region) },
      { parent: this },
    );
  }

  #createEndpoint({ network }: AtlasPrivateLinkArgs, offer: atlas.PrivateLinkEndpoint): aws.ec2.VpcEndpoint {
    return new aws.ec2.VpcEndpoint(
      `${this.#name}-endpoint`,
      {
        vpcId: network.vpcId,
        serviceName: offer.endpointServiceName,
        vpcEndpointType: "Interface",
        subnetIds: network.subnetIds,
        securityGroupIds: [this.#createGroup(network)],
        tags: { Name: physicalName(this.#name, "tag") },
      },
      { parent: this },
    );
  }

  /** Lets the network's functions through to the endpoint, and nobody else. */
  #createGroup(network: Network): pulumi.Output<string> {
    const name = `${this.#name}-endpoint`;
    const group = new aws.ec2.SecurityGroup(
      name,
      {
        name: physicalName(name, "securityGroup"),
        description: "Endpoint of the Atlas cluster",
        vpcId: network.vpcId,
      },
      { parent: this },
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${this.#name}-from-functions`,
      {
        securityGroupId: group.id,
        description: "From the functions of the network",
        referencedSecurityGroupId: network.functionGroupId,
        ...ports,
      },
      { parent: this },
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${this.#name}-to-endpoint`,
      {
        securityGroupId: network.functionGroupId,
        description: "To the endpoint of the Atlas cluster",
        referencedSecurityGroupId: group.id,
        ...ports,
      },
      { parent: this },
    );
    return group.id;
  }

  #createService(
    { projectId }: AtlasPrivateLinkArgs,
    offer: atlas.PrivateLinkEndpoint,
    endpoint: aws.ec2.VpcEndpoint,
  ): atlas.PrivateLinkEndpointService {
    return new atlas.PrivateLinkEndpointService(
      `${this.#name}-service`,
      {
        projectId,
        providerName: "AWS",
        privateLinkId: offer.privateLinkId,
        endpointServiceId: endpoint.id,
      },
      { parent: this },
    );
  }

  /** The cluster was read before it had a private address: it is read again once it has one. */
  #findAddress(
    { projectId, clusterName }: AtlasPrivateLinkArgs,
    endpoint: aws.ec2.VpcEndpoint,
    service: atlas.PrivateLinkEndpointService,
  ): pulumi.Output<string> {
    const cluster = atlas.getAdvancedClusterOutput(
      { projectId, name: clusterName },
      { parent: this, dependsOn: [service] },
    );
    return pulumi.all([asAnswered(cluster.connectionStrings), endpoint.id]).apply(([strings, endpointId]) => {
      const own = strings?.privateEndpoints?.find((candidate) =>
        candidate?.endpoints?.some((connected) => connected?.endpointId === endpointId),
      );
      return knownByNow(
        own?.srvConnectionString,
        laterAddress,
        `Atlas gave no private address for ${this.#name} through endpoint ${endpointId}. ` +
          "It can take Atlas an hour to make one; run the deployment again.",
      );
    });
  }
}
