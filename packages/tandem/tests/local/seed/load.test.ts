import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import type { DataTarget } from "../../../local/local-target.ts";
import { type LoadOptions, load } from "../../../local/seed/load.ts";
import type { TableSeed } from "../../../local/seed/seed.ts";
import { openSink } from "../../../local/seed/sink.ts";
import { createTable, dynamoClient, listen } from "../support/dynamodb.ts";

const seed: TableSeed = {
  into: "table",
  name: "things",
  file: "things.json",
  keys: ["id"],
  toItem(record) {
    const { id, name } = record as { id?: unknown; name?: unknown };
    if (typeof id !== "string") return { ok: false, reason: "id: a string is wanted" };
    return { ok: true, item: { id: { S: id }, name: { S: String(name) } } };
  },
};

describe("load", () => {
  let folder: string;
  let file: string;
  let server: Server;
  let client: DynamoDBClient;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-seed-"));
    file = path.join(folder, "things.json");
    server = dynalite({ createTableMs: 0 });
    client = dynamoClient(await listen(server));
    await createTable(client, "things-table", { id: "S" });
  });

  afterEach(() => {
    client.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });

  const write = (records: unknown[]): void =>
    writeFileSync(file, `[\n${records.map((record) => JSON.stringify(record)).join(",\n")}\n]\n`);
  const target = (endpoint: string, table = "things-table"): DataTarget => ({
    outputs: { tables: { things: table } },
    aws: { endpoint, region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } },
  });
  const rejected: { line: number; reason: string }[] = [];
  const loadThings = async (more: Partial<LoadOptions> = {}) => {
    rejected.length = 0;
    const sink = more.sink ?? openSink(seed, target(await listen(server)));
    try {
      return await load({ seed, file, onRejected: (one) => rejected.push(one), ...more, sink });
    } finally {
      await sink.close();
    }
  };
  const stored = async (): Promise<string[]> => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: "things-table" }));
    return Items.map((item) => item.id?.S ?? "").sort();
  };
  const things = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: String(i).padStart(4, "0"), name: i }));

  it("writes every record, also when the number is no multiple of the batch", async () => {
    write(things(60));
    assert.deepEqual(await loadThings(), { written: 60, done: 60, rejected: 0, interrupted: false });
    assert.equal((await stored()).length, 60);
  });

  it("names rejected records by line and writes the others", async () => {
    write([{ id: "a" }, { id: 5 }, { id: "b" }]);
    assert.equal((await loadThings()).rejected, 1);
    assert.deepEqual(rejected, [{ line: 3, reason: "id: a string is wanted" }]);
    assert.deepEqual(await stored(), ["a", "b"]);
  });

  it("takes two records with one key as one item, the later", async () => {
    write([
      { id: "a", name: "first" },
      { id: "a", name: "second" },
    ]);
    assert.equal((await loadThings()).written, 1);
    const { Items } = await client.send(new ScanCommand({ TableName: "things-table" }));
    assert.deepEqual(Items, [{ id: { S: "a" }, name: { S: "second" } }]);
  });

  it("loading twice changes nothing", async () => {
    write(things(30));
    await loadThings();
    const before = await stored();
    await loadThings();
    assert.deepEqual(await stored(), before);
  });

  it("goes on after the records an earlier load has written", async () => {
    write(things(30));
    const result = await loadThings({ skip: 20 });
    assert.equal(result.done, 30);
    assert.deepEqual(
      await stored(),
      things(30)
        .slice(20)
        .map(({ id }) => id),
    );
  });

  it("stops when asked and says how far it came", async () => {
    write(things(300));
    const stop = new AbortController();
    const result = await loadThings({ signal: stop.signal, onProgress: () => stop.abort() });
    assert.equal(result.interrupted, true);
    assert.ok(result.done > 0 && result.done < 300, `done: ${result.done}`);
    const rest = await loadThings({ skip: result.done });
    assert.equal(rest.done, 300);
    assert.equal((await stored()).length, 300);
  });

  it("reports progress up to the whole file", async () => {
    write(things(100));
    const fractions: number[] = [];
    await loadThings({ onProgress: ({ fraction }) => fractions.push(fraction) });
    assert.equal(fractions.at(-1), 1);
  });

  it("sends unprocessed items again until they are taken", async () => {
    write(things(3));
    const asked: number[] = [];
    // A table that takes one item a request: no real engine can be brought to throttle on demand.
    const stingy = createServer(async (request, response) => {
      const body = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString());
      assert.equal(request.headers["x-amz-target"], "DynamoDB_20120810.BatchWriteItem");
      const requests = body.RequestItems["things-table"];
      asked.push(requests.length);
      const rest = requests.slice(1);
      response.end(JSON.stringify({ UnprocessedItems: rest.length > 0 ? { "things-table": rest } : {} }));
    });
    stingy.listen(0, "127.0.0.1");
    const sink = openSink(seed, target(await listen(stingy)));
    try {
      assert.equal((await loadThings({ sink })).written, 3);
      assert.deepEqual(asked, [3, 2, 1]);
    } finally {
      stingy.closeAllConnections();
      stingy.close();
    }
  });

  it("fails with the store's own words when the table is not there, and says what to look at", async () => {
    write(things(1));
    const sink = openSink(seed, target(await listen(server), "nowhere"));
    await assert.rejects(loadThings({ sink }), {
      name: "UserError",
      message: /^Table nowhere did not take the data: .*not found\. Is it deployed/,
    });
  });
});
