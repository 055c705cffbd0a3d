/** What the dashboard shows of each kind of thing. */
import * as pulumi from "@pulumi/pulumi";
import type { AtlasDatabase } from "../../packages/components/atlas-database.ts";
import type { Bucket } from "../../packages/components/bucket.ts";
import type { DynamoTable } from "../../packages/components/dynamo-table.ts";
import type { HttpApi } from "../../packages/components/http-api.ts";
import type { LambdaFunction } from "../../packages/components/lambda-function.ts";
import type { Queue } from "../../packages/components/queue.ts";
import { type Chart, expression, type MetricRow, metric, type Section, type Statistic } from "./widgets.ts";

const A_DAY = 24 * 60 * 60;

export function apiSection(api: HttpApi): Section {
  const row = (name: string, options = {}) => metric("AWS/ApiGateway", name, { ApiId: api.apiId }, options);
  return {
    title: "API",
    charts: [
      { title: "Requests", statistic: "Sum", unit: "Count", metrics: [row("Count")] },
      { title: "Answers 4xx and 5xx", statistic: "Sum", unit: "Count", metrics: [row("4xx"), row("5xx")] },
      {
        title: "Latency",
        statistic: "p99",
        unit: "Milliseconds",
        metrics: [
          row("Latency", { stat: "p50", label: "p50" }),
          row("Latency", { stat: "p99", label: "p99" }),
          row("IntegrationLatency", { stat: "p99", label: "p99 of the functions" }),
        ],
      },
    ],
  };
}

/** S3 counts and weighs a bucket once a day. */
export function bucketSection(bucket: Bucket): Section {
  const row = (name: string, storage: string) =>
    metric("AWS/S3", name, { BucketName: bucket.bucketName, StorageType: storage });
  return {
    title: `Bucket ${bucket.name}`,
    charts: [
      {
        title: "Objects",
        statistic: "Average",
        period: A_DAY,
        unit: "Count",
        metrics: [row("NumberOfObjects", "AllStorageTypes")],
      },
      {
        title: "Size",
        statistic: "Average",
        period: A_DAY,
        unit: "Bytes",
        metrics: [row("BucketSizeBytes", "StandardStorage")],
      },
    ],
  };
}

export function queueSection(queue: Queue): Section {
  const row = (name: string, options = {}) =>
    metric("AWS/SQS", name, { QueueName: queue.queueName }, options);
  return {
    title: `Queue ${queue.name}`,
    charts: [
      {
        title: "Messages",
        statistic: "Maximum",
        unit: "Count",
        metrics: [
          row("ApproximateNumberOfMessagesVisible", { label: "waiting" }),
          row("ApproximateNumberOfMessagesNotVisible", { label: "being processed" }),
          metric(
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            { QueueName: queue.deadLetters.queueName },
            { label: "dead letters" },
          ),
        ],
      },
      {
        title: "Throughput",
        statistic: "Sum",
        unit: "Count",
        metrics: [
          row("NumberOfMessagesSent", { label: "sent" }),
          row("NumberOfMessagesDeleted", { label: "done" }),
        ],
      },
      {
        title: "Age of the oldest message",
        statistic: "Maximum",
        unit: "Seconds",
        metrics: [row("ApproximateAgeOfOldestMessage")],
      },
    ],
  };
}

/** Operations that the functions of this program call. */
const timedOperations = ["GetItem", "Query", "PutItem", "UpdateItem"];

export function tableSection(table: DynamoTable): Section {
  const row = (name: string, options = {}) =>
    metric("AWS/DynamoDB", name, { TableName: table.tableName }, options);
  return {
    title: `Table ${table.name}`,
    charts: [
      {
        title: "Capacity used",
        statistic: "Sum",
        unit: "Count",
        metrics: [
          row("ConsumedReadCapacityUnits", { label: "read" }),
          row("ConsumedWriteCapacityUnits", { label: "write" }),
        ],
      },
      {
        title: "Throttled",
        statistic: "Sum",
        unit: "Count",
        metrics: [
          row("ReadThrottleEvents", { label: "reads" }),
          row("WriteThrottleEvents", { label: "writes" }),
        ],
      },
      {
        title: "Latency",
        statistic: "Average",
        unit: "Milliseconds",
        metrics: timedOperations.map((operation) =>
          metric(
            "AWS/DynamoDB",
            "SuccessfulRequestLatency",
            { TableName: table.tableName, Operation: operation },
            { label: operation },
          ),
        ),
      },
    ],
  };
}

/** Atlas keeps its own metrics; CloudWatch has none of them. */
export function atlasSection(database: AtlasDatabase): Section {
  const { projectId, clusterName } = database;
  const page = pulumi.interpolate`https://cloud.mongodb.com/v2/${projectId}#/metrics/replicaSet/${clusterName}`;
  return {
    title: `MongoDB Atlas: ${database.databaseName}`,
    text: pulumi.interpolate`Connections, operations, disk and replication lag of cluster ${clusterName} are [in Atlas](${page}).`,
    charts: [],
  };
}

/** Every chart compares all functions: one line a function. */
export function functionSection(functions: LambdaFunction[]): Section {
  const chart = (title: string, name: string, statistic: Statistic, unit: Chart["unit"]): Chart => ({
    title,
    statistic,
    unit,
    metrics: functions.map((lambda) => functionMetric(name, lambda)),
  });
  return {
    title: "Functions",
    charts: [
      chart("Invocations", "Invocations", "Sum", "Count"),
      chart("Errors", "Errors", "Sum", "Count"),
      { title: "Success rate", statistic: "Sum", unit: "Percent", metrics: functions.flatMap(successRate) },
      chart("Duration, average", "Duration", "Average", "Milliseconds"),
      chart("Duration, minimum", "Duration", "Minimum", "Milliseconds"),
      chart("Duration, maximum", "Duration", "Maximum", "Milliseconds"),
      chart("Duration, p99", "Duration", "p99", "Milliseconds"),
      chart("Throttles", "Throttles", "Sum", "Count"),
      chart("Concurrent executions", "ConcurrentExecutions", "Maximum", "Count"),
      chart("Iterator age of streams", "IteratorAge", "Maximum", "Milliseconds"),
      chart("Asynchronous calls: failures not delivered", "DestinationDeliveryFailures", "Sum", "Count"),
      chart("Asynchronous calls: dead letters not delivered", "DeadLetterErrors", "Sum", "Count"),
    ],
  };
}

/** A function nobody called succeeds: without the maximum it would divide by zero. */
function successRate(lambda: LambdaFunction, index: number): MetricRow[] {
  const invocations = `invocations${index}`;
  const errors = `errors${index}`;
  return [
    functionMetric("Invocations", lambda, { id: invocations, visible: false }),
    functionMetric("Errors", lambda, { id: errors, visible: false }),
    expression(`rate${index}`, `100 - 100 * ${errors} / MAX([${errors}, ${invocations}])`, lambda.name),
  ];
}

function functionMetric(name: string, lambda: LambdaFunction, options: object = {}): MetricRow {
  return metric(
    "AWS/Lambda",
    name,
    { FunctionName: lambda.functionName },
    { label: lambda.name, ...options },
  );
}
