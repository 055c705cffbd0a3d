import * as pulumi from "@pulumi/pulumi";
import type { AsynchronousCalls } from "../asynchronous-calls.ts";
import type { AtlasDatabase } from "../atlas-database.ts";
import type { Bucket } from "../bucket.ts";
import type { DeadLetterQueue } from "../dead-letter-queue.ts";
import type { DynamoTable } from "../dynamo-table.ts";
import type { HttpApi } from "../http-api.ts";
import type { LambdaFunction } from "../lambda-function.ts";
import type { Queue } from "../queue.ts";
import { createAlarm } from "./alarm.ts";
import { AlarmTopic } from "./alarm-topic.ts";
import { Dashboard } from "./dashboard.ts";
import { FunctionAlarms } from "./function-alarms.ts";
import { functionSection } from "./function-section.ts";
import { apiSection, atlasSection, bucketSection, queueSection, tableSection } from "./sections.ts";

export interface MonitoringArgs {
  region: string;
  /** Who is told; without an address there are no alarms, since nobody would hear them. */
  alarmEmail?: pulumi.Input<string>;
  dashboard: boolean;
  functions: LambdaFunction[];
  /** Ways in which functions are called with nobody waiting for the answer. */
  asynchronousCalls?: AsynchronousCalls[];
  apis?: HttpApi[];
  tables?: DynamoTable[];
  buckets?: Bucket[];
  queues?: Queue[];
  databases?: AtlasDatabase[];
}

const toleratedFaultPercent = 1;

/** What can be seen of the running system, and what somebody is told of it. */
export class Monitoring extends pulumi.ComponentResource {
  /** Page of the dashboard in the console. */
  readonly dashboardUrl?: pulumi.Output<string>;
  readonly topicArn?: pulumi.Output<string>;
  private readonly name: string;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:Monitoring", name, {}, opts);
    this.name = name;
    if (args.dashboard) this.dashboardUrl = this.createDashboard(args).url;
    if (args.alarmEmail) {
      const { topicArn } = new AlarmTopic(`${name}-alarms`, { email: args.alarmEmail }, { parent: this });
      this.topicArn = topicArn;
      this.watchFunctions(args, topicArn);
      for (const api of args.apis ?? []) this.watchApi(api, topicArn);
      for (const queue of deadLetterQueues(args)) this.watchDeadLetters(queue, topicArn);
    }
    this.registerOutputs({ dashboardUrl: this.dashboardUrl, topicArn: this.topicArn });
  }

  private createDashboard(args: MonitoringArgs): Dashboard {
    const { region, functions, apis = [], tables = [], buckets = [], queues = [], databases = [] } = args;
    const sections = [
      ...apis.map(apiSection),
      functionSection(functions),
      ...tables.map(tableSection),
      ...queues.map(queueSection),
      ...buckets.map(bucketSection),
      ...databases.map(atlasSection),
    ];
    return new Dashboard(this.name, { region, sections }, { parent: this });
  }

  private watchFunctions(
    { functions, asynchronousCalls = [] }: MonitoringArgs,
    topicArn: pulumi.Input<string>,
  ): void {
    const asynchronous = new Set(asynchronousCalls.map((calls) => calls.function));
    for (const lambda of functions) {
      new FunctionAlarms(
        `${this.name}-${lambda.name}`,
        { function: lambda, topicArn, asynchronous: asynchronous.has(lambda) },
        { parent: this },
      );
    }
  }

  private watchApi(api: HttpApi, topicArn: pulumi.Input<string>): void {
    const sum = (name: string) =>
      ({ namespace: "AWS/ApiGateway", name, dimensions: { ApiId: api.apiId }, statistic: "Sum" }) as const;
    createAlarm(
      `${this.name}-${api.name}-faults`,
      {
        description: `More than ${toleratedFaultPercent} % of the API's answers are faults (5xx)`,
        threshold: toleratedFaultPercent,
        watched: { part: sum("5xx"), whole: sum("Count") },
        topicArn,
      },
      this,
    );
  }

  private watchDeadLetters(queue: DeadLetterQueue, topicArn: pulumi.Input<string>): void {
    createAlarm(
      `${this.name}-${queue.name}`,
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

function deadLetterQueues({ queues = [], asynchronousCalls = [] }: MonitoringArgs): DeadLetterQueue[] {
  return [...queues, ...asynchronousCalls].map((source) => source.deadLetters);
}
