import * as pulumi from "@pulumi/pulumi";
import type { DeadLetterQueue } from "../../packages/components/dead-letter-queue.ts";
import { every } from "../../packages/components/declared.ts";
import type { HttpApi } from "../../packages/components/http-api.ts";
import { createAlarm } from "./alarm.ts";
import { AlarmTopic } from "./alarm-topic.ts";
import { Dashboard } from "./dashboard.ts";
import { FunctionAlarms } from "./function-alarms.ts";
import {
  apiSection,
  atlasSection,
  bucketSection,
  functionSection,
  queueSection,
  tableSection,
} from "./sections.ts";

export interface MonitoringArgs {
  region: string;
  /** Who is told; without an address there are no alarms, since nobody would hear them. */
  alarmEmail?: pulumi.Input<string>;
  dashboard: boolean;
}

const TOLERATED_FAULT_PERCENT = 1;

/** What can be seen of all that the program has declared before, and what somebody is told of it. */
export class Monitoring extends pulumi.ComponentResource {
  /** Page of the dashboard in the console. */
  readonly dashboardUrl?: pulumi.Output<string>;
  readonly topicArn?: pulumi.Output<string>;
  readonly #name: string;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:Monitoring", name, {}, opts);
    this.#name = name;
    if (args.dashboard) this.dashboardUrl = this.#createDashboard(args).url;
    if (args.alarmEmail) {
      const { topicArn } = new AlarmTopic(`${name}-alarms`, { email: args.alarmEmail }, { parent: this });
      this.topicArn = topicArn;
      this.#watchFunctions(topicArn);
      for (const api of every("apis", name)) this.#watchApi(api, topicArn);
      for (const source of [...every("queues", name), ...every("asynchronousCalls", name)])
        this.#watchDeadLetters(source.deadLetters, topicArn);
    }
    this.registerOutputs({ dashboardUrl: this.dashboardUrl, topicArn: this.topicArn });
  }

  #createDashboard({ region }: MonitoringArgs): Dashboard {
    const sections = [
      ...every("apis", this.#name).map(apiSection),
      functionSection(every("functions", this.#name)),
      ...every("tables", this.#name).map(tableSection),
      ...every("queues", this.#name).map(queueSection),
      ...every("buckets", this.#name).map(bucketSection),
      ...every("databases", this.#name).map(atlasSection),
    ];
    return new Dashboard(this.#name, { region, sections }, { parent: this });
  }

  #watchFunctions(topicArn: pulumi.Input<string>): void {
    const asynchronous = new Set(every("asynchronousCalls", this.#name).map((calls) => calls.function));
    for (const lambda of every("functions", this.#name)) {
      new FunctionAlarms(
        `${this.#name}-${lambda.name}`,
        { function: lambda, topicArn, asynchronous: asynchronous.has(lambda) },
        { parent: this },
      );
    }
  }

  #watchApi(api: HttpApi, topicArn: pulumi.Input<string>): void {
    const sum = (name: string) =>
      ({ namespace: "AWS/ApiGateway", name, dimensions: { ApiId: api.apiId }, statistic: "Sum" }) as const;
    createAlarm(
      `${this.#name}-${api.name}-faults`,
      {
        description: `More than ${TOLERATED_FAULT_PERCENT} % of the API's answers are faults (5xx)`,
        threshold: TOLERATED_FAULT_PERCENT,
        watched: { part: sum("5xx"), whole: sum("Count") },
        topicArn,
      },
      this,
    );
  }

  #watchDeadLetters(queue: DeadLetterQueue, topicArn: pulumi.Input<string>): void {
    createAlarm(
      `${this.#name}-${queue.name}`,
      {
        description: `Something could not be processed and waits in ${queue.name}`,
        threshold: 0,
        watched: {
          namespace: "AWS/SQS",
          name: "ApproximateNumberOfMessagesVisible",
          dimensions: { QueueName: queue.queueName },
          statistic: "Maximum",
        },
        topicArn,
      },
      this,
    );
  }
}
