import assert from "node:assert/strict";
import mongoose from "mongoose";
import { startStores } from "../support/stores.ts";

describe("the store of books", () => {
  let store: typeof import("../../../functions/books/store.ts");

  before(async () => {
    const { environment } = await startStores();
    process.env.BOOKS_MONGODB_URI = environment.BOOKS_MONGODB_URI;
    store = await import("../../../functions/books/store.ts");
    delete process.env.BOOKS_MONGODB_URI;
  });
  after(() => Promise.all(mongoose.connections.map((connection) => connection.close())));

  it("the server is told when to give up what reads or looks for documents", async () => {
    const sent: unknown[] = [];
    mongoose.set("debug", (_collection, _method, _filter, ...rest: unknown[]) => sent.push(...rest));
    try {
      await store.listBooks(1);
      const none = store.newOrigin().id;
      await assert.rejects(store.findBook(none), { status: 404 });
      await assert.rejects(store.changeBook(none, { title: "no" }), { status: 404 });
      await assert.rejects(store.removeBook(none), { status: 404 });
    } finally {
      mongoose.set("debug", false);
    }
    assert.equal(JSON.stringify(sent).match(/"maxTimeMS":2000/g)?.length, 4, JSON.stringify(sent));
  });
});
