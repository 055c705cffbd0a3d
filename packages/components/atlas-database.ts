import * as atlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import { asAnswered, knownByNow } from "./as-answered.ts";
import { AtlasAlerts } from "./atlas-alerts.ts";
import { backupSchedule } from "./atlas-backup-schedule.ts";
import { type ClusterSettings, clusterArgs, laterAddress } from "./atlas-cluster-args.ts";
import { dueOf } from "./atlas-due.ts";
import { AtlasPrivateLink } from "./atlas-private-link.ts";
import { isDedicated } from "./atlas-tiers.ts";
import { ConnectionBudget, poolSize } from "./connection-budget.ts";
import { declared } from "./declared.ts";
import type { Link, LinkTarget } from "./link.ts";
import { identityTags, physicalName, variablePrefix } from "./names.ts";
import type { Network } from "./network.ts";

export interface AtlasDatabaseArgs extends ClusterSettings {
  organizationId: pulumi.Input<string>;
  /** CIDR blocks that may connect over the internet. */
  accessList?: string[];
  /** Where functions reach the cluster privately; without one they come over the internet. */
  network?: Network;
  /** Who is told when a dedicated cluster is in trouble. */
  alertEmail?: pulumi.Input<string>;
}

type Access = "read" | "readWrite";

/**
 * A MongoDB Atlas project with one cluster and, in it, one database of the component's name. Nobody has a password:
 * each function that is linked gets a database user of its own, which is its IAM role.
 */
export class AtlasDatabase extends pulumi.ComponentResource {
  /** Also the logical name. */
  readonly databaseName: string;
  readonly projectId: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  /** Without user info: who connects proves it with the credentials of its role. */
  readonly connectionString: pulumi.Output<string>;
  /** What was asked of the cluster and takes a second deployment; empty where there is nothing. */
  readonly due: pulumi.Output<string[]>;
  readonly read: Link;
  readonly readWrite: Link;

  private readonly budget: ConnectionBudget;

  constructor(name: string, args: AtlasDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:atlas:AtlasDatabase", name, {}, opts);
    this.databaseName = name;
    this.budget = new ConnectionBudget(name, args.tier);

    this.projectId = this.createProject(args).id;
    const cluster = this.createCluster(args);
    this.clusterName = cluster.name;
    this.createAccessList(args);
    if (isDedicated(args.tier)) this.createBackupSchedule(args);
    if (isDedicated(args.tier) && args.alertEmail) this.createAlerts(args.alertEmail);
    this.connectionString = this.createConnectionString(cluster, args);
    this.due = dueOf(cluster, clusterArgs(args), this);

    this.read = this.createLink("read", args.network);
    this.readWrite = this.createLink("readWrite", args.network);
    declared("databases", name, this);
    this.registerOutputs({
      projectId: this.projectId,
      clusterName: this.clusterName,
      connectionString: this.connectionString,
      due: this.due,
    });
  }

  private createProject({ organizationId, protect }: AtlasDatabaseArgs): atlas.Project {
    return new atlas.Project(
      this.databaseName,
      { name: physicalName(this.databaseName, "atlasProject"), orgId: organizationId, tags: identityTags() },
      { parent: this, protect },
    );
  }

  private createCluster(args: AtlasDatabaseArgs): atlas.AdvancedCluster {
    return new atlas.AdvancedCluster(
      `${this.databaseName}-cluster`,
      {
        name: physicalName(this.databaseName, "atlasCluster"),
        projectId: this.projectId,
        tags: identityTags(),
        ...clusterArgs(args),
      },
      { parent: this, protect: args.protect },
    );
  }

  private createAccessList({ accessList = [] }: AtlasDatabaseArgs): void {
    for (const cidrBlock of accessList) {
      new atlas.ProjectIpAccessList(
        `${this.databaseName}-access-${cidrBlock}`,
        { projectId: this.projectId, cidrBlock, comment: "From the configuration of the stack" },
        { parent: this },
      );
    }
  }

  /** Protected with the cluster, which would go on without a single backup. */
  private createBackupSchedule({ protect }: AtlasDatabaseArgs): void {
    new atlas.CloudBackupSchedule(
      `${this.databaseName}-backup`,
      { projectId: this.projectId, clusterName: this.clusterName, ...backupSchedule },
      { parent: this, protect },
    );
  }

  private createAlerts(email: pulumi.Input<string>): void {
    new AtlasAlerts(`${this.databaseName}-alert`, { projectId: this.projectId, email }, { parent: this });
  }

  private createConnectionString(
    cluster: atlas.AdvancedCluster,
    args: AtlasDatabaseArgs,
  ): pulumi.Output<string> {
    const address = args.network ? this.privateAddress(args, args.network) : this.publicAddress(cluster);
    const options = new URLSearchParams({
      authMechanism: "MONGODB-AWS",
      authSource: "$external",
      retryWrites: "true",
      w: "majority",
      maxPoolSize: String(poolSize),
      appName: physicalName(this.databaseName, "atlasCluster"),
    });
    return pulumi.interpolate`${address}/${this.databaseName}?${options.toString()}`;
  }

  private privateAddress({ region }: AtlasDatabaseArgs, network: Network): pulumi.Output<string> {
    const { projectId, clusterName } = this;
    const name = `${this.databaseName}-link`;
    return new AtlasPrivateLink(name, { projectId, clusterName, region, network }, { parent: this }).address;
  }

  /** Atlas tells it once the cluster is there: unknown in the preview of a new one. */
  private publicAddress(cluster: atlas.AdvancedCluster): pulumi.Output<string> {
    return asAnswered(cluster.connectionStrings).apply((strings) =>
      knownByNow(
        strings?.standardSrv,
        laterAddress,
        `Atlas gave no address for cluster "${this.databaseName}" yet; run the deployment again with --refresh`,
      ),
    );
  }

  private createLink(access: Access, network: Network | undefined): Link {
    return {
      name: `${this.databaseName}.${access}`,
      variables: {
        [`${variablePrefix(this.databaseName)}_MONGODB_URI`]: this.connectionString,
        // The driver proves who it is to the STS of the region.
        AWS_STS_REGIONAL_ENDPOINTS: "regional",
      },
      permissions: [],
      attach: (target) => this.admit(target, access),
      placement: network && { subnetIds: network.subnetIds, securityGroupIds: [network.functionGroupId] },
    };
  }

  /** Makes the function's role a user of this one database. */
  private admit({ name, parent, roleArn, reservedConcurrency }: LinkTarget, access: Access): void {
    if (reservedConcurrency !== undefined) this.budget.reserve(name, reservedConcurrency);
    new atlas.DatabaseUser(
      `${name}-${this.databaseName}-user`,
      {
        projectId: this.projectId,
        username: roleArn,
        awsIamType: "ROLE",
        authDatabaseName: "$external",
        roles: [{ roleName: access, databaseName: this.databaseName }],
        scopes: [{ name: this.clusterName, type: "CLUSTER" }],
      },
      { parent },
    );
  }
}
