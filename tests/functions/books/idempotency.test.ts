import assert from "node:assert/strict";
import { DeleteItemCommand, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { event, jsonEvent } from "../support/event.ts";
import { FunctionThread, type Reply } from "../support/function-thread.ts";
import { environmentFor, type Stores, startStores } from "../support/stores.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

describe("POST /books with an Idempotency-Key", () => {
  let stores: Stores;
  let mongo: TcpProxy;
  let dynamo: TcpProxy;
  let create: FunctionThread;
  let read: FunctionThread;

  before(async () => {
    stores = await startStores();
    mongo = new TcpProxy(stores.mongo);
    dynamo = new TcpProxy(stores.dynamo);
    await mongo.start();
    await dynamo.start();
    const environment = environmentFor({ mongo: mongo.address, dynamo: dynamo.address });
    create = await FunctionThread.load("books/createBook", environment);
    read = await FunctionThread.load("books/readBooks", stores.environment);
  });
  afterEach(async () => {
    await mongo.behave("pass");
    await dynamo.behave("pass");
    const { Items = [] } = await stores.client.send(new ScanCommand({ TableName: "idempotency" }));
    for (const { key } of Items) {
      if (key) await stores.client.send(new DeleteItemCommand({ TableName: "idempotency", Key: { key } }));
    }
  });
  after(async () => {
    await create.end();
    await read.end();
    await mongo.stop();
    await dynamo.stop();
  });

  const post = (title: string, key?: string): Promise<Reply> =>
    create.request(
      jsonEvent(
        { routeKey: "POST /books", ...(key && { headers: { "idempotency-key": key } }) },
        { title, body: "" },
      ),
    );

  const booksCalled = async (title: string): Promise<number> => {
    const reply = await read.request(event({ routeKey: "GET /books", query: { limit: "100" } }));
    return JSON.parse(reply.body ?? "").items.filter((book: { title: string }) => book.title === title)
      .length;
  };

  /** The only record there is, with one attribute changed. */
  const change = async (name: string, value: { BOOL: boolean } | { N: string }): Promise<void> => {
    const { Items = [] } = await stores.client.send(new ScanCommand({ TableName: "idempotency" }));
    assert.equal(Items.length, 1);
    await stores.client.send(
      new UpdateItemCommand({
        TableName: "idempotency",
        Key: { key: Items[0]?.key ?? { S: "" } },
        UpdateExpression: "SET #name = :value",
        ExpressionAttributeNames: { "#name": name },
        ExpressionAttributeValues: { ":value": value },
      }),
    );
  };

  it("keeps a record for a day", async () => {
    const now = Date.now() / 1_000;
    await post("kept", "k");
    const { Items = [] } = await stores.client.send(new ScanCommand({ TableName: "idempotency" }));
    const seconds = Number(Items[0]?.expiresAt?.N) - now;
    assert.ok(Math.abs(seconds - 24 * 60 * 60) < 120, `${seconds} s`);
    assert.deepEqual(Object.keys(Items[0] ?? {}).sort(), [
      "createdAt",
      "digest",
      "expiresAt",
      "finished",
      "id",
      "key",
    ]);
  });

  it("is taken up by the next attempt when the first one broke off before the book was added", async () => {
    await mongo.behave("refuse");
    assert.equal((await post("broken off", "k")).statusCode, 503);
    await mongo.behave("pass");
    const reply = await post("broken off", "k");
    assert.equal(reply.statusCode, 201);
    assert.equal((await post("broken off", "k")).body, reply.body);
    assert.equal(await booksCalled("broken off"), 1);
  });

  it("finds the book when the first attempt broke off after it was added", async () => {
    const first = await post("added", "k");
    await change("finished", { BOOL: false });
    const second = await post("added", "k");
    assert.deepEqual([second.statusCode, second.body], [201, first.body]);
    assert.equal(await booksCalled("added"), 1);
  });

  it("may be used for another book when its day is over", async () => {
    await post("yesterday", "k");
    await change("expiresAt", { N: String(Math.floor(Date.now() / 1_000) - 1) });
    const reply = await post("today", "k");
    assert.equal(reply.statusCode, 201);
    assert.equal(JSON.parse(reply.body ?? "").title, "today");
  });

  it("is refused while the table of records is away, and adds nothing", async () => {
    await dynamo.behave("refuse");
    assert.equal((await post("no table", "k")).statusCode, 503);
    assert.equal(await booksCalled("no table"), 0);
  });

  it("is not needed: without it the table of records is never asked", async () => {
    await dynamo.behave("refuse");
    assert.equal((await post("without")).statusCode, 201);
    assert.equal((await post("without")).statusCode, 201);
    assert.equal(await booksCalled("without"), 2);
  });
});
