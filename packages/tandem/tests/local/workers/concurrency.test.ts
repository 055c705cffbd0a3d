import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Observer } from "../../../local/observer.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { lambda, startRun, type TestRun } from "./support.ts";

/** Says which worker answered, how many calls it had under way at once, and waits as long as it is told. */
const WATCHED = `const worker = process.env.AWS_LAMBDA_LOG_STREAM_NAME; let now = 0, most = 0;
  exports.handler = async ({ wait = 0 }) => {
    most = Math.max(most, ++now); await new Promise((done) => setTimeout(done, wait)); now--; return { worker, most }; };`;

/** Answers only when the file that it is told of is there. */
const GATED = `const { existsSync } = require("node:fs"); const worker = process.env.AWS_LAMBDA_LOG_STREAM_NAME;
  exports.handler = async ({ gate }) => {
    console.log("came in"); while (!existsSync(gate)) await new Promise((done) => setTimeout(done, 5)); return worker; };`;

/** Does not load any more once there is a file `shut` beside its code. */
const LOADS_ONCE = `const fs = require("node:fs"); if (fs.existsSync(__dirname + "/../shut")) throw new Error("shut");
  exports.handler = async ({ gate }) => {
    console.log("alone"); while (!fs.existsSync(gate)) await new Promise((done) => setTimeout(done, 5)); };`;

describe("concurrency", () => {
  let run: TestRun;
  before(async () => {
    run = await startRun([
      lambda("shared", WATCHED),
      lambda("gated", GATED, { timeout: 60 }),
      lambda("loadsOnce", LOADS_ONCE, { timeout: 60 }),
      lambda("reserved", WATCHED, { reservedConcurrentExecutions: 2 }),
      lambda("off", WATCHED, { reservedConcurrentExecutions: 0 }),
      lambda("unreserved", WATCHED, { reservedConcurrentExecutions: -1 }),
      lambda("quick", "exports.handler = async () => ({});", { reservedConcurrentExecutions: -1 }),
    ]);
  });
  after(() => run.close());

  const invoke = async (name: string, wait = 0) => {
    const { payload, status } = await run.workers.invoke(name, { wait });
    return { status, ...(JSON.parse(payload ?? "{}") as { worker?: string; most?: number }) };
  };
  const many = (count: number, name: string, wait: number) =>
    Promise.all(Array.from({ length: count }, () => invoke(name, wait)));

  it("gives a worker one invocation at a time", async () => {
    const results = await many(40, "shared", 1);
    assert.deepEqual(new Set(results.map(({ most }) => most)), new Set([1]));
  });

  it("starts further workers while the busy ones take long", async () => {
    const gate = path.join(run.folder, "gate");
    const waiting = Array.from({ length: 4 }, () => run.workers.invoke("gated", { gate }));
    // Each one comes in before any of them may leave, so each needs a worker of its own.
    while (run.lines.filter((line) => line.endsWith("came in")).length < 4)
      await new Promise((done) => setTimeout(done, 10));
    writeFileSync(gate, "");
    const results = await Promise.all(waiting);
    assert.equal(new Set(results.map(({ payload }) => payload)).size, 4);
  });

  it("gives the next invocation to the worker that was busy last", async () => {
    await many(3, "shared", 200);
    const { worker } = await invoke("shared");
    const again = [await invoke("shared"), await invoke("shared")];
    assert.deepEqual(
      again.map((result) => result.worker),
      [worker, worker],
    );
  });

  it("starts invocations in the order in which they were asked for", async () => {
    const asked = await Promise.all(
      Array.from({ length: 8 }, () => run.workers.invoke("unreserved", { wait: 10 })),
    );
    const ids = asked.map(({ requestId }) => requestId);
    const last = `END RequestId: ${ids.at(-1)}`;
    while (!run.lines.includes(last)) await new Promise((done) => setTimeout(done, 5));
    const started = run.lines.map((line) => /^START RequestId: (\S+)/.exec(line)?.[1]);
    assert.deepEqual(
      started.filter((id) => id !== undefined && ids.includes(id)),
      ids,
    );
  });

  it("answers who waits when the further worker does not load", async () => {
    const shut = path.join(run.folder, "functions", "code", "shut");
    const gate = path.join(run.folder, "gate-of-one");
    const first = run.workers.invoke("loadsOnce", { gate });
    while (!run.lines.some((line) => line.endsWith("alone")))
      await new Promise((done) => setTimeout(done, 10));
    writeFileSync(shut, "");
    const second = await run.workers.invoke("loadsOnce", { gate });
    assert.deepEqual([second.status, second.error?.errorMessage], ["error", "shut"]);
    writeFileSync(gate, "");
    assert.equal((await first).status, "ok");
  });

  it("throttles beyond the reserved concurrency and serves again afterwards", async () => {
    const results = await many(4, "reserved", 50);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["ok", "ok", "throttled", "throttled"],
    );
    assert.equal((await invoke("reserved")).status, "ok");
  });

  it("never runs a function whose reserved concurrency is 0", async () => {
    assert.equal((await invoke("off")).status, "throttled");
  });

  it("throttles beyond the thousand executions of an account", async () => {
    const results = await many(1001, "quick", 0);
    assert.equal(results.filter(({ status }) => status === "throttled").length, 1);
    assert.equal(results.at(-1)?.status, "throttled");
  });
});

