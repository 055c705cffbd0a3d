import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { finderOf } from "../../operations/recover/find.ts";
import type { UnfinishedResource } from "../../operations/recover/import-id.ts";
import { fixture } from "../program/fixtures.ts";
import { recordedOnce } from "../support/recordings.ts";

const resource = (inputs: Record<string, unknown>): UnfinishedResource => ({
  name: "name",
  inputs,
  region: "us-west-2",
  account: "123456789012",
});

/** Inputs of what the provider's page imports as its example. */
const examples: Record<string, Record<string, unknown>> = {
  "aws:apigatewayv2/domainName:DomainName": { domainName: "ws-api.example.com" },
  "aws:apigatewayv2/stage:Stage": { apiId: "aabbccddee", name: "example-stage" },
  "aws:cloudwatch/dashboard:Dashboard": { dashboardName: "example-dashboard" },
  "aws:cloudwatch/logGroup:LogGroup": { name: "yada" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { name: "alarm-12345" },
  "aws:dynamodb/table:Table": { name: "GameScores" },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    subnetId: "subnet-6777656e646f6c796e",
    routeTableId: "rtb-656c65616e6f72",
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": { url: "https://accounts.google.com" },
  "aws:iam/policy:Policy": { name: "UsersManageOwnCredentials" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    role: "test-role",
    policyArn: "arn:aws:iam::xxxxxxxxxxxx:policy/test-policy",
  },
  "aws:iam/role:Role": { name: "developer_name" },
  "aws:iam/rolePolicy:RolePolicy": { role: "role_of_mypolicy_name", name: "mypolicy_name" },
  "aws:kms/alias:Alias": { name: "alias/my-key-alias" },
  "aws:lambda/alias:Alias": { functionName: "example-function", name: "production" },
  "aws:lambda/function:Function": { name: "example" },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    functionName: "example",
    qualifier: "production",
  },
  "aws:lambda/permission:Permission": {
    function: "my_test_lambda_function",
    qualifier: "qualifier_name",
    statementId: "AllowExecutionFromCloudWatch",
  },
  "aws:route53/record:Record": { zoneId: "Z4KAPRWWNC7JR", name: "dev", type: "NS" },
  "aws:s3/bucket:Bucket": { bucket: "bucket-name" },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": { bucket: "bucket-name" },
  "aws:s3/bucketLogging:BucketLogging": { bucket: "bucket-name" },
  "aws:s3/bucketNotification:BucketNotification": { bucket: "bucket-name" },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": { bucket: "my-bucket" },
  "aws:s3/bucketPolicy:BucketPolicy": { bucket: "my-tf-test-bucket" },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { bucket: "my-bucket" },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    bucket: "bucket-name",
  },
  "aws:s3/bucketVersioning:BucketVersioning": { bucket: "bucket-name" },
  "aws:scheduler/schedule:Schedule": { groupName: "my-schedule-group", name: "my-schedule" },
  "aws:sns/topicPolicy:TopicPolicy": { arn: "arn:aws:sns:us-west-2:123456789012:my-topic" },
  "aws:sns/topic:Topic": { name: "my-topic" },
  "aws:sqs/queuePolicy:QueuePolicy": { queueUrl: "https://queue.amazonaws.com/123456789012/myqueue" },
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": {
    queueUrl: "https://queue.amazonaws.com/123456789012/myqueue",
  },
  "aws:xray/samplingRule:SamplingRule": { ruleName: "example-rule" },
  "mongodbatlas:index/advancedCluster:AdvancedCluster": {
    projectId: "1112222b3bf99403840e8934",
    name: "Cluster0",
  },
  "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule": {
    projectId: "5d0f1f73cf09a29120e173cf",
    clusterName: "MyClusterTest",
  },
  "mongodbatlas:index/privateLinkEndpointService:PrivateLinkEndpointService": {
    projectId: "1112222b3bf99403840e8934",
    privateLinkId: "3242342343112",
    endpointServiceId: "vpce-4242342343",
    providerName: "AWS",
  },
  "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList": {
    projectId: "5d0f1f74cf09a29120e123cd",
    cidrBlock: "10.242.88.0/21",
  },
};

