import assert from "node:assert/strict";
import mongoose from "mongoose";
import { startStores } from "../support/stores.ts";

const { MongoNetworkError, MongoServerError, MongoServerSelectionError } = mongoose.mongo;
const CONNECTED = 1;

describe("callStore", () => {
  let callStore: typeof import("../../../functions/books/call-store.ts").callStore;

  before(async () => {
    const { environment } = await startStores();
    process.env.BOOKS_MONGODB_URI = environment.BOOKS_MONGODB_URI;
    ({ callStore } = await import("../../../functions/books/call-store.ts"));
    delete process.env.BOOKS_MONGODB_URI;
  });
  after(() => mongoose.disconnect());

  /** A call that fails with each of these once, then succeeds. */
  const failing = (...errors: Error[]) => {
    const call = async () => {
      calls++;
      const error = errors.shift();
      if (error) throw error;
      return "done";
    };
    let calls = 0;
    return { call, made: () => calls };
  };
  const epipe = () =>
    Object.assign(new Error("This socket has been ended by the other party"), { code: "EPIPE" });

  it("connects before the first call and keeps the connection", async () => {
    assert.equal(await callStore(failing().call), "done");
    const client = mongoose.connection.getClient();
    assert.equal(await callStore(failing().call), "done");
    assert.equal(mongoose.connection.getClient(), client);
  });

  it("calls once more when nothing was sent because the server had closed the connection", async () => {
    const { call, made } = failing(epipe());
    assert.equal(await callStore(call), "done");
    assert.equal(made(), 2);
  });

  it("does not call a third time, and never again after what may have been sent", async () => {
    const twice = failing(epipe(), epipe());
    await assert.rejects(callStore(twice.call), { name: "StoreUnavailable" });
    assert.equal(twice.made(), 2);
    const sent = failing(new MongoNetworkError("connection closed"));
    await assert.rejects(callStore(sent.call), { name: "StoreUnavailable" });
    assert.equal(sent.made(), 1);
  });

  it("gives up a client that finds no server, and connects anew for the next call", async () => {
    await callStore(failing().call);
    const lost = new MongoServerSelectionError("no server", mongoose.connection.getClient() as never);
    await assert.rejects(callStore(failing(lost).call), { name: "StoreUnavailable" });
    assert.notEqual(mongoose.connection.readyState, CONNECTED);
    assert.equal(await callStore(failing().call), "done");
    assert.equal(mongoose.connection.readyState, CONNECTED);
  });

  it("takes a server that is busy or changing roles for one that is away", async () => {
    for (const code of [50, 91, 10_107, 11_600, 16_500]) {
      const busy = new MongoServerError({ message: "busy", code });
      await assert.rejects(callStore(failing(busy).call), { name: "StoreUnavailable" }, String(code));
    }
  });

  it("tells a write that met another one from a server that is away", async () => {
    const met = new MongoServerError({ message: "Write conflict", code: 112 });
    const { call, made } = failing(met);
    await assert.rejects(callStore(call), { name: "StoreConflict", cause: met });
    assert.equal(made(), 1);
  });

  it("leaves every other error what it is", async () => {
    for (const error of [
      new MongoServerError({ message: "duplicate", code: 11_000 }),
      new TypeError("a mistake"),
    ]) {
      await assert.rejects(callStore(failing(error).call), error);
    }
  });
});
