/** What the dashboard shows of everything that is no function. */
import * as pulumi from "@pulumi/pulumi";
import type { AtlasDatabase } from "../atlas-database.ts";
import type { Bucket } from "../bucket.ts";
import type { DynamoTable } from "../dynamo-table.ts";
import type { HttpApi } from "../http-api.ts";
import type { Queue } from "../queue.ts";
import { metric, type Section } from "./widgets.ts";

const aDay = 24 * 60 * 60;

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
        period: aDay,
        unit: "Count",
        metrics: [row("NumberOfObjects", "AllStorageTypes")],
      },
      {
        title: "Size",
        statistic: "Average",
        period: aDay,
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
