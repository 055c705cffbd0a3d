import assert from "node:assert/strict";
import type { InvokeAnswers } from "../../tandem/program/invokes/invoke-answer.ts";
import { AtlasDatabase, type AtlasDatabaseArgs } from "../atlas-database.ts";
import { LambdaFunction } from "../lambda-function.ts";
import { Network } from "../network.ts";
import { declare } from "./support/declare.ts";

const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const USER = "mongodbatlas:index/databaseUser:DatabaseUser";
const ENTRY = "packages/components/tests/fixtures/hello.ts";
const REGION = "eu-central-1";
const free: AtlasDatabaseArgs = { organizationId: "5f0c0ffee0c0ffee0c0ffee0", region: REGION, tier: "M0" };
const dedicated: AtlasDatabaseArgs = {
  ...free,
  tier: "M30",
  tierCeiling: "M50",
  protect: true,
  alertEmail: "ops@example.com",
};
const OPTIONS =
  "authMechanism=MONGODB-AWS&authSource=%24external&retryWrites=true&w=majority&maxPoolSize=2&appName=tandem-dev-orders";

describe("AtlasDatabase on a free tier", () => {
  it("declares a project, a cluster and who may connect, and nothing else", async () => {
    const declared = await declare(
      () => void new AtlasDatabase("orders", { ...free, accessList: ["198.51.100.0/24", "203.0.113.7/32"] }),
    );
    assert.deepEqual(declared.counts(), {
      "tandem:atlas:AtlasDatabase": 1,
      "mongodbatlas:index/project:Project": 1,
      [CLUSTER]: 1,
      "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList": 2,
    });
    assert.deepEqual(
      declared
        .all("mongodbatlas:index/projectIpAccessList:ProjectIpAccessList")
        .map(({ inputs }) => inputs.cidrBlock),
      ["198.51.100.0/24", "203.0.113.7/32"],
    );
  });

  it("has no alerts, which Atlas gives to dedicated clusters only", async () => {
    const declared = await declare(
      () => void new AtlasDatabase("orders", { ...free, alertEmail: "ops@example.com" }),
    );
    assert.deepEqual(declared.names("mongodbatlas:index/alertConfiguration:AlertConfiguration"), []);
  });

  it("shares a machine on AWS in the stack's region", async () => {
    const declared = await declare(() => void new AtlasDatabase("orders", free));
    const { projectId, ...inputs } = declared.inputs(CLUSTER);
    assert.deepEqual(inputs, {
      name: "tandem-dev-orders",
      tags: { service: "tandem", stage: "dev" },
      clusterType: "REPLICASET",
      replicationSpecs: [
        {
          regionConfigs: [
            {
              providerName: "TENANT",
              backingProviderName: "AWS",
              electableSpecs: { instanceSize: "M0" },
              regionName: "EU_CENTRAL_1",
              priority: 7,
            },
          ],
        },
      ],
    });
    assert.equal(projectId, declared.one("mongodbatlas:index/project:Project").id);
    assert.equal(declared.one(CLUSTER).protect, false);
  });

  it("knows Flex as a provider without a size", async () => {
    const declared = await declare(() => void new AtlasDatabase("orders", { ...free, tier: "FLEX" }));
    assert.deepEqual(declared.inputs(CLUSTER).replicationSpecs, [
      {
        regionConfigs: [
          { providerName: "FLEX", backingProviderName: "AWS", regionName: "EU_CENTRAL_1", priority: 7 },
        ],
      },
    ]);
  });

  it("gives a connection string without user info that proves identity by role", async () => {
    const declared = await declare(() => {
      const { connectionString } = new AtlasDatabase("orders", free);
      return { connectionString };
    });
    const text = String(declared.recording.outputs.connectionString);
    assert.match(text, /^mongodb\+srv:\/\/tandem-dev-orders\.[a-z0-9]+\.mongodb\.net\/orders\?/);
    assert.equal(text.slice(text.indexOf("?") + 1), OPTIONS);
  });

  it("is no reason for a preview to fail while the address is unknown", async () => {
    const declared = await declare(
      () => {
        const orders = new AtlasDatabase("orders", free);
        new LambdaFunction("reader", { entry: ENTRY, links: [orders.read] });
        return { connectionString: orders.connectionString };
      },
      { preview: true },
    );
    assert.deepEqual(declared.recording.outputs.connectionString, { $: "unknown" });
  });
});

