import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { deleteExpired } from "../../../local/dynamodb/expiry.ts";
import { DynamodbService } from "../../../local/dynamodb/service.ts";
import { Store } from "../../../local/dynamodb/store.ts";
import { START } from "../../../local/dynamodb/streams/log.ts";
import { type StreamRecord, streamRecord } from "../../../local/dynamodb/streams/record.ts";
import { Streams } from "../../../local/dynamodb/streams/streams.ts";
import type { TableDefinition, ViewType } from "../../../local/dynamodb/table-definitions.ts";
import { reconcile } from "../../../local/dynamodb/tables.ts";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import { JsonClient } from "../../../local/json-client.ts";
import { REGION, recording, role, roleArn, table, tableArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const TableName = "motors";
const arn = tableArn(TableName);
const LABEL = "2026-01-01T00:00:00.000";
const streamArn = `${arn}/stream/${LABEL}`;
const motors = table(
  TableName,
  { streamEnabled: true, streamViewType: "NEW_AND_OLD_IMAGES" },
  { streamArn, streamLabel: LABEL },
);

const key = (id: string) => ({ id: { S: id } });
const motor = (id: string, power: number) => ({ ...key(id), power: { N: String(power) } });

/** What the four operations answer, of which each test reads a part. */
interface Answers {
  StreamDescription: { StreamStatus: string; Shards: [{ ShardId: string }] };
  ShardIterator: string;
  Records: StreamRecord[];
  Streams: object[];
}

describe("streams of the local DynamoDB", () => {
  const run = serviceRun({ lasts: "block" });
  let client: DynamoDBClient;
  /** Records of the table when the test began. */
  let earlier = 0;
  const of = (Action: string[], Resource: string) => ({ Effect: "Allow", Action, Resource });
  const reader = role("reader", of(["dynamodb:DescribeStream", "dynamodb:GetShardIterator"], streamArn));

  async function start(context = testContext(recording(motors, reader))) {
    await run.start(new DynamodbService(await run.begin(context)));
    client = run.client("AWS_ENDPOINT_URL_DYNAMODB", (settings) => new DynamoDBClient(settings));
  }

  function ask(
    operation: string,
    input: object,
    credentials: Credentials = operatorCredentials,
  ): Promise<Answers> {
    const endpoint = new URL(run.context.addresses.variables().AWS_ENDPOINT_URL_DYNAMODB_STREAMS ?? "");
    const target = "DynamoDBStreams_20120810";
    const client = new JsonClient({ endpoint, service: "dynamodb", target, region: REGION, credentials });
    return client.call(operation, input);
  }

  async function records(StreamArn = streamArn, type = "TRIM_HORIZON"): Promise<StreamRecord[]> {
    const { StreamDescription } = await ask("DescribeStream", { StreamArn });
    const { ShardId } = StreamDescription.Shards[0];
    const { ShardIterator } = await ask("GetShardIterator", { StreamArn, ShardId, ShardIteratorType: type });
    return (await ask("GetRecords", { ShardIterator })).Records;
  }

  const reported = async () =>
    (await records())
      .slice(earlier)
      .map(({ eventName, dynamodb: { Keys, NewImage, OldImage } }) => [
        eventName,
        (Keys as ReturnType<typeof key>).id.S,
        (OldImage as Record<string, AttributeValue> | undefined)?.power?.N,
        (NewImage as Record<string, AttributeValue> | undefined)?.power?.N,
      ]);

  const put = (id: string, power: number) =>
    client.send(new PutItemCommand({ TableName, Item: motor(id, power) }));

  before(() => start());
  beforeEach(async () => {
    earlier = (await records()).length;
  });

  it("tell of each item that is put, changed and deleted, in that order", async () => {
    await put("a", 1);
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: key("a"),
        UpdateExpression: "ADD power :more",
        ExpressionAttributeValues: { ":more": { N: "2" } },
      }),
    );
    await client.send(new DeleteItemCommand({ TableName: arn, Key: key("a") }));
    assert.deepEqual(await reported(), [
      ["INSERT", "a", undefined, "1"],
      ["MODIFY", "a", "1", "3"],
      ["REMOVE", "a", "3", undefined],
    ]);
    const [first, second] = (await records()).slice(earlier);
    assert.ok(first && second && first.dynamodb.SequenceNumber < second.dynamodb.SequenceNumber);
    assert.equal(first.awsRegion, REGION);
    assert.equal(first.dynamodb.StreamViewType, "NEW_AND_OLD_IMAGES");
    assert.equal(first.userIdentity, undefined);
  });

  it("have no record of a write that changes nothing, that was refused, or of another table", async () => {
    await put("b", 1);
    await put("b", 1);
    const ConditionExpression = "attribute_not_exists(id)";
    await assert.rejects(
      client.send(new PutItemCommand({ TableName, Item: motor("b", 2), ConditionExpression })),
      { name: "ConditionalCheckFailedException" },
    );
    await client.send(new DeleteItemCommand({ TableName, Key: key("none") }));
    await assert.rejects(client.send(new PutItemCommand({ TableName, Item: { power: { N: "1" } } })), {
      name: "ValidationException",
    });
    assert.deepEqual(await reported(), [["INSERT", "b", undefined, "1"]]);
  });

  it("tell of batches and transactions, and nothing of a transaction that is cancelled", async () => {
    await put("c1", 1);
    const requests = [{ PutRequest: { Item: motor("c2", 2) } }, { DeleteRequest: { Key: key("c1") } }];
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: motor("c3", 3) } },
          { Delete: { TableName, Key: key("c2") } },
        ],
      }),
    );
    const ConditionExpression = "attribute_exists(id)";
    await assert.rejects(
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: motor("c3", 4) } },
            { ConditionCheck: { TableName, Key: key("none"), ConditionExpression } },
          ],
        }),
      ),
      { name: "TransactionCanceledException" },
    );
    assert.deepEqual(await reported(), [
      ["INSERT", "c1", undefined, "1"],
      ["INSERT", "c2", undefined, "2"],
      ["REMOVE", "c1", "1", undefined],
      ["INSERT", "c3", undefined, "3"],
      ["REMOVE", "c2", "2", undefined],
    ]);
  });

  it("show what their view says, and count bytes as AWS does", () => {
    const image = (message: string) => ({ Message: { S: message }, Id: { N: "101" } });
    // The three records of AWS's own example.
    const before = image("New item!");
    const after = image("This item has changed");
    const of = (viewType: ViewType, change: { before: object | null; after: object | null }) =>
      streamRecord(
        { arn: streamArn, viewType },
        { key: { Id: { N: "101" } }, ...(change as { before: null; after: null }) },
        { sequence: "1", time: 0 },
      ).dynamodb;
    const both = "NEW_AND_OLD_IMAGES";
    assert.deepEqual(
      [
        of(both, { before: null, after: before }),
        of(both, { before, after }),
        of(both, { before: after, after: null }),
      ].map(({ SizeBytes }) => SizeBytes),
      [26, 59, 38],
    );
    const images = (viewType: ViewType) => {
      const { NewImage, OldImage } = of(viewType, { before, after });
      return [NewImage, OldImage];
    };
    assert.deepEqual(images("KEYS_ONLY"), [undefined, undefined]);
    assert.deepEqual(images("NEW_IMAGE"), [after, undefined]);
    assert.deepEqual(images("OLD_IMAGE"), [undefined, before]);
    assert.deepEqual(images(both), [after, before]);
  });

  it("are there after the next start, with their records; the latest begin behind them", async () => {
    await put("d1", 1);
    await run.stop();
    await start(run.context);
    await put("d2", 2);
    assert.deepEqual((await reported()).length, 2);
    assert.deepEqual(await records(streamArn, "LATEST"), []);
  });

  it("are given to a table by a call, and taken from it", async () => {
    await client.send(
      new CreateTableCommand({
        TableName: "made",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
        StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
      }),
    );
    const { Table } = await client.send(new DescribeTableCommand({ TableName: "made" }));
    assert.deepEqual(Table?.StreamSpecification, { StreamEnabled: true, StreamViewType: "KEYS_ONLY" });
    const made = Table?.LatestStreamArn ?? "";
    await client.send(new PutItemCommand({ TableName: "made", Item: motor("a", 1) }));
    assert.deepEqual(
      (await records(made)).map(({ dynamodb: { Keys, NewImage } }) => [Keys, NewImage]),
      [[key("a"), undefined]],
    );
    const { Streams: listed } = await ask("ListStreams", { TableName: "made" });
    assert.deepEqual(listed, [{ StreamArn: made, TableName: "made", StreamLabel: Table?.LatestStreamLabel }]);
    await client.send(
      new UpdateTableCommand({ TableName: "made", StreamSpecification: { StreamEnabled: false } }),
    );
    await client.send(new PutItemCommand({ TableName: "made", Item: motor("b", 1) }));
    assert.equal((await records(made)).length, 1);
    const { StreamDescription } = await ask("DescribeStream", { StreamArn: made });
    assert.equal(StreamDescription.StreamStatus, "DISABLED");
  });

  it("are read by who may, and refused where they or their shards are not there", async () => {
    const as = credentialsOf(roleArn("reader"));
    const { StreamDescription } = await ask("DescribeStream", { StreamArn: streamArn }, as);
    const { ShardId } = StreamDescription.Shards[0];
    const first = { StreamArn: streamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
    const { ShardIterator } = await ask("GetShardIterator", first, as);
    const refused = { code: "AccessDeniedException" };
    await assert.rejects(ask("GetRecords", { ShardIterator }, as), refused);
    await assert.rejects(ask("ListStreams", { TableName }, as), refused);
    await assert.rejects(ask("ReadPosition", { Name: "x" }, as), { code: "UnknownOperationException" });
    const missing = { code: "ResourceNotFoundException" };
    await assert.rejects(ask("DescribeStream", { StreamArn: `${arn}/stream/none` }), missing);
    await assert.rejects(ask("GetShardIterator", { ...first, ShardId: "none" }), missing);
    const invalid = { code: "ValidationException" };
    await assert.rejects(ask("GetShardIterator", { ...first, ShardIteratorType: "NOW" }), invalid);
    await assert.rejects(ask("GetRecords", { ShardIterator: "x" }), invalid);
  });
});

