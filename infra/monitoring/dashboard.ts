import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../../packages/components/names.ts";
import { layOut, type Section } from "./widgets.ts";

export interface DashboardArgs {
  /** Of the metrics. */
  region: string;
  /** From top to bottom. */
  sections: Section[];
}

export class Dashboard extends pulumi.ComponentResource {
  readonly dashboardName: pulumi.Output<string>;
  /** Page of the dashboard in the console. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: DashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:Dashboard", name, {}, opts);
    const { region, sections } = args;
    const dashboard = new aws.cloudwatch.Dashboard(
      name,
      {
        dashboardName: physicalName(name, "dashboard"),
        dashboardBody: pulumi.jsonStringify({ periodOverride: "auto", widgets: layOut(sections, region) }),
      },
      { parent: this },
    );
    this.dashboardName = dashboard.dashboardName;
    this.url = pulumi.interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
    this.registerOutputs({ dashboardName: this.dashboardName, url: this.url });
  }
}
