import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Rebuild } from "../../../local/dynamodb/rebuild.ts";
import { Store } from "../../../local/dynamodb/store.ts";
import type { CreateTableInput } from "../../../local/dynamodb/table-definitions.ts";
import { reconcile } from "../../../local/dynamodb/tables.ts";

const plain: CreateTableInput = {
  TableName: "motors",
  KeySchema: [{ AttributeName: "title", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "title", AttributeType: "S" }],
  BillingMode: "PAY_PER_REQUEST",
};
const indexed: CreateTableInput = {
  ...plain,
  AttributeDefinitions: [...plain.AttributeDefinitions, { AttributeName: "genre", AttributeType: "S" }],
  GlobalSecondaryIndexes: [
    {
      IndexName: "byGenre",
      KeySchema: [{ AttributeName: "genre", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" },
    },
  ],
};

describe("table with other global indexes", () => {
  let folder: string;
  let store: Store;
  const waiting = () => path.join(`${folder}-rebuild`);

  beforeEach(async () => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), "tandem-rebuild-")), "dynamodb");
    store = await Store.open(folder);
  });

  afterEach(async () => {
    await store.close();
    rmSync(path.dirname(folder), { recursive: true });
  });

  async function fill(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const Item = { title: { S: `fern ${index}` }, genre: { S: index % 2 ? "Drama" : "Comedy" } };
      await store.run("PutItem", { TableName: "motors", Item });
    }
  }

  async function dramas(): Promise<number> {
    const { Count } = await store.run<{ Count: number }>("Query", {
      TableName: "motors",
      IndexName: "byGenre",
      KeyConditionExpression: "genre = :g",
      ExpressionAttributeValues: { ":g": { S: "Drama" } },
    });
    return Count;
  }

  const count = async () => (await store.run<{ Count: number }>("Scan", { TableName: "motors" })).Count;

  it("gets an index, and loses it again, with all its items", async () => {
    await reconcile(store, [{ create: plain }]);
    await fill(60);
    await reconcile(store, [{ create: indexed }]);
    assert.equal(await dramas(), 30);
    await reconcile(store, [{ create: plain }]);
    await assert.rejects(dramas(), { message: /byGenre/ });
    assert.equal(await count(), 60);
    assert.deepEqual(readdirSync(waiting()), []);
  });

  it("is left alone when its indexes are the same", async () => {
    await reconcile(store, [{ create: indexed }]);
    await reconcile(store, [{ create: indexed }]);
    assert.equal(existsSync(waiting()), false);
  });

  it("is whole again after a run that was killed in the middle", async () => {
    await reconcile(store, [{ create: plain }]);
    await fill(30);
    const killed = new Rebuild(store, async () => {
      throw new Error("killed");
    });
    await assert.rejects(killed.run(indexed), { message: "killed" });
    assert.deepEqual(killed.unfinished(), ["motors"]);
    await reconcile(store, [{ create: indexed }]);
    assert.equal(await count(), 30);
    assert.equal(await dramas(), 15);
  });

  it("is whole again where no program declares it any more", async () => {
    await reconcile(store, [{ create: plain }]);
    await fill(4);
    const killed = new Rebuild(store, async () => {
      throw new Error("killed");
    });
    await assert.rejects(killed.run(indexed), { message: "killed" });
    await reconcile(store, []);
    assert.equal(await dramas(), 2);
    assert.deepEqual(readdirSync(waiting()), []);
  });

  it("is left alone where an item does not fit its new index", async () => {
    await reconcile(store, [{ create: plain }]);
    await store.run("PutItem", { TableName: "motors", Item: { title: { S: "x" }, genre: { S: "" } } });
    await assert.rejects(reconcile(store, [{ create: indexed }]), {
      message:
        /^Table motors: Index byGenre is on genre \(S\), which is empty in the item with key \[\{"S":"x"\}\]/,
    });
    assert.equal(await count(), 1);
    assert.deepEqual(readdirSync(waiting()), [], "nothing is left beside it");
  });

  it("does not take half a file for the whole", async () => {
    await reconcile(store, [{ create: plain }]);
    await fill(3);
    await reconcile(store, [{ create: indexed }]);
    writeFileSync(path.join(waiting(), "motors.jsonl.part"), '{"title":{"S":"half"}}\n');
    await reconcile(store, [{ create: indexed }]);
    assert.equal(await count(), 3);
  });
});