describe("a stream on disk", () => {
  const streamed: TableDefinition = {
    create: {
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    },
    expiryAttribute: "until",
    stream: { arn: streamArn, label: LABEL, viewType: "NEW_AND_OLD_IMAGES" },
  };
  let folder: string;
  let store: Store;
  let streams: Streams;

  async function open() {
    store = await Store.open(path.join(folder, "dynamodb"));
    await reconcile(store, [streamed]);
    streams = await Streams.open(store, REGION, () => {});
  }
  async function close() {
    await store.close();
    await streams.close();
  }
  const names = async () =>
    (await streams.log?.records(streamArn, START, 100))?.map(({ eventName }) => eventName);

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-streams-"));
    await open();
    await streams.declare([streamed], []);
  });
  afterEach(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });

  const put = (id: string) =>
    store.alone((run) =>
      streams.around(run, [{ table: TableName, key: key(id) }], () =>
        run("PutItem", { TableName, Item: motor(id, 1) }),
      ),
    );

  it("has what a killed run wrote and did not record any more", async () => {
    await store.run("PutItem", { TableName, Item: motor("deleted", 1) });
    await streams.log?.begin([
      { arn: streamArn, key: key("put"), item: null },
      { arn: streamArn, key: key("deleted"), item: motor("deleted", 1) },
      { arn: streamArn, key: key("untouched"), item: null },
    ]);
    await store.run("PutItem", { TableName, Item: motor("put", 1) });
    await store.run("DeleteItem", { TableName, Key: key("deleted") });
    await close();
    await open();
    assert.deepEqual(await names(), ["INSERT", "REMOVE"]);
    await close();
    await open();
    assert.deepEqual(await names(), ["INSERT", "REMOVE"]);
  });

  it("has what was written on a full disk, before what the next write changed", async () => {
    const log = streams.log ?? assert.fail("no stream");
    const { append } = log;
    log.append = () => Promise.reject(new Error("IO error: No space left on device"));
    await assert.rejects(put("a"), /No space left/);
    await assert.rejects(put("b"), /No space left/);
    log.append = append;
    assert.equal((await store.run<{ Count: number }>("Scan", { TableName })).Count, 1);
    // As an SDK tries again: the item is there already, so this alone changes nothing.
    await put("a");
    await put("b");
    const records = (await log.records(streamArn, START, 10)).map(({ dynamodb }) => dynamodb.Keys.id);
    assert.deepEqual(records, [{ S: "a" }, { S: "b" }]);
  });

  it("says of an item whose time is over that DynamoDB deleted it", async () => {
    const now = Date.now();
    const Item = { ...key("old"), until: { N: String(Math.floor(now / 1000) - 1) } };
    await store.run("PutItem", { TableName, Item });
    await deleteExpired({ store, streams }, streamed, now);
    const [record] = (await streams.log?.records(streamArn, START, 10)) ?? [];
    assert.equal(record?.eventName, "REMOVE");
    assert.deepEqual(record?.dynamodb.OldImage, Item);
    assert.deepEqual(record?.userIdentity, { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" });
  });

  it("loses what is a day old, unless a mapping has not read it yet", async () => {
    const inTwoDays = Date.now() + 2 * 24 * 60 * 60 * 1000;
    const reader = { name: "mapping", arn: streamArn, startsAt: "TRIM_HORIZON" as const };
    await streams.declare([streamed], [reader]);
    await put("a");
    await put("b");
    const [first] = (await streams.log?.records(streamArn, START, 1)) ?? [];
    await streams.log?.trim(inTwoDays);
    assert.equal((await names())?.length, 2);
    await streams.log?.saveReader("mapping", {
      arn: streamArn,
      sequence: first?.dynamodb.SequenceNumber ?? "",
    });
    await streams.log?.trim();
    assert.equal((await names())?.length, 2);
    await streams.log?.trim(inTwoDays);
    assert.equal((await names())?.length, 1);
    await streams.declare([streamed], []);
    await streams.log?.trim(inTwoDays);
    assert.deepEqual(await names(), []);
  });
});
