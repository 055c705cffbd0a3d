import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { record } from "../../program/record.ts";
import { type Architecture, architectureOf } from "../../review/graph/architecture.ts";
import { ProgramView } from "../../review/program-view/view.ts";

function lambda(name: string, statements: aws.iam.PolicyDocument["Statement"]): aws.lambda.Function {
  const role = new aws.iam.Role(`${name}-role`, { name, assumeRolePolicy: "{}" });
  new aws.iam.RolePolicy(`${name}-policy`, {
    role: role.id,
    policy: { Version: "2012-10-17", Statement: statements },
  });
  return new aws.lambda.Function(name, { name, role: role.arn });
}

function allow(action: string, resource: aws.lambda.FunctionArgs["role"]): aws.iam.PolicyStatement {
  return { Effect: "Allow", Action: action, Resource: resource };
}

/** A queue and its dead letters, two functions, a table, a topic, and a bucket that nobody uses. */
function program(): void {
  const table = new aws.dynamodb.Table("notes", { name: "notes" });
  const topic = new aws.sns.Topic("alarms");
  const dead = new aws.sqs.Queue("dead", { name: "dead" });
  const jobs = new aws.sqs.Queue("jobs", {
    name: "jobs",
    redrivePolicy: dead.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 3 })),
  });
  new aws.s3.Bucket("idle", { bucket: "idle" });
  const read = lambda("read", [
    allow("dynamodb:Query", table.arn),
    { Effect: "Deny", Action: "sns:Publish", Resource: topic.arn },
  ]);
  const work = lambda("work", [
    allow("sqs:ReceiveMessage", jobs.arn),
    allow("sqs:DeleteMessage", jobs.arn),
    allow("dynamodb:PutItem", table.arn),
  ]);
  new aws.lambda.EventSourceMapping("jobs", {
    eventSourceArn: jobs.arn,
    functionName: work.arn,
    batchSize: 5,
  });
  const heard = new aws.sns.Topic("heard");
  const notified = lambda("notified", []);
  const alias = new aws.lambda.Alias("live", {
    name: "live",
    functionName: notified.name,
    functionVersion: "$LATEST",
  });
  new aws.sns.TopicSubscription("notified", {
    topic: heard.arn,
    protocol: "lambda",
    endpoint: alias.arn,
    filterPolicy: JSON.stringify({ kind: ["paid"] }),
  });
  const rule = new aws.cloudwatch.EventRule("paid", { eventPattern: JSON.stringify({ source: ["shop"] }) });
  new aws.cloudwatch.EventTarget("paid", { rule: rule.name, arn: notified.arn });
  new aws.cloudwatch.EventTarget("kept", { rule: rule.name, arn: jobs.arn });
  const hourly = new aws.cloudwatch.EventRule("hourly", { scheduleExpression: "rate(1 hour)" });
  new aws.cloudwatch.EventTarget("hourly", { rule: hourly.name, arn: notified.arn });
  const api = new aws.apigatewayv2.Api("api", { protocolType: "HTTP" });
  const integration = new aws.apigatewayv2.Integration("read", {
    apiId: api.id,
    integrationType: "AWS_PROXY",
    integrationUri: read.invokeArn,
  });
  for (const routeKey of ["GET /notes", "GET /"]) {
    new aws.apigatewayv2.Route(routeKey, {
      apiId: api.id,
      routeKey,
      target: integration.id.apply((id) => `integrations/${id}`),
    });
  }
}

describe("architectureOf", () => {
  let architecture: Architecture;

  before(async () => {
    const recording = await record(program, {
      project: "notes",
      stack: "dev",
      config: { "aws:region": "eu-central-1" },
    });
    architecture = architectureOf(new ProgramView(recording));
  });

  it("puts the routes in the order of their paths, each with its function", () => {
    const endpoints = architecture.endpoints.map((endpoint) => [endpoint.route, endpoint.function?.name]);
    assert.deepEqual(endpoints, [
      ["GET /", "read"],
      ["GET /notes", "read"],
    ]);
  });

  it("puts the queues, topics and rules that call a function among what calls, not what only fills a queue", () => {
    const sources = architecture.sources.map((source) => [
      source.label,
      source.kind,
      source.detail,
      source.function?.name,
    ]);
    assert.deepEqual(sources, [
      ["paid", "EventBridge rule", "by pattern", "notified"],
      ["heard", "SNS topic", "filtered", "notified"],
      ["jobs", "SQS queue", "batches of 5", "work"],
      ["hourly", "schedule", "rate(1 hour)", "notified"],
    ]);
  });

  it("draws from a function to a store what its policies allow, and nothing that they deny", () => {
    const accesses = architecture.accesses.map((access) => ({
      ends: `${access.function.name} ${access.store.name}`,
      reads: access.reads,
      writes: access.writes,
    }));
    assert.deepEqual(accesses, [
      { ends: "read notes", reads: true, writes: false },
      { ends: "work notes", reads: false, writes: true },
    ]);
  });

  it("sends what a queue's function gave up to the dead letters of the queue", () => {
    const failures = architecture.failures.map((failure) => [failure.function.name, failure.store.name]);
    assert.deepEqual(failures, [["work", "dead"]]);
  });

  it("shows stores that nobody uses, but neither topics nor queues that only call", () => {
    const stores = architecture.stores.map(({ label, kind }) => [label, kind]);
    assert.deepEqual(stores, [
      ["dead", "dead letters"],
      ["idle", "S3 bucket"],
      ["notes", "DynamoDB table"],
    ]);
  });
});
