import assert from "node:assert/strict";
import { dynamodbCalls } from "../../../local/iam/actions-dynamodb.ts";
import { s3Calls, s3Target } from "../../../local/iam/actions-s3.ts";
import { sqsCalls } from "../../../local/iam/actions-sqs.ts";

const REGION = "eu-central-1";
const short = (calls: { action: string; resource: string }[] | undefined) =>
  calls?.map(
    ({ action, resource }) => `${action} ${resource.replace(/^arn:aws:(dynamodb|sqs|s3):[^:]*:\d*:/, "")}`,
  );

describe("permissions a DynamoDB request needs", () => {
  const calls = (operation: string, input: Record<string, unknown>) =>
    dynamodbCalls({
      operation,
      input,
      region: REGION,
      partitionKey: (table) => (table === "motors" ? "year" : undefined),
    });
  const key = { year: { N: "1999" }, title: { S: "x" } };

  it("are one for an item, on its table", () => {
    assert.deepEqual(short(calls("GetItem", { TableName: "motors", Key: key })), [
      "dynamodb:GetItem table/motors",
    ]);
  });

  it("are on the index of a query", () => {
    const input = { TableName: "motors", IndexName: "byGenre" };
    assert.deepEqual(short(calls("Query", input)), ["dynamodb:Query table/motors/index/byGenre"]);
  });

  it("are one for each table of a batch", () => {
    const RequestItems = { motors: { Keys: [key] }, reports: { Keys: [] } };
    assert.deepEqual(short(calls("BatchGetItem", { RequestItems })), [
      "dynamodb:BatchGetItem table/motors",
      "dynamodb:BatchGetItem table/reports",
    ]);
  });

  it("are those of every part of a transaction", () => {
    const part = { TableName: "motors", Key: key };
    const TransactItems = [
      { Put: { TableName: "reports", Item: key } },
      { ConditionCheck: part },
      { Update: part },
    ];
    assert.deepEqual(short(calls("TransactWriteItems", { TransactItems })), [
      "dynamodb:PutItem table/reports",
      "dynamodb:ConditionCheckItem table/motors",
      "dynamodb:UpdateItem table/motors",
    ]);
  });

  it("are on the ARN when the table is named by it", () => {
    const TableName = "arn:aws:dynamodb:us-east-1:999999999999:table/motors";
    assert.equal(calls("GetItem", { TableName })?.[0]?.resource, TableName);
  });

  it("are on nothing in particular for a list of tables", () => {
    assert.deepEqual(short(calls("ListTables", {})), ["dynamodb:ListTables *"]);
  });

  it("are on the stream that is read", () => {
    const part = "table/motors/stream/2026-01-01T00:00:00.000";
    const StreamArn = `arn:aws:dynamodb:${REGION}:123456789012:${part}`;
    assert.deepEqual(short(calls("DescribeStream", { StreamArn })), [`dynamodb:DescribeStream ${part}`]);
    assert.deepEqual(short(calls("GetRecords", { ShardIterator: `${StreamArn}|1` })), [
      `dynamodb:GetRecords ${part}`,
    ]);
    assert.deepEqual(short(calls("ListStreams", {})), ["dynamodb:ListStreams *"]);
  });

  const leading = (operation: string, input: Record<string, unknown>) =>
    calls(operation, input)?.[0]?.context["dynamodb:leadingkeys"];

  it("say which partitions they are about", () => {
    assert.deepEqual(leading("PutItem", { TableName: "motors", Item: key }), ["1999"]);
    const ExpressionAttributeValues = { ":y": { N: "1999" }, ":t": { S: "x" } };
    const KeyConditionExpression = "#y = :y AND title = :t";
    const ExpressionAttributeNames = { "#y": "year" };
    const query = {
      TableName: "motors",
      KeyConditionExpression,
      ExpressionAttributeNames,
      ExpressionAttributeValues,
    };
    assert.deepEqual(leading("Query", query), ["1999"]);
    const puts = [{ PutRequest: { Item: key } }, { DeleteRequest: { Key: { year: { N: "2001" } } } }];
    assert.deepEqual(leading("BatchWriteItem", { RequestItems: { motors: puts } }), ["1999", "2001"]);
  });

  it("say what is done, not what a request puts beside it", () => {
    const other = { year: { N: "2001" }, title: { S: "y" } };
    assert.deepEqual(leading("PutItem", { TableName: "motors", Item: key, Key: other }), ["1999"]);
    assert.deepEqual(leading("DeleteItem", { TableName: "motors", Item: other, Key: key }), ["1999"]);
    const both = [{ PutRequest: { Item: key }, DeleteRequest: { Key: other } }];
    assert.deepEqual(leading("BatchWriteItem", { RequestItems: { motors: both } }), ["1999", "2001"]);
    const Put = { TableName: "motors", Item: key, Key: other };
    assert.deepEqual(leading("TransactWriteItems", { TransactItems: [{ Put }] }), ["1999"]);
  });

  it("say which partitions of a table that is named by its ARN", () => {
    const TableName = "arn:aws:dynamodb:eu-central-1:123456789012:table/motors";
    assert.deepEqual(leading("GetItem", { TableName, Key: key }), ["1999"]);
    assert.deepEqual(leading("BatchGetItem", { RequestItems: { [TableName]: { Keys: [key] } } }), ["1999"]);
  });

  it("leave the partitions open where a request does not name them", () => {
    assert.equal(leading("Scan", { TableName: "motors" }), undefined);
    assert.equal(leading("Query", { TableName: "motors", IndexName: "byGenre" }), undefined);
    assert.equal(leading("GetItem", { TableName: "unknown", Key: key }), undefined);
  });
});