describe("idle workers", () => {
  const names = ["a", "b", "c"];
  const counters = names.map((name) => lambda(name, "let calls = 0; exports.handler = async () => ++calls;"));

  it("are ended, the longest idle first, when they hold more memory than they may", async () => {
    const run = await startRun(counters, { warmMemory: 25_000_000 });
    try {
      for (const name of names) await run.workers.invoke(name, {});
      assert.equal((await run.workers.invoke("c", {})).payload, "2", "the last one is still warm");
      assert.equal((await run.workers.invoke("a", {})).payload, "1", "the first one was ended");
    } finally {
      await run.close();
    }
  });

  it("are kept, with more memory, once it is seen that they are called over and over", async () => {
    const run = await startRun(counters, { warmMemory: 15_000_000 });
    try {
      const round = async () => {
        const payloads: string[] = [];
        for (const name of names) payloads.push((await run.workers.invoke(name, {})).payload ?? "");
        return payloads;
      };
      const begin = [...(await round()).slice(0, 2), ...(await round()).slice(0, 2)];
      assert.deepEqual(begin, ["1", "1", "1", "1"], "there was too little memory");
      let fresh = names.length;
      for (let n = 0; n < 20 && fresh > 0; n++)
        fresh = (await round()).filter((calls) => calls === "1").length;
      assert.equal(fresh, 0, "workers that were begun anew in the last of 20 rounds");
    } finally {
      await run.close();
    }
  });

  it("are kept otherwise", async () => {
    const run = await startRun(counters);
    try {
      for (const name of [...names, ...names]) await run.workers.invoke(name, {});
      const third = await Promise.all(names.map((name) => run.workers.invoke(name, {})));
      assert.deepEqual(
        third.map(({ payload }) => payload),
        ["3", "3", "3"],
      );
    } finally {
      await run.close();
    }
  });

  it("are ended when nobody has called for long", async () => {
    const run = await startRun(counters.slice(0, 1), { idleLimit: 50 });
    try {
      assert.equal((await run.workers.invoke("a", {})).payload, "1");
      let calls: string | undefined;
      // A pause that the machine cut short is made up for by the next one.
      while (calls !== "1") {
        await new Promise((done) => setTimeout(done, 200));
        calls = (await run.workers.invoke("a", {})).payload;
      }
    } finally {
      await run.close();
    }
  });
});

describe("concurrency of the account", () => {
  it("throttles what is beyond it, and tells who looks", async () => {
    const seen: string[] = [];
    const observer = recorder({ invocation: ({ result }) => seen.push(result.status) });
    const run = await startRun([lambda("gated", GATED, { timeout: 60 })], {
      accountConcurrency: 1,
      observer,
    });
    try {
      const gate = path.join(run.folder, "account");
      const first = run.workers.invoke("gated", { gate });
      const { status } = await run.workers.invoke("gated", { gate });
      assert.equal(status, "throttled");
      assert.deepEqual(seen, ["throttled"]);
      writeFileSync(gate, "");
      assert.equal((await first).status, "ok");
      assert.deepEqual(seen, ["throttled", "ok"]);
    } finally {
      await run.close();
    }
  });
});

/** Fails the test with whatever else it is told of. */
function recorder(handlers: Partial<Observer>): Observer {
  const unexpected = (what: string) => () => assert.fail(`told of ${what}`);
  return {
    request: unexpected("a request"),
    invocation: unexpected("an invocation"),
    calls: unexpected("calls"),
    undelivered: unexpected("what was not delivered"),
    segment: unexpected("a segment"),
    segmentRefused: unexpected("a segment that is refused"),
    ...handlers,
  };
}

/** Says what it was called for, and how long it takes. */
const HANDED = `const { appendFileSync, existsSync } = require("node:fs");
  exports.handler = async ({ number, gate, waits, dies, beyond }) => {
    if (beyond) process.stdout.write("x".repeat(1_048_576 + beyond));
    if (number > 0) { appendFileSync("/tmp/ran", number + "\\n"); if (beyond === undefined) console.log("ran " + number); }
    if (waits) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    if (dies) process.exit(1);
    while (gate && !existsSync(gate)) await new Promise((done) => setTimeout(done, 5));
    return number; };`;

