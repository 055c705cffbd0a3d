import * as atlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import { clusterArgs } from "./atlas-cluster-args.ts";
import type { AtlasTier } from "./atlas-tiers.ts";
import type { Link, LinkTarget } from "./link.ts";
import { Mistake } from "./mistake.ts";
import { physicalName, variablePrefix } from "./names.ts";
import type { Network } from "./network.ts";

export interface AtlasDatabaseArgs {
  organizationId: pulumi.Input<string>;
  /** AWS region, e.g. `eu-central-1`. */
  region: string;
  tier: AtlasTier;
  /** Largest tier that a dedicated cluster may grow to by itself; its own tier when not given. */
  tierCeiling?: AtlasTier;
  /** CIDR blocks that may connect over the internet. */
  accessList?: string[];
  /** Where functions reach the cluster privately; without one they come over the internet. */
  network?: Network;
  /** Who is told when the cluster is in trouble. */
  alertEmail?: string;
  /** Keep the data: protected by Pulumi and by Atlas, backups outlive the cluster. */
  protect?: boolean;
}

/**
 * A MongoDB Atlas project with one cluster and, in it, one database of the component's name. Nobody has a password:
 * each function that is linked gets a database user of its own, which is its IAM role.
 */
export class AtlasDatabase extends pulumi.ComponentResource {
  readonly databaseName: string;
  readonly projectId: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  /** Without user info: who connects proves it with the credentials of its role. */
  readonly connectionString: pulumi.Output<string>;
  readonly read: Link;
  readonly readWrite: Link;

  private readonly project: atlas.Project;
  private readonly cluster: atlas.AdvancedCluster;

  constructor(name: string, args: AtlasDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:atlas:AtlasDatabase", name, {}, opts);
    this.databaseName = name;
    this.project = new atlas.Project(
      name,
      { name: physicalName(name), orgId: args.organizationId },
      { parent: this },
    );
    this.cluster = this.createCluster(args);
    this.createAccessList(args);

    this.projectId = this.project.id;
    this.clusterName = this.cluster.name;
    this.connectionString = this.createConnectionString();
    this.read = this.link("read", "read");
    this.readWrite = this.link("readWrite", "readWrite");
    this.registerOutputs({
      projectId: this.projectId,
      clusterName: this.clusterName,
      connectionString: this.connectionString,
    });
  }

  private createCluster(args: AtlasDatabaseArgs): atlas.AdvancedCluster {
    return new atlas.AdvancedCluster(
      `${this.databaseName}-cluster`,
      { name: physicalName(this.databaseName), projectId: this.project.id, ...clusterArgs(args) },
      { parent: this },
    );
  }

  private createAccessList({ accessList = [] }: AtlasDatabaseArgs): void {
    for (const cidrBlock of accessList) {
      new atlas.ProjectIpAccessList(
        `${this.databaseName}-access-${cidrBlock}`,
        { projectId: this.project.id, cidrBlock, comment: "From the configuration of the stack" },
        { parent: this },
      );
    }
  }

  private createConnectionString(): pulumi.Output<string> {
    const options = new URLSearchParams({
      authMechanism: "MONGODB-AWS",
      authSource: "$external",
      retryWrites: "true",
      w: "majority",
      appName: physicalName(this.databaseName),
    });
    return pulumi.interpolate`${this.address()}/${this.databaseName}?${options.toString()}`;
  }

  /** Atlas tells it when the cluster is there: unknown in the preview of a new one. */
  private address(): pulumi.Output<string> {
    return this.cluster.connectionStrings.standardSrv.apply((address) => {
      if (!address) throw new Mistake(`Atlas gave no connection string for cluster "${this.databaseName}"`);
      return address;
    });
  }

  private link(access: "read" | "readWrite", roleName: string): Link {
    return {
      name: `${this.databaseName}.${access}`,
      variables: {
        [`${variablePrefix(this.databaseName)}_MONGODB_URI`]: this.connectionString,
        // The driver signs its proof of identity for the region's own STS endpoint.
        AWS_STS_REGIONAL_ENDPOINTS: "regional",
      },
      permissions: [],
      attach: (target) => this.createUser(target, roleName),
    };
  }

  private createUser(target: LinkTarget, roleName: string): void {
    new atlas.DatabaseUser(
      `${target.name}-${this.databaseName}-user`,
      {
        projectId: this.project.id,
        username: target.roleArn,
        awsIamType: "ROLE",
        authDatabaseName: "$external",
        roles: [{ roleName, databaseName: this.databaseName }],
        scopes: [{ name: this.cluster.name, type: "CLUSTER" }],
      },
      { parent: target.parent },
    );
  }
}