describe("permissions an SQS request needs", () => {
  const QueueUrl = "http://127.0.0.1:4566/123456789012/changes";

  it("are on the queue of its URL or its name", () => {
    assert.deepEqual(short(sqsCalls({ operation: "SendMessage", input: { QueueUrl }, region: REGION })), [
      "sqs:SendMessage changes",
    ]);
    const input = { QueueName: "changes" };
    assert.deepEqual(short(sqsCalls({ operation: "GetQueueUrl", input, region: REGION })), [
      "sqs:GetQueueUrl changes",
    ]);
  });

  it("are told by what the operation reads, and by a plain URL only", () => {
    const of = (operation: string, input: Record<string, unknown>) =>
      sqsCalls({ operation, input, region: REGION })?.[0]?.resource;
    assert.equal(
      of("SendMessage", { QueueUrl, QueueName: "other" }),
      "arn:aws:sqs:eu-central-1:123456789012:changes",
    );
    assert.equal(
      of("GetQueueUrl", { QueueUrl, QueueName: "other" }),
      "arn:aws:sqs:eu-central-1:123456789012:other",
    );
    for (const url of [
      `${QueueUrl}?a=/q1`,
      `${QueueUrl}#/q1`,
      `${QueueUrl}/`,
      `${QueueUrl}/q1`,
      "changes",
      undefined,
    ])
      assert.equal(of("SendMessage", { QueueUrl: url }), undefined, String(url));
  });

  it("are those of the single form for a batch", () => {
    const batch = sqsCalls({ operation: "DeleteMessageBatch", input: { QueueUrl }, region: REGION });
    assert.deepEqual(short(batch), ["sqs:DeleteMessage changes"]);
  });

  it("are on nothing in particular for a list of queues", () => {
    assert.deepEqual(short(sqsCalls({ operation: "ListQueues", input: {}, region: REGION })), [
      "sqs:ListQueues *",
    ]);
  });
});

describe("permissions an S3 request needs", () => {
  const of = (method: string, url: string, headers = {}, body = "") =>
    short(s3Calls({ method, url, headers, body: Buffer.from(body) }));

  const cases: [method: string, url: string, expected: string[]][] = [
    ["GET", "/", ["s3:ListAllMyBuckets *"]],
    ["GET", "/b?list-type=2&prefix=a", ["s3:ListBucket b"]],
    ["HEAD", "/b/", ["s3:ListBucket b"]],
    ["GET", "/b?versions", ["s3:ListBucketVersions b"]],
    ["GET", "/b?uploads", ["s3:ListBucketMultipartUploads b"]],
    ["GET", "/b?location", ["s3:GetBucketLocation b"]],
    ["PUT", "/b?policy", ["s3:PutBucketPolicy b"]],
    ["PUT", "/b", ["s3:CreateBucket b"]],
    ["DELETE", "/b", ["s3:DeleteBucket b"]],
    ["GET", "/b/a%20b/c?x-id=GetObject", ["s3:GetObject b/a b/c"]],
    ["HEAD", "/b/k", ["s3:GetObject b/k"]],
    ["GET", "/b/k?versionId=1", ["s3:GetObjectVersion b/k"]],
    ["GET", "/b/k?tagging", ["s3:GetObjectTagging b/k"]],
    ["PUT", "/b/k", ["s3:PutObject b/k"]],
    ["PUT", "/b/k?partNumber=1&uploadId=2", ["s3:PutObject b/k"]],
    ["POST", "/b/k?uploads", ["s3:PutObject b/k"]],
    ["POST", "/b/k?uploadId=2", ["s3:PutObject b/k"]],
    ["GET", "/b/k?uploadId=2", ["s3:ListMultipartUploadParts b/k"]],
    ["DELETE", "/b/k?uploadId=2", ["s3:AbortMultipartUpload b/k"]],
    ["DELETE", "/b/k", ["s3:DeleteObject b/k"]],
    ["DELETE", "/b/k?versionId=1", ["s3:DeleteObjectVersion b/k"]],
    ["PUT", "/b/k?tagging&versionId=1", ["s3:PutObjectVersionTagging b/k"]],
  ];
  for (const [method, url, expected] of cases) {
    it(`of ${method} ${url} are ${expected}`, () => assert.deepEqual(of(method, url), expected));
  }

  it("include the source of a copy", () => {
    const headers = { "x-amz-copy-source": "/other/a%20b?versionId=1" };
    assert.deepEqual(of("PUT", "/b/k", headers), ["s3:GetObjectVersion other/a b", "s3:PutObject b/k"]);
  });

  it("are one for each key of a batch of deletions", () => {
    const body =
      "<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key><VersionId>1</VersionId></Object></Delete>";
    assert.deepEqual(of("POST", "/b?delete", {}, body), [
      "s3:DeleteObject b/a&b",
      "s3:DeleteObjectVersion b/c",
    ]);
  });

  it("say what part of a bucket is listed", () => {
    const [call] =
      s3Calls({ method: "GET", url: "/b?prefix=in%2F&max-keys=5", headers: {}, body: Buffer.alloc(0) }) ?? [];
    assert.deepEqual(call?.context, { "s3:prefix": ["in/"], "s3:delimiter": [], "s3:max-keys": ["5"] });
  });

  it("cannot be told of a path that leads elsewhere or cannot be read", () => {
    for (const url of ["/b/../c/k", "/b/%2e%2e/k", "/b/./k", "/b/%zz"])
      assert.equal(s3Target(url), undefined);
    assert.equal(of("PATCH", "/b/k"), undefined);
  });
});
