import assert from "node:assert/strict";
import {
  DescribeTableCommand,
  DynamoDBClient,
  type GlobalSecondaryIndexUpdate,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { DynamodbService } from "../../../local/dynamodb/service.ts";
import { recording, table, tableArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

/** A table for each test, and all of them again where a test goes on in another start. */
const TABLES = ["motors", "written", "refused", "unfit", "kept"];
const program = recording(...TABLES.map((name) => table(name)));
const byMaker = (IndexName = "by-maker"): GlobalSecondaryIndexUpdate => ({
  Create: {
    IndexName,
    KeySchema: [{ AttributeName: "maker", KeyType: "HASH" }],
    Projection: { ProjectionType: "ALL" },
  },
});

describe("global indexes that a call changes", () => {
  const run = serviceRun({ lasts: "block" });
  const tables = TABLES.values();
  let TableName = "";
  let client: DynamoDBClient;

  async function start(context = testContext(program)) {
    await run.start(new DynamodbService(await run.begin(context)));
    client = run.client("AWS_ENDPOINT_URL_DYNAMODB", (settings) => new DynamoDBClient(settings));
  }
  before(() => start());
  beforeEach(() => {
    TableName = tables.next().value ?? assert.fail("each test needs a table");
  });

  const put = (id: string, maker: { S: string } | { N: string }) =>
    client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, maker } }));

  const update = (...GlobalSecondaryIndexUpdates: GlobalSecondaryIndexUpdate[]) =>
    client.send(
      new UpdateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: "maker", AttributeType: "S" }],
        GlobalSecondaryIndexUpdates,
      }),
    );

  const indexes = async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    return (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, IndexStatus }) => [
      IndexName,
      IndexStatus,
    ]);
  };

  const count = async () => (await client.send(new ScanCommand({ TableName }))).Count;

  async function madeBy(maker: string): Promise<number | undefined> {
    const { Count } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: "by-maker",
        KeyConditionExpression: "maker = :maker",
        ExpressionAttributeValues: { ":maker": { S: maker } },
      }),
    );
    return Count;
  }

  it("are added with what the table holds, and removed again without a loss", async () => {
    const ResourceArn = tableArn(TableName);
    const Tags = [{ Key: "team", Value: "engines" }];
    await client.send(new TagResourceCommand({ ResourceArn, Tags }));
    for (let id = 0; id < 30; id++) await put(String(id), { S: id % 3 ? "acme" : "other" });
    const { TableDescription } = await update(byMaker());
    assert.equal(TableDescription?.TableStatus, "UPDATING");
    assert.equal(TableDescription?.GlobalSecondaryIndexes?.[0]?.IndexStatus, "CREATING");
    assert.deepEqual(await indexes(), [["by-maker", "ACTIVE"]]);
    assert.equal(await madeBy("acme"), 20);
    await put("more", { S: "acme" });
    assert.equal(await madeBy("acme"), 21);
    const gone = await update({ Delete: { IndexName: "by-maker" } });
    assert.equal(gone.TableDescription?.GlobalSecondaryIndexes?.[0]?.IndexStatus, "DELETING");
    assert.deepEqual(await indexes(), []);
    assert.equal(await count(), 31);
    const { Tags: kept } = await client.send(new ListTagsOfResourceCommand({ ResourceArn }));
    assert.deepEqual(kept, Tags);
  });

  it("lose no write that comes meanwhile", async () => {
    await put("before", { S: "acme" });
    const writes = Array.from({ length: 40 }, (_, id) => put(`meanwhile ${id}`, { S: "acme" }));
    await Promise.all([update(byMaker()), ...writes]);
    assert.equal(await madeBy("acme"), 41);
  });

  it("are refused as DynamoDB refuses them, and change nothing then", async () => {
    await put("one", { S: "acme" });
    await update(byMaker());
    const refused = (sent: Promise<unknown>, name: string, message: RegExp) =>
      assert.rejects(sent, { name, message });
    await refused(update(byMaker()), "ValidationException", /index which already exists: by-maker/);
    await refused(update({ Delete: { IndexName: "none" } }), "ResourceNotFoundException", /not found/);
    await refused(
      update(byMaker("one-more"), { Delete: { IndexName: "by-maker" } }),
      "LimitExceededException",
      /Only 1 online index/,
    );
    const unknown = new UpdateTableCommand({ TableName, GlobalSecondaryIndexUpdates: [byYear] });
    await refused(client.send(unknown), "ValidationException", /not defined in AttributeDefinitions/);
    assert.deepEqual(await indexes(), [["by-maker", "ACTIVE"]]);
    assert.equal(await count(), 1);
  });

  it("are not added where an item does not fit, which stays where it is", async () => {
    await put("one", { N: "5" });
    await assert.rejects(update(byMaker()), {
      name: "ValidationException",
      message: /^Index by-maker is on maker \(S\), which is of type N in the item with key \[\{"S":"one"\}\]/,
    });
    assert.deepEqual(await indexes(), []);
    assert.equal(await count(), 1);
  });

  it("are the program's again at the next start", async () => {
    await put("one", { S: "acme" });
    await update(byMaker());
    const { context } = run;
    await run.stop();
    await start(context);
    assert.deepEqual(await indexes(), []);
    assert.equal(await count(), 1);
  });
});

const byYear: GlobalSecondaryIndexUpdate = {
  Create: {
    IndexName: "by-year",
    KeySchema: [{ AttributeName: "year", KeyType: "HASH" }],
    Projection: { ProjectionType: "KEYS_ONLY" },
  },
};