describe("AtlasDatabase on a dedicated tier", () => {
  it("declares a backup schedule and two alerts besides", async () => {
    const declared = await declare(() => void new AtlasDatabase("orders", dedicated));
    assert.deepEqual(declared.counts(), {
      "tandem:atlas:AtlasDatabase": 1,
      "mongodbatlas:index/project:Project": 1,
      [CLUSTER]: 1,
      "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule": 1,
      "tandem:atlas:AtlasAlerts": 1,
      "mongodbatlas:index/alertConfiguration:AlertConfiguration": 2,
    });
  });

  it("is hardened, backed up, kept, and grows up to its ceiling", async () => {
    const declared = await declare(() => void new AtlasDatabase("orders", dedicated));
    const { projectId: _, ...inputs } = declared.inputs(CLUSTER);
    assert.deepEqual(inputs, {
      name: "tandem-dev-orders",
      tags: { service: "tandem", stage: "dev" },
      clusterType: "REPLICASET",
      mongoDbMajorVersion: "8.0",
      replicationSpecs: [
        {
          regionConfigs: [
            {
              providerName: "AWS",
              regionName: "EU_CENTRAL_1",
              priority: 7,
              electableSpecs: { instanceSize: "M30", nodeCount: 3 },
              autoScaling: {
                diskGbEnabled: true,
                computeEnabled: true,
                computeScaleDownEnabled: true,
                computeMinInstanceSize: "M30",
                computeMaxInstanceSize: "M50",
              },
            },
          ],
        },
      ],
      useEffectiveFields: true,
      advancedConfiguration: { minimumEnabledTlsProtocol: "TLS1_2", javascriptEnabled: false },
      backupEnabled: true,
      pitEnabled: true,
      terminationProtectionEnabled: true,
      retainBackupsEnabled: true,
    });
    assert.equal(declared.one(CLUSTER).protect, true);
    assert.equal(declared.one("mongodbatlas:index/project:Project").protect, true);
    assert.equal(declared.one("mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule").protect, true);
  });

  it("keeps its backups beyond its end: lifting its protection changes nothing else", async () => {
    const [kept, lifted] = await Promise.all(
      [true, false].map((protect) =>
        declare(() => void new AtlasDatabase("orders", { ...dedicated, protect })),
      ),
    );
    assert.deepEqual(lifted?.inputs(CLUSTER), {
      ...kept?.inputs(CLUSTER),
      terminationProtectionEnabled: false,
    });
    assert.equal(lifted?.inputs(CLUSTER).retainBackupsEnabled, true);
  });

  it("keeps its size where no larger one is allowed", async () => {
    const declared = await declare(
      () => void new AtlasDatabase("orders", { ...dedicated, tierCeiling: undefined }),
    );
    assert.partialDeepStrictEqual(declared.inputs(CLUSTER), {
      replicationSpecs: [
        { regionConfigs: [{ autoScaling: { diskGbEnabled: true, computeEnabled: false } }] },
      ],
    });
  });

  it("can be restored to any second of the last week", async () => {
    const declared = await declare(() => void new AtlasDatabase("orders", dedicated));
    const inputs = declared.inputs("mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule");
    assert.equal(inputs.restoreWindowDays, 7);
    assert.equal(inputs.clusterName, "tandem-dev-orders");
    assert.deepEqual(inputs.policyItemMonthlies, [
      { frequencyInterval: 40, retentionUnit: "months", retentionValue: 12 },
    ]);
  });

  it("tells the address of processor and replication lag, which no alert of Atlas's own watches so early", async () => {
    const declared = await declare(() => void new AtlasDatabase("orders", dedicated));
    const alerts = declared.all("mongodbatlas:index/alertConfiguration:AlertConfiguration");
    const watched = alerts.map(({ inputs }) => inputs.metricThresholdConfig);
    const above = { operator: "GREATER_THAN", mode: "AVERAGE" };
    assert.deepEqual(watched, [
      { metricName: "NORMALIZED_SYSTEM_CPU_USER", threshold: 80, units: "RAW", ...above },
      { metricName: "OPLOG_SLAVE_LAG_MASTER_TIME", threshold: 60, units: "SECONDS", ...above },
    ]);
    for (const { inputs } of alerts) {
      assert.equal(inputs.enabled, true);
      // Alerts on the metrics of hosts match no cluster's name; the project has one cluster.
      assert.equal(inputs.matchers, undefined);
      assert.deepEqual(inputs.notifications, [
        { typeName: "EMAIL", emailAddress: "ops@example.com", delayMin: 5, intervalMin: 60 },
      ]);
    }
  });

  it("alerts nobody where no address is given", async () => {
    const declared = await declare(
      () => void new AtlasDatabase("orders", { ...dedicated, alertEmail: undefined }),
    );
    assert.deepEqual(declared.names("mongodbatlas:index/alertConfiguration:AlertConfiguration"), []);
  });
});

