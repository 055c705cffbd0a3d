import * as atlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";

export interface AtlasAlertsArgs {
  /** Its hosts are watched, all of them: of a project with one cluster. */
  projectId: pulumi.Input<string>;
  /** Who is told. */
  email: pulumi.Input<string>;
}

interface Threshold {
  metricName: string;
  threshold: number;
  units: "RAW" | "SECONDS";
}

/** Minutes for which a value must be too high before somebody is told, and between two messages. */
const DELAY_MIN = 5;
const INTERVAL_MIN = 60;

/** Connections above 80 % and a disk above 90 % are among the alerts with which Atlas makes every project. */
const thresholds: Record<string, Threshold> = {
  // Per cent of what the tier takes.
  cpu: { metricName: "NORMALIZED_SYSTEM_CPU_USER", threshold: 80, units: "RAW" },
  "replication-lag": { metricName: "OPLOG_SLAVE_LAG_MASTER_TIME", threshold: 60, units: "SECONDS" },
};

/** Tells somebody when a cluster runs out of processor, or its copies fall behind. */
export class AtlasAlerts extends pulumi.ComponentResource {
  constructor(name: string, args: AtlasAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:atlas:AtlasAlerts", name, {}, opts);
    const alerts = Object.entries(thresholds).map(([what, threshold]) =>
      this.#createAlert(`${name}-${what}`, args, threshold),
    );
    this.registerOutputs({ alertIds: alerts.map((alert) => alert.alertConfigurationId) });
  }

  #createAlert(
    name: string,
    { projectId, email }: AtlasAlertsArgs,
    threshold: Threshold,
  ): atlas.AlertConfiguration {
    return new atlas.AlertConfiguration(
      name,
      {
        projectId,
        enabled: true,
        eventType: "OUTSIDE_METRIC_THRESHOLD",
        metricThresholdConfig: { ...threshold, operator: "GREATER_THAN", mode: "AVERAGE" },
        notifications: [
          { typeName: "EMAIL", emailAddress: email, delayMin: DELAY_MIN, intervalMin: INTERVAL_MIN },
        ],
      },
      { parent: this },
    );
  }
}
