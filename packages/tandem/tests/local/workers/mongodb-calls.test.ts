import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { Recorder } from "../../../console/recorder.ts";
import { type MongoServer, startMongo } from "../../../local/mongodb/server.ts";
import type { StoreCall } from "../../../local/observer.ts";
import { lambda, startRun, type TestRun } from "./support.ts";

const driver = createRequire(import.meta.url).resolve("mongodb");

/** What each call of the event does to a collection. */
const code = `
// Not at once: on a busy machine a driver of many files takes longer than a function may take to load.
let known;
const database = () => {
  const { MongoClient } = require(${JSON.stringify(driver)});
  known ??= new MongoClient(process.env.DIARY).db("garden");
  return known;
};
const plants = { get collection() { return database().collection("plants"); } };
const steps = {
  insert: () => plants.collection.insertMany([{ _id: 1, bed: "a" }, { _id: 2, bed: "a" }, { _id: 3, bed: "b", note: "x".repeat(300_000) }]),
  again: () => plants.collection.insertOne({ _id: 1 }).catch(({ code }) => code),
  find: () => plants.collection.find({ bed: "a" }).toArray(),
  long: () => plants.collection.find({}).toArray(),
  count: () => plants.collection.countDocuments(),
  update: () => plants.collection.updateMany({ bed: "a" }, { $set: { bed: "c" } }),
  replace: () => plants.collection.findOneAndUpdate({ _id: 2 }, { $set: { seen: true } }),
  remove: () => plants.collection.deleteMany({ bed: "c" }),
  wrong: () => database().command({ noSuchCommand: 1 }).catch(({ code }) => code),
};
exports.handler = async ({ run, fails, at = 1 }) => {
  await Promise.all(Array.from({ length: at }, async () => { for (const step of run) await steps[step](); }));
  if (fails === "throws") throw new Error("on purpose");
  if (fails === "late") await new Promise(() => setInterval(() => {}, 1_000));
};
`;

describe("what a function says to MongoDB", () => {
  let folder: string;
  let server: MongoServer;
  let recorder: Recorder;
  let run: TestRun;

  before(async function () {
    this.timeout(600_000);
    folder = mkdtempSync(path.join(tmpdir(), "tandem-mongodb-"));
    server = await startMongo({ folder, log: () => {}, environment: process.env });
    recorder = new Recorder();
    const variables = { environment: { variables: { DIARY: server.uri } } };
    run = await startRun([lambda("garden", code, { timeout: 8, ...variables })], { observer: recorder });
  });
  after(async () => {
    await run?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  let traces = 0;
  async function callsOf(event: object): Promise<StoreCall[]> {
    const root = `Root=1-67bf0000-${String(++traces).padStart(24, "0")}`;
    await run.workers.invoke("garden", event, { traceHeader: root });
    return recorder.callsOf(root);
  }
  const shown = (calls: StoreCall[]) =>
    calls.map(({ operation, on, sent, items, error }) => [operation, on, sent, items, error]);

  it("is listed with command, collection, documents in and out, and the error, and nothing of their values", async () => {
    const on = "garden.plants";
    const calls = await callsOf({
      run: ["insert", "again", "find", "count", "update", "replace", "remove", "wrong"],
    });
    const [, , , , , , , last] = shown(calls);
    assert.deepEqual(shown(calls).slice(0, -1), [
      ["insert", on, 3, 3, undefined],
      ["insert", on, 1, 0, "DuplicateKey"],
      ["find", on, undefined, 2, undefined],
      ["aggregate", on, undefined, 1, undefined],
      ["update", on, 1, 2, undefined],
      ["findAndModify", on, undefined, 1, undefined],
      ["delete", on, 1, 2, undefined],
    ]);
    assert.deepEqual(last?.slice(0, 4), ["noSuchCommand", "garden", undefined, undefined]);
    assert.equal(last?.[4], "CommandNotFound");
    for (const { milliseconds, time, status, error, session } of calls) {
      assert.ok(milliseconds > 0 && time > 0);
      assert.equal(status, error === undefined ? 200 : 400);
      assert.equal(session, "garden");
    }
    assert.doesNotMatch(JSON.stringify(calls), /"a"|"c"|seen|xxx/);
  });

  it("does not count the documents of an answer that is longer than is read", async () => {
    assert.deepEqual(shown(await callsOf({ run: ["long"] })), [
      ["find", "garden.plants", undefined, undefined, undefined],
    ]);
  });

  it("is listed of one call of a function up to a bound, and counted beyond", async () => {
    const before = recorder.counts.calls;
    const calls = await callsOf({ run: ["find"], at: 150 });
    assert.equal(calls.length, 100);
    assert.equal(recorder.counts.calls - before, 150);
  });

  // Last, for it leaves the function without a worker that has the driver loaded.
  it("is listed where the function fails, and where its time is up", async () => {
    assert.equal((await callsOf({ run: ["find"], fails: "throws" })).length, 1);
    assert.equal((await callsOf({ run: ["find"], fails: "late" })).length, 1);
  });
});
