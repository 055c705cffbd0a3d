import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { DynamodbService } from "../../../local/dynamodb/service.ts";
import { Store } from "../../../local/dynamodb/store.ts";
import type { TableDefinition } from "../../../local/dynamodb/table-definitions.ts";
import { reconcile } from "../../../local/dynamodb/tables.ts";
import { Transactions } from "../../../local/dynamodb/transactions.ts";
import { recording, table, tableArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const TableName = "accounts";
const key = (id: string) => ({ id: { S: id } });
const account = (id: string, balance: number) => ({ ...key(id), balance: { N: String(balance) } });

describe("transactions of the local DynamoDB", () => {
  const run = serviceRun({ lasts: "block" });
  let client: DynamoDBClient;
  before(async () => {
    const iam = await run.begin(testContext(recording(table(TableName))));
    await run.start(new DynamodbService(iam));
    client = run.client("AWS_ENDPOINT_URL_DYNAMODB", (settings) => new DynamoDBClient(settings));
  });

  const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
    client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
  const put = (Item: ReturnType<typeof account>) => client.send(new PutItemCommand({ TableName, Item }));
  const balance = async (id: string) => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: key(id) }));
    return Item && Number(Item.balance?.N);
  };
  const add = (id: string, amount: number) => ({
    Update: {
      TableName,
      Key: key(id),
      UpdateExpression: "SET balance = balance + :amount",
      ConditionExpression: "balance >= :least",
      ExpressionAttributeValues: { ":amount": { N: String(amount) }, ":least": { N: String(-amount) } },
    },
  });

  it("do all of their actions", async () => {
    await put(account("a", 10));
    await put(account("gone", 1));
    await write([
      add("a", -4),
      { Put: { TableName: tableArn(TableName), Item: account("b", 4) } },
      { Delete: { TableName, Key: key("gone") } },
      { ConditionCheck: { TableName, Key: key("none"), ConditionExpression: "attribute_not_exists(id)" } },
    ]);
    assert.deepEqual(await Promise.all(["a", "b", "gone", "none"].map(balance)), [
      6,
      4,
      undefined,
      undefined,
    ]);
  });

  it("do none of them where one fails, and say which and why", async () => {
    await put(account("a", 3));
    await put(account("b", 0));
    await put(account("c", 0));
    const failing = write([
      add("b", 5),
      { Put: { TableName, Item: account("new", 1) } },
      { Update: { ...add("a", -5).Update, ReturnValuesOnConditionCheckFailure: "ALL_OLD" } },
      { ConditionCheck: { TableName, Key: key("c"), ConditionExpression: "attribute_exists(id)" } },
    ]);
    await assert.rejects(failing, {
      name: "TransactionCanceledException",
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, None, ConditionalCheckFailed, None]",
      CancellationReasons: [
        { Code: "None" },
        { Code: "None" },
        { Code: "ConditionalCheckFailed", Message: "The conditional request failed", Item: account("a", 3) },
        { Code: "None" },
      ],
    });
    assert.deepEqual(await Promise.all(["a", "b", "new"].map(balance)), [3, 0, undefined]);
  });

  it("take back what was done when an action is wrong for its item, or for every one", async () => {
    await put(account("a", 3));
    const Update = { TableName, Key: key("text"), UpdateExpression: "SET balance = balance + :one" };
    const wrong = { Update: { ...Update, ExpressionAttributeValues: { ":one": { N: "1" } } } };
    await assert.rejects(write([add("a", 1), wrong]), ({ CancellationReasons }) => {
      assert.deepEqual(
        CancellationReasons.map(({ Code }: { Code: string }) => Code),
        ["None", "ValidationError"],
      );
      return true;
    });
    const syntax = { Update: { ...Update, UpdateExpression: "SET SET" } };
    await assert.rejects(write([add("a", 1), syntax]), { name: "ValidationException" });
    assert.equal(await balance("a"), 3);
  });

  it("refuse two actions on one item, none, more than 100, and a table that is not there", async () => {
    const one = { Put: { TableName, Item: account("x", 1) } };
    await assert.rejects(write([one, { Delete: { TableName, Key: key("x") } }]), {
      name: "ValidationException",
      message: "Transaction request cannot include multiple operations on one item",
    });
    await assert.rejects(write([]), { name: "ValidationException" });
    const many = Array.from({ length: 101 }, (_, n) => ({ Put: { TableName, Item: account(`m${n}`, n) } }));
    await assert.rejects(write(many), /less than or equal to 100/);
    const large = Array.from({ length: 12 }, (_, n) => {
      const Item = { ...account(`l${n}`, 0), text: { S: "x".repeat(350_000) } };
      return { Put: { TableName, Item } };
    });
    await assert.rejects(write(large), { name: "ValidationException", message: /4194304 bytes/ });
    await assert.rejects(write([one, { Delete: { TableName, Key: { other: { S: "x" } } } }]), {
      name: "TransactionCanceledException",
      message: /\[None, ValidationError\]$/,
    });
    const elsewhere = { Put: { TableName: "nowhere", Item: account("x", 1) } };
    await assert.rejects(write([one, elsewhere]), {
      name: "ResourceNotFoundException",
      message: "Requested resource not found",
    });
    assert.equal(await balance("x"), undefined);
  });

  it("are done once for one token, which no other transaction may have", async () => {
    await put(account("a", 0));
    await write([add("a", 1)], "token");
    await write([add("a", 1)], "token");
    assert.equal(await balance("a"), 1);
    await assert.rejects(write([add("a", 2)], "token"), { name: "IdempotentParameterMismatchException" });
  });

  it("never meet halfway: 40 transfers and 40 readers see one sum", async () => {
    await put(account("left", 50));
    await put(account("right", 50));
    const read = async () => {
      const { Responses = [] } = await client.send(
        new TransactGetItemsCommand({
          TransactItems: ["left", "right"].map((id) => ({ Get: { TableName, Key: key(id) } })),
        }),
      );
      return Responses.reduce((sum, { Item }) => sum + Number(Item?.balance?.N), 0);
    };
    const sums = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const moved = write([add("left", n % 2 ? 1 : -1), add("right", n % 2 ? -1 : 1)]);
        const sum = await read();
        await moved;
        return sum;
      }),
    );
    assert.deepEqual([...new Set(sums)], [100]);
  });

  it("and a single write give the item that did not fit the condition, where it is asked for", async () => {
    await put(account("a", 7));
    const conditioned = (more: object) =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: key("a"),
          UpdateExpression: "SET balance = :none",
          ConditionExpression: "balance = :none",
          ExpressionAttributeValues: { ":none": { N: "0" } },
          ...more,
        }),
      );
    const ReturnValuesOnConditionCheckFailure = "ALL_OLD";
    await assert.rejects(conditioned({ ReturnValuesOnConditionCheckFailure }), {
      name: "ConditionalCheckFailedException",
      Item: account("a", 7),
    });
    await assert.rejects(conditioned({}), (error: { Item?: unknown }) => error.Item === undefined);
    const again = new PutItemCommand({
      TableName,
      Item: account("a", 8),
      ConditionExpression: "attribute_not_exists(id)",
      ReturnValuesOnConditionCheckFailure,
    });
    await assert.rejects(client.send(again), { Item: account("a", 7) });
  });

  it("that a killed run left half done are taken back", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tandem-transactions-"));
    const store = await Store.open(path.join(folder, "data"));
    try {
      const create: TableDefinition["create"] = {
        TableName,
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      };
      await reconcile(store, [{ create }]);
      // As they were when the run was killed: the first two actions done, what was before them in the file.
      await store.run("PutItem", { TableName, Item: account("a", 1) });
      await store.run("PutItem", { TableName, Item: account("new", 2) });
      const before = [
        { table: TableName, key: key("a"), item: account("a", 10) },
        { table: TableName, key: key("new"), item: null },
        { table: "dropped", key: key("x"), item: null },
      ];
      const file = path.join(folder, "data-transaction.json");
      writeFileSync(file, JSON.stringify(before));
      const transactions = new Transactions(store);
      assert.equal(await transactions.recover(), true);
      const { Items } = await store.run<{ Items: unknown[] }>("Scan", { TableName });
      assert.deepEqual(Items, [account("a", 10)]);
      assert.equal(existsSync(file), false);
      assert.equal(await transactions.recover(), false);
    } finally {
      await store.close();
      rmSync(folder, { recursive: true });
    }
  });
});