describe("what a quick function is given ahead", () => {
  let run: TestRun;
  const begin = async (timeout: number) => {
    run = await startRun([lambda("handed", HANDED, { timeout })]);
    // On a busy machine it is not quick each time.
    const isQuick = () =>
      /\tDuration: 0\./.test(run.lines.filter((line) => /^REPORT/.test(line)).at(-1) ?? "");
    while (!isQuick()) {
      await run.workers.invoke("handed", { number: 0 });
      await new Promise((done) => setTimeout(done, 30));
    }
  };
  beforeEach(() => begin(10));
  afterEach(() => run.close());

  const numbers = [1, 2, 3, 4];
  const all = (events: object[]) => Promise.all(events.map((event) => run.workers.invoke("handed", event)));
  /** By the only worker there is. */
  const ran = () => {
    const folder = path.join(run.folder, "functions", "tmp");
    const files = existsSync(folder)
      ? readdirSync(folder).map((worker) => path.join(folder, worker, "ran"))
      : [];
    return files.filter(existsSync).flatMap((file) => readFileSync(file, "utf8").trim().split("\n"));
  };

  /** Nothing else happens in the run meanwhile: no answer is read, and no call given. */
  const untilAllRan = () => {
    const clock = new Int32Array(new SharedArrayBuffer(4));
    const end = Date.now() + PATIENCE_MS;
    while (ran().length < numbers.length && Date.now() < end) Atomics.wait(clock, 0, 0, 5);
    assert.deepEqual(ran(), ["1", "2", "3", "4"]);
  };

  it("is run one after the other, without the run in between", async () => {
    const asked = all(numbers.map((number) => ({ number })));
    untilAllRan();
    assert.deepEqual(
      (await asked).map(({ payload }) => payload),
      ["1", "2", "3", "4"],
    );
  });

  it("is told what of its own log was left out, and of no other's", async () => {
    const asked = all(numbers.map((number) => ({ number, beyond: number === 3 ? 7 : 0 })));
    untilAllRan();
    const third = (await asked)[2];
    await run.workers.stop();
    const reported = run.lines.flatMap((line, at) =>
      line.startsWith("Left out") ? [[line, run.lines[at + 1]]] : [],
    );
    assert.deepEqual(reported, [
      [
        "Left out by the local run: 7 bytes of this log, in 1 writes; of an invocation 1 MB is shown.",
        `END RequestId: ${third?.requestId}`,
      ],
    ]);
  });

  for (const [what, slow] of [
    ["takes long", {}],
    ["never lets its event loop turn", { waits: true }],
  ] as const) {
    it(`goes to another worker where the one that runs ${what}`, async () => {
      if ("waits" in slow) {
        await run.close();
        await begin(1);
      }
      const gate = path.join(run.folder, "gate");
      const first = run.workers.invoke("handed", { number: 0, gate, ...slow });
      const rest = await all(numbers.map((number) => ({ number })));
      assert.deepEqual(
        rest.map(({ payload }) => payload),
        ["1", "2", "3", "4"],
      );
      if ("waits" in slow) assert.equal((await first).error?.errorType, "Sandbox.Timedout");
      writeFileSync(gate, "");
      if ("waits" in slow) return;
      assert.equal((await first).payload, "0", "it was still under way");
      // The worker that is free again does not come to what it was given and others have run.
      assert.equal((await run.workers.invoke("handed", { number: 5 })).payload, "5");
    });
  }

  it("is run once and by another worker where the one that runs ends its worker", async () => {
    const first = run.workers.invoke("handed", { number: 0, dies: true });
    const rest = await all(numbers.map((number) => ({ number: number + 100 })));
    assert.equal((await first).error?.errorType, "Runtime.ExitError");
    assert.deepEqual(
      rest.map(({ payload }) => payload),
      ["101", "102", "103", "104"],
    );
    await run.workers.stop();
    const lines = run.lines.flatMap((line) => /ran (10\d)$/.exec(line)?.[1] ?? []);
    assert.deepEqual(lines.sort(), ["101", "102", "103", "104"]);
  });

  it("is answered where the run ends before it ran", async () => {
    const asked = all([{ number: 0, waits: true }, ...numbers.map((number) => ({ number }))]);
    await run.workers.stop();
    assert.deepEqual(new Set((await asked).map(({ status }) => status)), new Set(["error"]));
  });
});
