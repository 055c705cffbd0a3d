import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import mongoose from "mongoose";
import type { Books } from "../../../functions/books/model.ts";
import { startStores } from "../support/stores.ts";

const { MongoNetworkError, MongoServerError, MongoServerSelectionError } = mongoose.mongo;

describe("callStore", () => {
  let callStore: typeof import("../../../functions/books/call-store.ts").callStore;

  let store: typeof import("../../../functions/books/store.ts");

  before(async () => {
    const { environment } = await startStores();
    process.env.BOOKS_MONGODB_URI = environment.BOOKS_MONGODB_URI;
    ({ callStore } = await import("../../../functions/books/call-store.ts"));
    store = await import("../../../functions/books/store.ts");
    delete process.env.BOOKS_MONGODB_URI;
  });
  after(() => Promise.all(mongoose.connections.map((connection) => connection.close())));

  /** The client that a call is given. */
  const clientOf = () => callStore(async (books) => books.db.getClient());

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
    const client = await clientOf();
    assert.equal(await callStore(async (books) => (await books.db.db?.command({ ping: 1 }))?.ok), 1);
    assert.equal(await clientOf(), client);
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

  it("gives up a client after any error that the server did not answer with, and connects anew for the next call", async () => {
    const { MongoClientClosedError, MongoNetworkTimeoutError, MongoOperationTimeoutError } = mongoose.mongo;
    const client = await clientOf();
    for (const lost of [
      new MongoServerSelectionError("no server", client as never),
      new MongoNetworkError("connection 3 closed"),
      new MongoNetworkTimeoutError("connection 3 timed out"),
      new MongoOperationTimeoutError("Timed out during socket write"),
      new MongoClientClosedError(),
      Object.assign(new Error("no connection in time"), { name: "MongoWaitQueueTimeoutError" }),
      Object.assign(new Error("reset"), { code: "ECONNRESET" }),
    ]) {
      const before = await clientOf();
      await assert.rejects(callStore(failing(lost).call), { name: "StoreUnavailable" }, lost.name);
      assert.notEqual(await clientOf(), before, lost.name);
      assert.equal(await callStore((books) => books.exists({ title: "nothing" })), null);
    }
  });

  it("keeps the client when the server itself answers, and when the mistake is the call's own", async () => {
    const client = await clientOf();
    for (const error of [
      new MongoServerError({ message: "busy", code: 16_500 }),
      new MongoServerError({ message: "duplicate", code: 11_000 }),
      new TypeError("a mistake"),
    ]) {
      await assert.rejects(callStore(failing(error).call));
      assert.equal(await clientOf(), client, error.message);
    }
  });

  it("gives up one client for one fault, however many calls met it", async () => {
    await clientOf();
    const started = Promise.withResolvers<void>();
    const lost = () => new MongoNetworkError("connection 3 closed");
    const slow = callStore(async () => {
      await started.promise;
      throw lost();
    });
    await assert.rejects(callStore(failing(lost()).call), { name: "StoreUnavailable" });
    const next = await clientOf();
    started.resolve();
    await assert.rejects(slow, { name: "StoreUnavailable" });
    assert.equal(await clientOf(), next);
  });

  it("closes what it gave up: no connection of it stays open, and its operations end", async () => {
    const opened = new Set<Socket>();
    const note = (message: unknown) => void opened.add((message as { socket: Socket }).socket);
    const lost = () => callStore(failing(new MongoNetworkError("connection 3 closed")).call);
    await assert.rejects(lost());
    channel("net.client.socket").subscribe(note);
    try {
      await callStore((books) => books.exists({ title: "nothing" }));
      assert.ok(opened.size >= 2, "one of the pool and one of the monitor");
      await assert.rejects(lost());
      while ([...opened].some((socket) => !socket.closed)) await pause(10);
    } finally {
      channel("net.client.socket").unsubscribe(note);
    }
  });

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

  describe("connections destroyed below the driver", () => {
    const opened = new Set<Socket>();
    const note = (message: unknown) => void opened.add((message as { socket: Socket }).socket);
    const write = (books: Books) => books.db.collection("faults").insertOne({ title: "Momo" });
    /** The driver sees it in a later turn of the event loop: only then they emit "close". */
    const destroyAll = () => {
      for (const socket of opened) socket.destroy();
    };

    before(async () => {
      channel("net.client.socket").subscribe(note);
      await assert.rejects(callStore(failing(new MongoNetworkError("connection 3 closed")).call));
      await callStore(write);
    });
    after(() => channel("net.client.socket").unsubscribe(note));

    it("before a call, as in a worker that was frozen, are noticed by no caller", async () => {
      for (let fault = 0; fault < 3; fault++) {
        destroyAll();
        assert.ok((await callStore(write)).acknowledged);
      }
    });

    // The driver writes to one and waits for "drain": no event comes any more, and its own time limits are off.
    it("under a write leave it to the deadline, and the next call has a client that works", async () => {
      for (let fault = 0; fault < 3; fault++) {
        const failed = callStore((books) => {
          destroyAll();
          return write(books);
        });
        await assert.rejects(failed, { name: "StoreUnavailable" });
        assert.ok((await callStore(write)).acknowledged);
      }
    });
  });

  it("takes a server that is busy or changing roles for one that is away", async () => {
    for (const code of [1, 50, 91, 10_107, 11_600, 16_500]) {
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
