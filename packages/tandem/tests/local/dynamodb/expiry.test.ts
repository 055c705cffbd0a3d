import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { deleteExpired } from "../../../local/dynamodb/expiry.ts";
import { Store } from "../../../local/dynamodb/store.ts";
import { Streams } from "../../../local/dynamodb/streams/streams.ts";
import type { TableDefinition } from "../../../local/dynamodb/table-definitions.ts";
import { reconcile } from "../../../local/dynamodb/tables.ts";

const now = Date.parse("2026-11-23T12:00:00Z");
const seconds = now / 1000;

const table: TableDefinition = {
  create: {
    TableName: "idempotency",
    KeySchema: [{ AttributeName: "key", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "key", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  },
  expiryAttribute: "expiresAt",
};

describe("expired items", () => {
  let folder: string;
  let store: Store;
  let streams: Streams;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-expiry-"));
    store = await Store.open(folder);
    streams = await Streams.open(store, "eu-central-1", () => {});
    await reconcile(store, [table]);
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const put = (key: string, expiresAt?: object) =>
    store.run("PutItem", {
      TableName: "idempotency",
      Item: { key: { S: key }, ...(expiresAt ? { expiresAt } : {}) },
    });

  async function keys(): Promise<string[]> {
    const { Items } = await store.run<{ Items: { key: { S: string } }[] }>("Scan", {
      TableName: "idempotency",
    });
    return Items.map(({ key }) => key.S).sort();
  }

  it("go, and nothing else: not what is still good, has no time, a text for it, or a time years ago", async () => {
    await put("expired", { N: String(seconds - 1) });
    await put("good", { N: String(seconds + 60) });
    await put("without");
    await put("text", { S: String(seconds - 1) });
    await put("milliseconds", { N: String(now) });
    await put("long ago", { N: "1" });
    await deleteExpired({ store, streams }, table, now);
    assert.deepEqual(await keys(), ["good", "long ago", "milliseconds", "text", "without"]);
  });

  it("stay in a table without an expiry attribute", async () => {
    await put("expired", { N: String(seconds - 1) });
    await deleteExpired({ store, streams }, { create: table.create }, now);
    assert.deepEqual(await keys(), ["expired"]);
  });

  it("go from tables of many pages", async () => {
    const padding = { S: "x".repeat(90_000) };
    for (let index = 0; index < 30; index++) {
      const Item = { key: { S: String(index) }, expiresAt: { N: String(seconds - 1) }, padding };
      await store.run("PutItem", { TableName: "idempotency", Item });
    }
    await deleteExpired({ store, streams }, table, now);
    assert.deepEqual(await keys(), []);
  });
});
