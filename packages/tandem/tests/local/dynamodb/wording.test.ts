import assert from "node:assert/strict";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  TagResourceCommand,
  TransactGetItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableNotExists,
} from "@aws-sdk/client-dynamodb";
import { DynamodbService } from "../../../local/dynamodb/service.ts";
import { recording, table, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const TableName = "motors";
const program = recording(table(TableName));
const Key = { id: { S: "x" } };
const AttributeDefinitions = [{ AttributeName: "id", AttributeType: "S" as const }];

describe("the words of the local DynamoDB", () => {
  const run = serviceRun({ lasts: "block" });
  let client: DynamoDBClient;

  async function start(context = testContext(program)) {
    await run.start(new DynamodbService(await run.begin(context)));
    client = run.client("AWS_ENDPOINT_URL_DYNAMODB", (settings) => new DynamoDBClient(settings));
  }
  before(() => start());

  const refused = (sent: Promise<unknown>, message: string | RegExp, name = "ValidationException") =>
    assert.rejects(sent, { name, message });

  it("are those that DynamoDB was recorded to say of a batch", async () => {
    const empty = { RequestItems: {} };
    await refused(
      client.send(new BatchGetItemCommand(empty)),
      "The requestItems parameter is required for BatchGetItem",
    );
    await refused(
      client.send(new BatchWriteItemCommand(empty)),
      "The requestItems parameter is required for BatchWriteItem",
    );
    const Keys = Array.from({ length: 101 }, (_, index) => ({ id: { S: String(index) } }));
    await refused(
      client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } })),
      "1 validation error detected: Value at 'RequestItems.motors.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100",
    );
    const puts = Keys.slice(0, 26).map((Item) => ({ PutRequest: { Item } }));
    await refused(
      client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } })),
      /^1 validation error detected: Value '\{motors=\[.+\]\}' at 'requestItems' failed to satisfy constraint: Map value/,
    );
  });

  it("are so of a table's name and keys", async () => {
    const create = (name: string, ...names: string[]) =>
      client.send(
        new CreateTableCommand({
          TableName: name,
          AttributeDefinitions,
          KeySchema: names.map((AttributeName, index) => ({
            AttributeName,
            KeyType: index === 0 ? "HASH" : "RANGE",
          })),
          BillingMode: "PAY_PER_REQUEST",
        }),
      );
    const tooShort = (name: string, least: number) =>
      `Value '${name}' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to ${least}`;
    await refused(create("ab", "id"), `1 validation error detected: ${tooShort("ab", 3)}`);
    await refused(create("x!", "id"), /^2 validation errors detected: Value 'x!' at 'tableName' .* pattern/);
    await refused(
      create("long", "id", "sort", "more"),
      "1 validation error detected: Value '[KeySchemaElement(attributeName=id, keyType=HASH), KeySchemaElement(attributeName=sort, keyType=RANGE), KeySchemaElement(attributeName=more, keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 2",
    );
    await refused(
      client.send(new PutItemCommand({ TableName: "", Item: Key })),
      `1 validation error detected: ${tooShort("", 1)}`,
    );
  });

  it("are so of expressions, limits and enumerations", async () => {
    const projected = (ProjectionExpression: string) =>
      client.send(new GetItemCommand({ TableName, Key, ProjectionExpression }));
    const wrong = 'Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"';
    await refused(projected("!!! INVALID !!!"), wrong);
    const Get = { TableName, Key, ProjectionExpression: "!!!" };
    await refused(client.send(new TransactGetItemsCommand({ TransactItems: [{ Get }] })), wrong);
    await refused(projected("a, b c d"), /token: "c", near: "b c d"$/);
    await refused(
      client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: "INVALID SYNTAX HERE" })),
      'Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"',
    );
    // Which of the two is meant cannot be told.
    await refused(
      client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: "SET a = = b" })),
      /^Invalid UpdateExpression: Syntax error; Expected .* but "=" found\.$/,
    );
    const query = {
      KeyConditionExpression: "id = :id",
      ExpressionAttributeValues: { ":id": { S: "x" } },
      Limit: 0,
    };
    await refused(
      client.send(new QueryCommand({ TableName, ...query })),
      "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
    const metrics = { ReturnItemCollectionMetrics: "NO" as never, ReturnValues: "NO" as never };
    await refused(
      client.send(new PutItemCommand({ TableName, Item: Key, ...metrics })),
      /^2 validation errors detected: .*'returnItemCollectionMetrics'/,
    );
  });

  it("are so of the ARN of what is tagged", async () => {
    const Tags = [{ Key: "a", Value: "b" }];
    await refused(
      client.send(new TagResourceCommand({ ResourceArn: "no", Tags })),
      "Invalid TableArn: Invalid ResourceArn provided as input no",
    );
    const ResourceArn = "arn:aws:dynamodb:us-east-1:000000000000:table/none";
    await refused(
      client.send(new ListTagsOfResourceCommand({ ResourceArn })),
      /is not authorized to perform: dynamodb:ListTagsOfResource/,
      "AccessDeniedException",
    );
  });

  it("tell which attribute expires items, as a call has set it, also after the next start", async () => {
    const KeySchema = [{ AttributeName: "id", KeyType: "HASH" as const }];
    const made = { TableName: "made" };
    await client.send(
      new CreateTableCommand({ ...made, AttributeDefinitions, KeySchema, BillingMode: "PAY_PER_REQUEST" }),
    );
    const set = (AttributeName: string, Enabled = true, of = made) =>
      client.send(
        new UpdateTimeToLiveCommand({ ...of, TimeToLiveSpecification: { AttributeName, Enabled } }),
      );
    const reported = async () =>
      (await client.send(new DescribeTimeToLiveCommand(made))).TimeToLiveDescription;
    const { TimeToLiveSpecification } = await set("until");
    assert.deepEqual(TimeToLiveSpecification, { AttributeName: "until", Enabled: true });
    await refused(set("until"), "TimeToLive is already enabled");
    await refused(set("other"), /^TimeToLive is active on a different AttributeName/);
    await refused(set(""), /'timeToLiveSpecification.attributeName'/);
    await refused(set("until", true, { TableName: "none" }), /not found/, "ResourceNotFoundException");
    await run.stop();
    await start(run.context);
    assert.deepEqual(await reported(), { TimeToLiveStatus: "ENABLED", AttributeName: "until" });
    await set("until", false);
    assert.deepEqual(await reported(), { TimeToLiveStatus: "DISABLED" });
    await set("until");
    await client.send(new DeleteTableCommand(made));
    // Like DynamoDB, the store answers before the table is gone.
    await waitUntilTableNotExists({ client, maxWaitTime: 30, minDelay: 0.01, maxDelay: 0.1 }, made);
    await refused(set("until"), /not found/, "ResourceNotFoundException");
  });
});