describe("AtlasDatabase after its tier was changed", () => {
  const token = "mongodbatlas:index/getAdvancedCluster:getAdvancedCluster";
  const due = async (args: AtlasDatabaseArgs, answer?: Record<string, unknown>) => {
    const invokes: InvokeAnswers = answer === undefined ? {} : { [token]: answer };
    const program = () => ({ due: new AtlasDatabase("orders", args).due });
    return (await declare(program, { invokes })).recording.outputs.due;
  };

  it("says what of it Atlas left off, which a second deployment turns on", async () => {
    assert.deepEqual(await due(dedicated, { backupEnabled: true, pitEnabled: false }), [
      "cluster tandem-dev-orders: point-in-time recovery is still off; a second deployment turns it on",
    ]);
    assert.deepEqual(await due(dedicated, { backupEnabled: false, terminationProtectionEnabled: false }), [
      "cluster tandem-dev-orders: backup is still off; a second deployment turns it on",
      "cluster tandem-dev-orders: termination protection is still off; a second deployment turns it on",
    ]);
  });

  it("has nothing to say where all is as declared, or was not asked for", async () => {
    assert.deepEqual(await due(dedicated), []);
    assert.deepEqual(
      await due({ ...dedicated, protect: false }, { terminationProtectionEnabled: false }),
      [],
    );
    assert.deepEqual(await due(free, { pitEnabled: false }), []);
  });
});

describe("AtlasDatabase linked to functions", () => {
  it("makes the role of each function a user of its own, scoped to the cluster and to what it may do", async () => {
    const declared = await declare(() => {
      const orders = new AtlasDatabase("orders", free);
      new LambdaFunction("reader", { entry: ENTRY, links: [orders.read] });
      new LambdaFunction("writer", { entry: ENTRY, links: [orders.readWrite] });
    });
    const roles = { reader: "read", writer: "readWrite" };
    assert.deepEqual(declared.names(USER), ["reader-orders-user", "writer-orders-user"]);
    for (const [name, roleName] of Object.entries(roles)) {
      const { projectId: _, ...inputs } = declared.inputs(USER, `${name}-orders-user`);
      assert.deepEqual(inputs, {
        username: `arn:aws:iam::123456789012:role/tandem-dev-${name}`,
        awsIamType: "ROLE",
        authDatabaseName: "$external",
        roles: [{ roleName, databaseName: "orders" }],
        scopes: [{ name: "tandem-dev-orders", type: "CLUSTER" }],
      });
    }
  });

  it("gives them the connection string, no password and no permission in AWS", async () => {
    const declared = await declare(() => {
      const { read } = new AtlasDatabase("orders", free);
      return { variables: read.variables, permissions: read.permissions };
    });
    const { variables, permissions } = declared.recording.outputs as {
      variables: object;
      permissions: unknown;
    };
    assert.deepEqual(Object.keys(variables), ["AWS_STS_REGIONAL_ENDPOINTS", "ORDERS_MONGODB_URI"]);
    assert.deepEqual(permissions, []);
  });

  it("refuses more workers than the cluster takes connections, naming both numbers", async () => {
    await assert.rejects(
      declare(() => {
        const orders = new AtlasDatabase("orders", dedicated);
        new LambdaFunction("reader", { entry: ENTRY, links: [orders.read], reservedConcurrency: 500 });
        new LambdaFunction("writer", { entry: ENTRY, links: [orders.readWrite], reservedConcurrency: 301 });
      }),
      {
        message:
          'Function "writer" is one too many for database "orders": its functions reserve 801 workers with 3 ' +
          "connections each, 2403 in all, and 2400 may be planned on a cluster of tier M30 (80 % of 3000). " +
          "Lower reservedConcurrency or raise atlasTier.",
      },
    );
  });

  it("takes exactly as many as fit", async () => {
    const declared = await declare(() => {
      const orders = new AtlasDatabase("orders", dedicated);
      new LambdaFunction("reader", { entry: ENTRY, links: [orders.read], reservedConcurrency: 800 });
    });
    assert.equal(declared.inputs("aws:lambda/function:Function").reservedConcurrentExecutions, 800);
  });
});

