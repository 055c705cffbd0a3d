import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { every } from "./declared.ts";
import { physicalName } from "./names.ts";

export interface TracingArgs {
  /** Requests a second that are traced for certain. */
  reservoir?: number;
  /** Share of all further requests that is traced, 0 to 1. */
  rate?: number;
}

/** Before the account's default rule, which has 10,000; behind rules that somebody makes for a closer look. */
const PRIORITY = 1000;

/** How many requests of the functions declared before X-Ray follows, and the group of traces in which one of them failed. */
export class Tracing extends pulumi.ComponentResource {
  readonly groupName: pulumi.Output<string>;

  constructor(name: string, args: TracingArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:Tracing", name, {}, opts);
    const { reservoir = 1, rate = 0.05 } = args;
    const ruleName = physicalName(name, "sampling");
    new aws.xray.SamplingRule(
      name,
      {
        ruleName,
        version: 1,
        priority: PRIORITY,
        reservoirSize: reservoir,
        fixedRate: rate,
        // This stage's functions and nothing else of the account.
        serviceName: physicalName("*", "traced"),
        serviceType: "AWS::Lambda::Function",
        resourceArn: "*",
        host: "*",
        httpMethod: "*",
        urlPath: "*",
      },
      { parent: this },
    );
    const group = new aws.xray.Group(
      name,
      {
        groupName: ruleName,
        filterExpression: pulumi
          .all(every("functions", name).map((lambda) => lambda.functionName))
          .apply((names) => names.map((each) => `service("${each}") { fault = true }`).join(" OR ")),
        // Insights are free; telling somebody of them is the alarms' task.
        insightsConfiguration: { insightsEnabled: true, notificationsEnabled: false },
      },
      { parent: this },
    );
    this.groupName = group.groupName;
    this.registerOutputs({ groupName: this.groupName });
  }
}
