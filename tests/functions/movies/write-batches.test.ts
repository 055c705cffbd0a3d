import assert from "node:assert/strict";
import type { Item } from "../../../functions/movies/item.ts";
import { DynamoStub, failure } from "../support/dynamo-stub.ts";
import { environmentFor } from "../support/stores.ts";

const items: Item[] = ["a", "b", "c"].map((title) => ({ year: { N: "1999" }, title: { S: title } }));
/** Without pauses. */
const atOnce = () => 0;

describe("writeBatch", () => {
  const stub = new DynamoStub();
  let writeBatch: typeof import("../../../functions/movies/write-batches.ts").writeBatch;

  before(async () => {
    await stub.start();
    const outer = { ...process.env };
    // The client reads them when it is first used.
    Object.assign(process.env, environmentFor({ dynamo: stub.address, mongo: "127.0.0.1:9" }));
    ({ writeBatch } = await import("../../../functions/movies/write-batches.ts"));
    stub.answer(() => ({ body: {} }));
    await writeBatch("movies", items.slice(0, 1), atOnce);
    // Back in place: a plain object instead of process.env would cut the process off from its real environment.
    for (const name of Object.keys(process.env)) if (!(name in outer)) delete process.env[name];
    Object.assign(process.env, outer);
  });
  after(() => stub.stop());

  const left =
    (...titles: string[]) =>
    () => ({
      body: {
        UnprocessedItems: {
          movies: items
            .filter((item) => titles.includes(item.title?.S ?? ""))
            .map((Item) => ({ PutRequest: { Item } })),
        },
      },
    });
  const sent = () =>
    stub.calls.map(({ input }) => {
      const { movies } = input.RequestItems as { movies: { PutRequest: { Item: Item } }[] };
      return movies.map(({ PutRequest }) => PutRequest.Item.title?.S).join("");
    });

  it("writes all in one call when all are taken", async () => {
    stub.answer(() => ({ body: {} }));
    await writeBatch("movies", items, atOnce);
    assert.deepEqual(sent(), ["abc"]);
  });

  it("sends again only what was not taken", async () => {
    stub.answer(left("b", "c"), left("c"), () => ({ body: {} }));
    await writeBatch("movies", items, atOnce);
    assert.deepEqual(sent(), ["abc", "bc", "c"]);
  });

  it("gives up after ten attempts and says how many are left", async () => {
    stub.answer(left("a", "b"));
    await assert.rejects(writeBatch("movies", items, atOnce), {
      name: "StoreUnavailable",
      message: "2 items were not taken in 10 attempts",
    });
    assert.equal(stub.calls.length, 10);
  });

  it("fails at once for what no retry can mend", async () => {
    stub.answer(failure("ValidationException"));
    await assert.rejects(writeBatch("movies", items, atOnce), { name: "ValidationException" });
    assert.equal(stub.calls.length, 1);
  });

  it("writes nothing for no items", async () => {
    stub.answer(() => ({ body: {} }));
    await writeBatch("movies", [], atOnce);
    assert.deepEqual(stub.calls, []);
  });
});