describe("AtlasDatabase in a private network", () => {
  const privately = () => {
    const network = new Network("network", { cidrBlock: "10.0.0.0/16", zones: 2, region: REGION });
    const orders = new AtlasDatabase("orders", { ...dedicated, network });
    new LambdaFunction("reader", { entry: ENTRY, links: [orders.read] });
    const { vpcId, subnetIds, functionGroupId } = network;
    return { vpcId, subnetIds, functionGroupId, connectionString: orders.connectionString };
  };

  it("is reached by PrivateLink from end to end", async () => {
    const declared = await declare(privately);
    const { vpcId, subnetIds } = declared.recording.outputs;
    const offer = declared.one("mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint");
    const endpoint = declared.one("aws:ec2/vpcEndpoint:VpcEndpoint");
    const group = declared.one("aws:ec2/securityGroup:SecurityGroup", "orders-link-endpoint");
    assert.partialDeepStrictEqual(offer.inputs, { providerName: "AWS", region: "EU_CENTRAL_1" });
    assert.deepEqual(endpoint.inputs, {
      vpcId,
      serviceName: offer.outputs.endpointServiceName,
      vpcEndpointType: "Interface",
      subnetIds,
      securityGroupIds: [group.id],
      tags: { Name: "tandem-dev-orders-link" },
    });
    const service = declared.inputs(
      "mongodbatlas:index/privateLinkEndpointService:PrivateLinkEndpointService",
    );
    assert.partialDeepStrictEqual(service, {
      providerName: "AWS",
      privateLinkId: offer.outputs.privateLinkId,
      endpointServiceId: endpoint.id,
    });
  });

  it("gives its private address", async () => {
    const declared = await declare(privately);
    const text = String(declared.recording.outputs.connectionString);
    assert.match(text, /^mongodb\+srv:\/\/tandem-dev-orders-pl-0\.[a-z0-9]+\.mongodb\.net\/orders\?/);
  });

  it("lets functions through to the endpoint, and opens nothing else", async () => {
    const declared = await declare(privately);
    const { functionGroupId } = declared.recording.outputs;
    const group = declared.one("aws:ec2/securityGroup:SecurityGroup", "orders-link-endpoint").id;
    const ports = { fromPort: 1024, toPort: 65535, ipProtocol: "tcp" };
    assert.deepEqual(declared.inputs("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"), {
      securityGroupId: group,
      description: "From the functions of the network",
      referencedSecurityGroupId: functionGroupId,
      ...ports,
    });
    assert.deepEqual(
      declared.inputs("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "orders-link-to-endpoint"),
      {
        securityGroupId: functionGroupId,
        description: "To the endpoint of the Atlas cluster",
        referencedSecurityGroupId: group,
        ...ports,
      },
    );
  });

  it("places the functions that are linked to it", async () => {
    const declared = await declare(privately);
    const { subnetIds, functionGroupId } = declared.recording.outputs;
    assert.deepEqual(declared.inputs("aws:lambda/function:Function").vpcConfig, {
      subnetIds,
      securityGroupIds: [functionGroupId],
    });
  });

  it("is no reason for a preview to fail while the endpoint is not there", async () => {
    const declared = await declare(privately, { preview: true });
    assert.deepEqual(declared.recording.outputs.connectionString, { $: "unknown" });
  });

  it("says what to do when Atlas has no private address yet", async () => {
    const token = "mongodbatlas:index/getAdvancedCluster:getAdvancedCluster";
    await assert.rejects(
      declare(privately, { invokes: { [token]: { connectionStrings: { privateEndpoints: [] } } } }),
      /Atlas gave no private address for orders-link through endpoint vpce-\w+\. It can take Atlas an hour/,
    );
  });
});
