import assert from "node:assert/strict";
import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import type { Assignment } from "../../../local/workers/protocol.ts";
import { WorkerService } from "../../../local/workers/service.ts";
import { ThreadSupply, type Wanted } from "../../../local/workers/thread-supply.ts";
import { withVariables } from "../../support/variables.ts";
import { lambda, startRun } from "./support.ts";

describe("the supply of blank threads", () => {
  /** Threads that were begun since the test began. */
  let begun: Worker[];
  const note = (worker: Worker) => begun.push(worker);
  beforeEach(() => {
    begun = [];
    process.on("worker", note);
  });
  afterEach(async () => {
    process.off("worker", note);
    await Promise.all(begun.map((worker) => worker.terminate()));
  });

  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it("has one for functions of different memory, and another one for a very large function", async () => {
    const wanted: Wanted = { count: 1, memorySize: 128 };
    const supply = new ThreadSupply(1, () => wanted);
    supply.replenish();
    wanted.count = 0;
    const threads = [supply.take(512)];
    await settled();
    assert.equal(begun.length, 1);
    wanted.count = 1;
    supply.replenish();
    wanted.count = 0;
    threads.push(supply.take(10_240));
    await settled();
    assert.equal(begun.length, 3);
    await Promise.all([...threads.map((thread) => thread.terminate()), supply.stop()]);
  });

  it("has no more than there are functions without one", async () => {
    const supply = new ThreadSupply(3, () => ({ count: 2, memorySize: 128 }));
    supply.replenish();
    supply.replenish();
    await settled();
    assert.equal(begun.length, 2);
    await supply.stop();
  });

  it("gives up one that nobody will fit, for one that somebody does", async () => {
    const wanted: Wanted = { count: 1, memorySize: 128 };
    const supply = new ThreadSupply(1, () => wanted);
    supply.replenish();
    wanted.memorySize = 10_240;
    await settled();
    const [small] = begun;
    assert.ok(small);
    const ended = once(small, "exit");
    supply.replenish();
    await ended;
    wanted.count = 0;
    const taken = supply.take(10_240);
    await settled();
    assert.equal(begun.length, 2);
    await Promise.all([taken.terminate(), supply.stop()]);
  });

  it("may hand out one that has ended meanwhile, which says so when its new holder is made", async () => {
    const supply = new ThreadSupply(1, () => ({ count: 1, memorySize: 128 }));
    supply.replenish();
    await settled();
    const [spare] = begun;
    assert.ok(spare);
    await spare.terminate();
    const reasons: string[] = [];
    const unexpected = () => assert.fail();
    const thread = supply.take(128);
    thread.assign({} as Assignment, {
      log: unexpected,
      refused: unexpected,
      loaded: unexpected,
      asleep: unexpected,
      mongodb: unexpected,
      stream: unexpected,
      piece: unexpected,
      outcome: unexpected,
      ended: ({ reason }) => reasons.push(reason),
    });
    assert.deepEqual(reasons, []);
    await settled();
    assert.deepEqual(reasons, ["exit"]);
    await supply.stop();
  });

  it("has the first one before the functions are known, in Lambda's time zone", async () => {
    await withVariables({ TZ: "Asia/Tokyo" }, async () => {
      const hours = "exports.handler = async () => new Date(0).getHours();";
      const run = await startRun([lambda("clock", hours, { memorySize: 512 })], { spareThreads: 2 });
      assert.equal((await run.workers.invoke("clock", {})).payload, "0");
      assert.equal(begun.length, 1);
      await run.close();
      assert.equal(process.env.TZ, "Asia/Tokyo");
    });
  });

  it("boots them without TLS and cryptography, which only some functions ask for", async () => {
    const loaded =
      "exports.handler = async () => process.moduleLoadList.filter((name) => /tls|crypto/.test(name));";
    const run = await startRun([lambda("idle", loaded)]);
    assert.equal((await run.workers.invoke("idle", {})).payload, "[]");
    await run.close();
  });

  it("has one again where the service is started once more", async () => {
    const run = await startRun([lambda("one", "exports.handler = async () => 1;")]);
    await run.workers.stop();
    begun = [];
    await run.workers.start(run.context);
    await settled();
    assert.equal(begun.length, 1);
    assert.equal((await run.workers.invoke("one", {})).payload, "1");
    assert.equal(begun.length, 1);
    await run.close();
  });

  it("ends with a run that was prepared and never started", async () => {
    const { TZ } = process.env;
    const workers = new WorkerService({
      credentialsOf: () => assert.fail(),
      onLog: () => {},
      deliver: () => assert.fail(),
    });
    workers.prepare();
    await settled();
    const [spare] = begun;
    assert.ok(spare);
    const ended = once(spare, "exit");
    await workers.stop();
    await ended;
    assert.equal(process.env.TZ, TZ);
  });
});