/** Inputs, an answer of the cloud's CLI, and the example of the page that follows from both. */
const lookUps: Record<string, { inputs: Record<string, unknown>; answer: unknown }> = {
  "aws:apigatewayv2/api:Api": {
    inputs: { name: "mine" },
    answer: {
      Items: [
        { ApiId: "other", Name: "theirs" },
        { ApiId: "aabbccddee", Name: "mine" },
      ],
    },
  },
  "aws:apigatewayv2/integration:Integration": {
    inputs: { apiId: "aabbccddee", integrationUri: "arn:a" },
    answer: {
      Items: [
        { IntegrationId: "1122334", IntegrationUri: "arn:a" },
        { IntegrationId: "other", IntegrationUri: "arn:b" },
      ],
    },
  },
  "aws:apigatewayv2/route:Route": {
    inputs: { apiId: "aabbccddee", routeKey: "GET /a" },
    answer: {
      Items: [
        { RouteId: "other", RouteKey: "PUT /a" },
        { RouteId: "1122334", RouteKey: "GET /a" },
      ],
    },
  },
  "mongodbatlas:index/alertConfiguration:AlertConfiguration": {
    inputs: {
      projectId: "5d0f1f74cf09a29120e123cd",
      eventType: "OUTSIDE_METRIC_THRESHOLD",
      metricThresholdConfig: { metricName: "CONNECTIONS" },
    },
    answer: {
      results: [
        { id: "1", eventTypeName: "OUTSIDE_METRIC_THRESHOLD", metricThreshold: { metricName: "OTHER" } },
        {
          id: "5d0f1f74cf09a29120e1fscg",
          eventTypeName: "OUTSIDE_METRIC_THRESHOLD",
          metricThreshold: { metricName: "CONNECTIONS" },
        },
      ],
    },
  },
  "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint": {
    inputs: { projectId: "1112222b3bf99403840e8934", providerName: "AWS", region: "us-east-1" },
    answer: [
      { id: "other", regionName: "EU_CENTRAL_1" },
      { id: "3242342343112", regionName: "us-east-1" },
    ],
  },
  "mongodbatlas:index/project:Project": {
    inputs: { name: "mine", orgId: "a" },
    answer: {
      results: [
        { id: "other", name: "mine", orgId: "b" },
        { id: "5d09d6a59ccf6445652a444a", name: "mine", orgId: "a" },
      ],
    },
  },
};

/** Ids of the examples under "Import" on the provider's page, which is the comment of the SDK's class. */
function imported(type: string): string[] {
  const [provider = "", module = ""] = type.split(":");
  const file = path.join("node_modules/@pulumi", provider, `${module.replace(/^index\//, "")}.d.ts`);
  return [...readFileSync(file, "utf8").matchAll(/\$ pulumi import \S+ \S+ (\S+)/g)].map(([, id = ""]) => id);
}

describe("how recover finds what a killed run had begun", () => {
  // What stack dev creates besides is among the examples below.
  it("is known for every type that a whole program of prod creates", async () => {
    const { resources } = await recordedOnce({ cwd: fixture("sound"), stack: "prod" });
    const types = new Set(resources.filter(({ custom, read }) => custom && !read).map(({ type }) => type));
    assert.ok(types.size > 30, `${types.size}`);
    assert.deepEqual(
      [...types].filter((type) => finderOf(type) === undefined),
      [],
    );
  });

  for (const [type, inputs] of Object.entries(examples)) {
    it(`forms the id of ${type} as the provider's page does`, () => {
      const finder = finderOf(type);
      assert.ok(finder !== undefined && "id" in finder);
      const id = finder.id(resource(inputs));
      assert.ok(imported(type).includes(id), `${id} is none of ${imported(type).join(", ")}`);
    });
  }

  for (const [type, { inputs, answer }] of Object.entries(lookUps)) {
    it(`takes the id of ${type} out of what the cloud lists`, () => {
      const finder = finderOf(type);
      assert.ok(finder !== undefined && "lookUp" in finder);
      const lookUp = finder.lookUp(resource(inputs));
      const [id = "", ...others] = lookUp.pick(answer);
      assert.deepEqual(others, []);
      assert.ok(imported(type).includes(id), `${id} is none of ${imported(type).join(", ")}`);
      assert.deepEqual(lookUp.pick(null), []);
    });
  }

  it("forms the id of a database user, whose name is an ARN, with dashes: slashes could not be told apart", () => {
    const finder = finderOf("mongodbatlas:index/databaseUser:DatabaseUser");
    assert.ok(finder !== undefined && "id" in finder);
    const username = "arn:aws:iam::123456789012:role/garden-dev-list";
    assert.equal(
      finder.id(resource({ projectId: "5d0f1f74cf09a29120e123cd", username, authDatabaseName: "$external" })),
      `5d0f1f74cf09a29120e123cd-${username}-$external`,
    );
  });

  it("asks EC2 for nothing by an empty name, which would find what is somebody else's", () => {
    const finder = finderOf("aws:ec2/vpc:Vpc");
    assert.ok(finder !== undefined && "lookUp" in finder);
    const answer = { Vpcs: [{ VpcId: "vpc-1" }] };
    assert.deepEqual(finder.lookUp(resource({ tags: { Name: "mine" } })).pick(answer), ["vpc-1"]);
    assert.deepEqual(finder.lookUp(resource({})).pick(answer), []);
  });
});
