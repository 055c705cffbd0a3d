import assert from "node:assert/strict";
import { lambda, startRun, type TestRun } from "./support.ts";

describe("a worker that fails", () => {
  let run: TestRun;
  /** A text on the heap, larger than the memory of the functions; nothing in it is looked through when garbage is collected. */
  const LARGE = `const large = () => { const text = "x".repeat(140_000_000); text.charCodeAt(0); return text; };`;
  /** Counts its calls; fails as its event says. */
  const failing = (faults: Record<string, string>) => {
    const each = Object.entries(faults).map(([name, fault]) => `${name}: async () => { ${fault} }`);
    return `${LARGE} let calls = 0; const faults = { ${each.join(", ")} };
      exports.handler = async ({ fault }) => { calls++; return fault ? faults[fault]() : calls; };`;
  };
  const OUT_OF_TIME = {
    sleeps: "await new Promise((done) => setTimeout(done, 60_000));",
    // It keeps a processor busy for the last tenth of its second alone.
    loops: `console.log("before the loop"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900); for (;;);`,
  };
  const FAULTS = {
    exits: "process.exit(3);",
    exitsWithZero: "process.exit(0);",
    rejects: `Promise.reject(new Error("nobody caught me")); await new Promise((done) => setTimeout(done, 1000));`,
    throwsLater: `setTimeout(() => { throw new TypeError("too late"); }, 1); await new Promise((done) => setTimeout(done, 1000));`,
    neverSettles: "await new Promise(() => {});",
    holds: "globalThis.held = large(); return 0;",
    holdsForAWhile:
      "let held = large(); await new Promise((done) => setTimeout(done, 2000)); held = undefined; return 0;",
    // An array of 240 MB is what V8 would abort the process for where its own limit was the function's.
    fillsHeap:
      "const clock = new Int32Array(new SharedArrayBuffer(4)); const all = [new Array(30_000_000)]; for (;;) { all.push(large()); Atomics.wait(clock, 0, 0, 50); }",
    fillsBuffers:
      "const all = []; for (;;) { all.push(Buffer.alloc(4_000_000, 1)); await new Promise((done) => setTimeout(done, 2)); }",
    dies: "process.kill(process.pid, 'SIGKILL');",
    aborts: "process.abort();",
  };

  before(async () => {
    run = await startRun([
      lambda("short", failing(OUT_OF_TIME), { timeout: 1 }),
      lambda("long", failing(FAULTS), { timeout: 60 }),
      lambda(
        "litters",
        `${LARGE} let calls = 0; exports.handler = async () => { large(); return ++calls; };`,
        { timeout: 60 },
      ),
    ]);
  });
  after(() => run.close());

  /** Fails once after a good call, and says how; the next call must meet a fresh worker. */
  async function failOnce(fault: keyof typeof OUT_OF_TIME | keyof typeof FAULTS) {
    const name = fault in OUT_OF_TIME ? "short" : "long";
    assert.equal((await run.workers.invoke(name, {})).status, "ok");
    const failed = await run.workers.invoke(name, { fault });
    assert.equal(failed.status, "error");
    assert.equal((await run.workers.invoke(name, {})).payload, "1", "the next worker is a fresh one");
    return { ...failed.error, requestId: failed.requestId };
  }

  it("is ended when its time is up", async () => {
    const { errorType, errorMessage, requestId } = await failOnce("sleeps");
    assert.equal(errorType, "Sandbox.Timedout");
    assert.equal(errorMessage, `RequestId: ${requestId} Error: Task timed out after 1.00 seconds`);
  });

  it("is ended in an endless loop too, and what it wrote before is shown", async () => {
    const { errorType, requestId } = await failOnce("loops");
    assert.equal(errorType, "Sandbox.Timedout");
    await run.workers.settled();
    const line = run.lines.find((text) => text.includes("before the loop"));
    assert.match(line ?? "", new RegExp(`\\t${requestId}\\tINFO\\tbefore the loop$`));
  });

  it("is an error when it exits, with its exit code", async () => {
    const { errorType, errorMessage, requestId } = await failOnce("exits");
    assert.equal(errorType, "Runtime.ExitError");
    assert.equal(errorMessage, `RequestId: ${requestId} Error: Runtime exited with error: exit status 3`);
  });

  it("is an error when it exits with code 0", async () => {
    const { errorType, errorMessage, requestId } = await failOnce("exitsWithZero");
    assert.equal(errorType, "Runtime.ExitError");
    assert.equal(errorMessage, `RequestId: ${requestId} Error: Runtime exited without providing a reason`);
  });

  it("ends by a rejection that nobody handles", async () => {
    const { errorType, errorMessage } = await failOnce("rejects");
    assert.equal(errorType, "Runtime.UnhandledPromiseRejection");
    assert.equal(errorMessage, "Error: nobody caught me");
  });

  it("ends by an exception outside of the handler", async () => {
    const { errorType, errorMessage } = await failOnce("throwsLater");
    assert.equal(errorType, "TypeError");
    assert.equal(errorMessage, "too late");
  });

  it("is an error when its promise can never settle", async () => {
    const { errorType } = await failOnce("neverSettles");
    assert.equal(errorType, "Runtime.NodeJsExit");
  });

  it("is ended when it holds more than its memory at the answer, but not for garbage", async () => {
    assert.equal((await failOnce("holds")).errorType, "Runtime.OutOfMemory");
    for (const calls of ["1", "2"]) {
      assert.equal((await run.workers.invoke("litters", {})).payload, calls);
    }
  });

  it("is ended when it holds more than its memory for a while, although it lets go in the end", async () => {
    assert.equal((await failOnce("holdsForAWhile")).errorType, "Runtime.OutOfMemory");
  });

  it("is ended when its heap outgrows the memory of the function without a turn of its event loop, and the run goes on", async () => {
    const { errorType, errorMessage, requestId } = await failOnce("fillsHeap");
    assert.equal(errorType, "Runtime.OutOfMemory");
    assert.equal(errorMessage, `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`);
  });

  it("is ended when its buffers outgrow the memory of the function", async () => {
    const { errorType } = await failOnce("fillsBuffers");
    assert.equal(errorType, "Runtime.OutOfMemory");
  });

  it("ends itself alone when it kills its process", async () => {
    const { errorType } = await failOnce("dies");
    assert.equal(errorType, "Runtime.ExitError");
  });

  it("ends itself alone when it aborts", async () => {
    await failOnce("aborts");
  });
});

describe("an exception after the answer", () => {
  it("ends the worker, and the next invocation meets a fresh one", async () => {
    const run = await startRun([
      lambda(
        "late",
        `let calls = 0; exports.handler = async () => { setImmediate(() => { throw new Error("after the answer"); }); return ++calls; };`,
      ),
    ]);
    try {
      const first = await run.workers.invoke("late", {});
      assert.equal(first.payload, "1");
      await new Promise((done) => setTimeout(done, 50));
      assert.equal((await run.workers.invoke("late", {})).payload, "1");
    } finally {
      await run.close();
    }
    assert.ok(run.lines.some((line) => line.includes("after the answer")));
  });
});
