import * as atlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import { asAnswered, knownByNow } from "./as-answered.ts";
import { AtlasAlerts } from "./atlas-alerts.ts";
import { backupSchedule } from "./atlas-backup-schedule.ts";
import { type ClusterSettings, clusterArgs, laterAddress } from "./atlas-cluster-args.ts";
import { dueOf } from "./atlas-due.ts";
import { AtlasPrivateLink } from "./atlas-private-link.ts";
import { type AtlasTier, isDedicated, priceOf } from "./atlas-tiers.ts";
import { ConnectionBudget, POOL_SIZE } from "./connection-budget.ts";
import { declared, soFar } from "./declared.ts";
import type { Cluster, DatabaseRole, Link, LinkTarget } from "./link.ts";
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

type Access = DatabaseRole["roleName"];

/**
 * A MongoDB Atlas project with one cluster and, in it, one database of the component's name. Nobody has a password:
 * each function that is linked gets a database user of its own, which is its IAM role.
 */
export class AtlasDatabase extends pulumi.ComponentResource implements Cluster {
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

  readonly #budget: ConnectionBudget;
  readonly #network: Network | undefined;

  constructor(name: string, args: AtlasDatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:atlas:AtlasDatabase", name, {}, opts);
    this.databaseName = name;
    this.#budget = new ConnectionBudget(name, args.tier);
    this.#network = args.network;
    warnOfSecondCluster(name, args.tier, this);

    this.projectId = this.#createProject(args).id;
    const cluster = this.#createCluster(args);
    this.clusterName = cluster.name;
    this.#createAccessList(args);
    if (isDedicated(args.tier)) this.#createBackupSchedule(args);
    if (isDedicated(args.tier) && args.alertEmail) this.#createAlerts(args.alertEmail);
    this.connectionString = this.#createConnectionString(cluster, args);
    this.due = dueOf(cluster, clusterArgs(args), this);

    this.read = this.linkTo(name, "read");
    this.readWrite = this.linkTo(name, "readWrite");
    declared("databases", name, this);
    this.registerOutputs({
      projectId: this.projectId,
      clusterName: this.clusterName,
      connectionString: this.connectionString,
      due: this.due,
    });
  }

  #createProject({ organizationId, protect }: AtlasDatabaseArgs): atlas.Project {
    return new atlas.Project(
      this.databaseName,
      { name: physicalName(this.databaseName, "atlasProject"), orgId: organizationId, tags: identityTags() },
      { parent: this, protect },
    );
  }

  #createCluster(args: AtlasDatabaseArgs): atlas.AdvancedCluster {
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

  #createAccessList({ accessList = [] }: AtlasDatabaseArgs): void {
    for (const cidrBlock of accessList) {
      new atlas.ProjectIpAccessList(
        `${this.databaseName}-access-${cidrBlock}`,
        { projectId: this.projectId, cidrBlock, comment: "From the configuration of the stack" },
        { parent: this },
      );
    }
  }

  /** Protected with the cluster, which would go on without a single backup. */
  #createBackupSchedule({ protect }: AtlasDatabaseArgs): void {
    new atlas.CloudBackupSchedule(
      `${this.databaseName}-backup`,
      { projectId: this.projectId, clusterName: this.clusterName, ...backupSchedule },
      { parent: this, protect },
    );
  }

  #createAlerts(email: pulumi.Input<string>): void {
    new AtlasAlerts(`${this.databaseName}-alert`, { projectId: this.projectId, email }, { parent: this });
  }

  #createConnectionString(cluster: atlas.AdvancedCluster, args: AtlasDatabaseArgs): pulumi.Output<string> {
    const address = args.network ? this.#privateAddress(args, args.network) : this.#publicAddress(cluster);
    const options = new URLSearchParams({
      authMechanism: "MONGODB-AWS",
      authSource: "$external",
      retryWrites: "true",
      w: "majority",
      maxPoolSize: String(POOL_SIZE),
      appName: physicalName(this.databaseName, "atlasCluster"),
    });
    return pulumi.interpolate`${address}/${this.databaseName}?${options.toString()}`;
  }

  #privateAddress({ region }: AtlasDatabaseArgs, network: Network): pulumi.Output<string> {
    const { projectId, clusterName } = this;
    const name = `${this.databaseName}-link`;
    return new AtlasPrivateLink(name, { projectId, clusterName, region, network }, { parent: this }).address;
  }

  /** Atlas tells it once the cluster is there: unknown in the preview of a new one. */
  #publicAddress(cluster: atlas.AdvancedCluster): pulumi.Output<string> {
    return asAnswered(cluster.connectionStrings).apply((strings) =>
      knownByNow(
        strings?.standardSrv,
        laterAddress,
        `Atlas gave no address for cluster "${this.databaseName}" yet; run the deployment again with --refresh`,
      ),
    );
  }

  /** To one database of the cluster: its own, or that of an `AtlasCollection`. */
  linkTo(database: string, access: Access): Link {
    const network = this.#network;
    return {
      name: `${database}.${access}`,
      variables: {
        [`${variablePrefix(database)}_MONGODB_URI`]: this.#connectionStringOf(database),
        // The driver proves who it is to the STS of the region.
        AWS_STS_REGIONAL_ENDPOINTS: "regional",
      },
      permissions: [],
      admission: { cluster: this, role: { roleName: access, databaseName: database } },
      placement: network && { subnetIds: network.subnetIds, securityGroupIds: [network.functionGroupId] },
    };
  }

  /** The databases of a cluster share its address, and so a function's connections. */
  #connectionStringOf(database: string): pulumi.Output<string> {
    if (database === this.databaseName) return this.connectionString;
    const [from, to] = [`/${this.databaseName}?`, `/${database}?`];
    return this.connectionString.apply((text) => text.replace(from, to));
  }

  /** Makes the function's role a user of these databases alone. */
  admit({ name, parent, roleArn, reservedConcurrency }: LinkTarget, roles: DatabaseRole[]): void {
    if (reservedConcurrency !== undefined) this.#budget.reserve(name, reservedConcurrency);
    new atlas.DatabaseUser(
      `${name}-${this.databaseName}-user`,
      {
        projectId: this.projectId,
        username: roleArn,
        awsIamType: "ROLE",
        authDatabaseName: "$external",
        roles,
        scopes: [{ name: this.clusterName, type: "CLUSTER" }],
      },
      { parent },
    );
  }
}

/** Most programs mean a second collection: a cluster for each subject is paid for each subject. */
function warnOfSecondCluster(name: string, tier: AtlasTier, resource: pulumi.Resource): void {
  const others = soFar("databases").map(({ databaseName }) => databaseName);
  if (others.length === 0) return;
  const first = others[0];
  void pulumi.log.warn(
    `AtlasDatabase "${name}" is a second cluster beside "${first}", of tier ${tier} (${priceOf(tier)}); ` +
      `new AtlasCollection("${name}", { cluster: ${first} }) would be a database of its own in the first one`,
    resource,
  );
}
