// #region books or movies
import assert from "node:assert/strict";
import { channel } from "node:diagnostics_channel";
import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import mongoose from "mongoose";
import { collection } from "../../../functions/stores/mongodb.ts";
import { startStores } from "../support/stores.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const { MongoNetworkError, MongoServerError, MongoServerSelectionError } = mongoose.mongo;

interface Note {
  title: string;
}

const schema = new mongoose.Schema<Note>({ title: String }, { collection: "notes", versionKey: false });

describe("a call of MongoDB", () => {
  let uri: string;
  let inNotes: ReturnType<typeof collection<Note>>;

  before(async () => {
    const { mongo } = await startStores();
    uri = `mongodb://${mongo.host}:${mongo.port}/notes?maxPoolSize=2`;
    inNotes = collection(uri, "Note", schema);
  });
  after(() => Promise.all(mongoose.connections.map((connection) => connection.close())));

  /** The client that a call is given. */
  const clientOf = () => inNotes(async (notes) => notes.db.getClient());

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
    assert.equal(await inNotes(async (notes) => (await notes.db.db?.command({ ping: 1 }))?.ok), 1);
    assert.equal(await clientOf(), client);
  });

  it("calls once more when nothing was sent because the server had closed the connection", async () => {
    const { call, made } = failing(epipe());
    assert.equal(await inNotes(call), "done");
    assert.equal(made(), 2);
  });

  it("does not call a third time, and never again after what may have been sent", async () => {
    const twice = failing(epipe(), epipe());
    await assert.rejects(inNotes(twice.call), { name: "StoreUnavailable" });
    assert.equal(twice.made(), 2);
    const sent = failing(new MongoNetworkError("connection closed"));
    await assert.rejects(inNotes(sent.call), { name: "StoreUnavailable" });
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
      await assert.rejects(inNotes(failing(lost).call), { name: "StoreUnavailable" }, lost.name);
      assert.notEqual(await clientOf(), before, lost.name);
      assert.equal(await inNotes((notes) => notes.exists({ title: "nothing" })), null);
    }
  });

  it("keeps the client when the server itself answers, and when the mistake is the call's own", async () => {
    const client = await clientOf();
    for (const error of [
      new MongoServerError({ message: "busy", code: 16_500 }),
      new MongoServerError({ message: "duplicate", code: 11_000 }),
      new TypeError("a mistake"),
    ]) {
      await assert.rejects(inNotes(failing(error).call));
      assert.equal(await clientOf(), client, error.message);
    }
  });

  it("gives up one client for one fault, however many calls met it", async () => {
    await clientOf();
    const started = Promise.withResolvers<void>();
    const lost = () => new MongoNetworkError("connection 3 closed");
    const slow = inNotes(async () => {
      await started.promise;
      throw lost();
    });
    await assert.rejects(inNotes(failing(lost()).call), { name: "StoreUnavailable" });
    const next = await clientOf();
    started.resolve();
    await assert.rejects(slow, { name: "StoreUnavailable" });
    assert.equal(await clientOf(), next);
  });

  it("closes what it gave up: no connection of it stays open, and its operations end", async () => {
    const opened = new Set<Socket>();
    const note = (message: unknown) => void opened.add((message as { socket: Socket }).socket);
    const lost = () => inNotes(failing(new MongoNetworkError("connection 3 closed")).call);
    await assert.rejects(lost());
    channel("net.client.socket").subscribe(note);
    try {
      await inNotes((notes) => notes.exists({ title: "nothing" }));
      assert.ok(opened.size >= 2, "one of the pool and one of the monitor");
      await assert.rejects(lost());
      while ([...opened].some((socket) => !socket.closed)) await pause(10);
    } finally {
      channel("net.client.socket").unsubscribe(note);
    }
  });

  it("shares the client among the databases of a cluster, and keeps their documents apart", async () => {
    const other = collection(uri.replace("/notes?", "/letters?"), "Letter", schema);
    const [mine, others] = await Promise.all([
      inNotes(async (notes) => [notes.db.getClient(), notes.db.name] as const),
      other(async (letters) => [letters.db.getClient(), letters.db.name] as const),
    ]);
    assert.equal(mine[0], others[0]);
    assert.deepEqual([mine[1], others[1]], ["notes", "letters"]);
    await other((letters) => letters.create({ title: "Dear" }));
    assert.equal(await inNotes((notes) => notes.exists({ title: "Dear" })), null);
    assert.ok(await other((letters) => letters.exists({ title: "Dear" })));
  });

  it("takes one that somebody closed for none, also for a database that it was not asked for before", async () => {
    const first = await clientOf();
    await inNotes((notes) => notes.db.close());
    const other = collection(uri.replace("/notes?", "/replies?"), "Reply", schema);
    assert.notEqual(await other(async (replies) => replies.db.getClient()), first);
    assert.equal(await other((replies) => replies.exists({ title: "nothing" })), null);
  });

  it("says that the server is away where another database is asked for meanwhile, and has it afterwards", async () => {
    const proxy = new TcpProxy((await startStores()).mongo);
    await proxy.start();
    const at = (database: string) => `mongodb://${proxy.address}/${database}?maxPoolSize=2`;
    const one = collection(at("one"), "One", schema);
    const two = collection(at("two"), "Two", schema);
    try {
      const connection = await one(async (notes) => notes.db);
      const gone = once(connection, "disconnected");
      await proxy.behave("refuse");
      await gone;
      await assert.rejects(
        two(async () => "done"),
        { name: "StoreUnavailable" },
      );
      await proxy.behave("pass");
      assert.equal(await two((notes) => notes.exists({ title: "nothing" })), null);
      assert.equal(await one((notes) => notes.exists({ title: "nothing" })), null);
    } finally {
      await Promise.all(mongoose.connections.map((connection) => connection.close()));
      await proxy.stop();
    }
  });

  describe("connections destroyed below the driver", () => {
    const opened = new Set<Socket>();
    const note = (message: unknown) => void opened.add((message as { socket: Socket }).socket);
    const write = (notes: mongoose.Model<Note>) => notes.db.collection("faults").insertOne({ title: "Momo" });
    /** The driver sees it in a later turn of the event loop: only then they emit "close". */
    const destroyAll = () => {
      for (const socket of opened) socket.destroy();
    };

    before(async () => {
      channel("net.client.socket").subscribe(note);
      await assert.rejects(inNotes(failing(new MongoNetworkError("connection 3 closed")).call));
      await inNotes(write);
    });
    after(() => channel("net.client.socket").unsubscribe(note));

    it("before a call, as in a worker that was frozen, are noticed by no caller", async () => {
      for (let fault = 0; fault < 3; fault++) {
        destroyAll();
        assert.ok((await inNotes(write)).acknowledged);
      }
    });

    // The driver writes to one and waits for "drain": no event comes any more, and its own time limits are off.
    it("under a write leave it to the deadline, and the next call has a client that works", async () => {
      for (let fault = 0; fault < 3; fault++) {
        const failed = inNotes((notes) => {
          destroyAll();
          return write(notes);
        });
        await assert.rejects(failed, { name: "StoreUnavailable" });
        assert.ok((await inNotes(write)).acknowledged);
      }
    });
  });

  it("takes a server that is busy or changing roles for one that is away", async () => {
    for (const code of [1, 50, 91, 10_107, 11_600, 16_500]) {
      const busy = new MongoServerError({ message: "busy", code });
      await assert.rejects(inNotes(failing(busy).call), { name: "StoreUnavailable" }, String(code));
    }
  });

  it("tells a write that met another one from a server that is away", async () => {
    const met = new MongoServerError({ message: "Write conflict", code: 112 });
    const { call, made } = failing(met);
    await assert.rejects(inNotes(call), { name: "StoreConflict", cause: met });
    assert.equal(made(), 1);
  });

  it("leaves every other error what it is", async () => {
    for (const error of [
      new MongoServerError({ message: "duplicate", code: 11_000 }),
      new TypeError("a mistake"),
    ]) {
      await assert.rejects(inNotes(failing(error).call), error);
    }
  });
}).slow(5_000);
