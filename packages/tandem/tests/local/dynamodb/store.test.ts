import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Store } from "../../../local/dynamodb/store.ts";
import type { TableDefinition } from "../../../local/dynamodb/table-definitions.ts";
import { reconcile } from "../../../local/dynamodb/tables.ts";
import { garbageCollector } from "../../../local/workers/runtime/garbage-collector.cjs";

const PAGES = 150;
/** Bytes; a page has ten thousand. */
const MOST_OF_A_PAGE = 2_000;

describe("the store", () => {
  it("keeps nothing of the pages that were read: 150 of a table, 150 of a partition", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tandem-store-"));
    const store = await Store.open(folder);
    try {
      await reconcile(store, [{ create: table }]);
      for (let n = 0; n < 40; n++) await store.run("PutItem", { TableName: "pages", Item: itemOf(n) });
      const readMany = async () => {
        for (let n = 0; n < PAGES; n++) {
          await store.run("Scan", { TableName: "pages", Limit: 20 });
          await store.run("Query", query);
        }
      };
      const held = () => {
        garbageCollector()({ type: "major", execution: "sync" });
        return process.memoryUsage().heapUsed;
      };
      // Warm: what is compiled and cached once is no growth.
      await readMany();
      const before = held();
      await readMany();
      const grown = held() - before;
      assert.ok(grown < PAGES * MOST_OF_A_PAGE, `the heap grew by ${grown} bytes`);
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const table: TableDefinition["create"] = {
  TableName: "pages",
  AttributeDefinitions: [
    { AttributeName: "barn", AttributeType: "S" },
    { AttributeName: "page", AttributeType: "N" },
  ],
  KeySchema: [
    { AttributeName: "barn", KeyType: "HASH" },
    { AttributeName: "page", KeyType: "RANGE" },
  ],
  BillingMode: "PAY_PER_REQUEST",
};

const itemOf = (page: number) => ({
  barn: { S: "Emma" },
  page: { N: String(page) },
  text: { S: "x".repeat(500) },
});

const query = {
  TableName: "pages",
  Limit: 20,
  KeyConditionExpression: "barn = :barn",
  ExpressionAttributeValues: { ":barn": { S: "Emma" } },
};
