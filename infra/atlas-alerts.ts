import * as atlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";

export interface AtlasAlertsArgs {
  projectId: pulumi.Input<string>;
  clusterName: pulumi.Input<string>;
  /** Who is told. */
  email: pulumi.Input<string>;
}

interface Threshold {
  metricName: string;
  threshold: number;
  units: "RAW" | "SECONDS";
}

/** Minutes for which a value must be too high before somebody is told, and between two messages. */
const delayMin = 5;
const intervalMin = 60;

const thresholds: Record<string, Threshold> = {
  // Per cent of what the tier takes.
  connections: { metricName: "CONNECTIONS_PERCENT", threshold: 80, units: "RAW" },
  disk: { metricName: "DISK_PARTITION_SPACE_USED_DATA", threshold: 80, units: "RAW" },
  cpu: { metricName: "NORMALIZED_SYSTEM_CPU_USER", threshold: 80, units: "RAW" },
  "replication-lag": { metricName: "OPLOG_SLAVE_LAG_MASTER_TIME", threshold: 60, units: "SECONDS" },
};

/** Tells somebody when a cluster runs out of connections, disk or processor, or its copies fall behind. */
export class AtlasAlerts extends pulumi.ComponentResource {
  constructor(name: string, args: AtlasAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:atlas:AtlasAlerts", name, {}, opts);
    const alerts = Object.entries(thresholds).map(([what, threshold]) =>
      this.createAlert(`${name}-${what}`, args, threshold),
    );
    this.registerOutputs({ alertIds: alerts.map((alert) => alert.alertConfigurationId) });
  }

  private createAlert(
    name: string,
    { projectId, clusterName, email }: AtlasAlertsArgs,
    threshold: Threshold,
  ): atlas.AlertConfiguration {
    return new atlas.AlertConfiguration(
      name,
      {
        projectId,
        enabled: true,
        eventType: "OUTSIDE_METRIC_THRESHOLD",
        matchers: [{ fieldName: "CLUSTER_NAME", operator: "EQUALS", value: clusterName }],
        metricThresholdConfig: { ...threshold, operator: "GREATER_THAN", mode: "AVERAGE" },
        notifications: [{ typeName: "EMAIL", emailAddress: email, delayMin, intervalMin }],
      },
      { parent: this },
    );
  }
}
