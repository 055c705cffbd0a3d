import assert from "node:assert/strict";
import { doing, lambda, startRun, type TestRun } from "./support.ts";

/** What a handler of runtimes up to Node.js 22 answers, and when. */
describe("a handler of a runtime before Node.js 24", () => {
  let run: TestRun;
  const open = `const open = () => require("node:net").createServer().listen(0);`;
  const handlers = {
    fail: `(e, c) => c.fail(new TypeError("by context"))`,
    failWithout: `(e, c) => c.fail()`,
    done: `(e, c) => c.done(null, { done: true })`,
    doneWrong: `(e, c) => c.done("no")`,
    first: `(e, c, done) => { c.callbackWaitsForEmptyEventLoop = false; done(null, "first"); done(null, "second"); c.fail("third"); }`,
    returns: `() => "nobody asks for it"`,
    throws: `() => { throw new RangeError("at once"); }`,
    keys: `async (e, c) => Object.keys(c).sort()`,
    flag: `async (e, c) => { const before = c.callbackWaitsForEmptyEventLoop; c.callbackWaitsForEmptyEventLoop = false; return [before, c.callbackWaitsForEmptyEventLoop]; }`,
  };
  /** What any of them does to its event loop lasts, and is no reason for another one of them to wait. */
  const atOnce = {
    calledBack: `(e, c, done) => { c.callbackWaitsForEmptyEventLoop = false; open(); done(null, "at once"); }`,
    calledBackAfter: `(e, c, done) => { c.callbackWaitsForEmptyEventLoop = false; open(); setTimeout(() => done(null, "later"), 5); }`,
    fails: `(e, c, done) => { open(); done(new Error("called back")); }`,
    async: `async () => { open(); return "async at once"; }`,
    succeed: `(e, c) => { open(); c.succeed("by context"); }`,
  };
  /** What each does to its event loop lasts. */
  const functions = {
    atOnce: `${open} ${doing(atOnce)}`,
    waits: `${open} exports.handler = (e, c, done) => { open(); done(null, "late"); }`,
    later: `exports.handler = (e, c, done) => { setTimeout(() => console.log("AFTER"), 40); done(null, "after the timer"); }`,
    returnsLater: `let n = 0; exports.handler = () => { setTimeout(() => n++, 5); return n; };`,
    neverCalls: `let calls = 0; exports.handler = async ({ hang }) => { calls++; if (hang) await new Promise(() => {}); return calls; };`,
  };

  before(async () => {
    run = await startRun(
      Object.entries({ ...functions, any: doing(handlers) }).map(([name, code]) =>
        lambda(name, code, { runtime: "nodejs22.x", timeout: 1 }),
      ),
    );
  });
  after(() => run.close());

  const invoke = (name: string, event: object) =>
    name in handlers
      ? run.workers.invoke("any", { does: name })
      : name in atOnce
        ? run.workers.invoke("atOnce", { does: name })
        : run.workers.invoke(name, event);
  const answer = async (name: string, event: object = {}): Promise<unknown> => {
    const { status, payload, error } = await invoke(name, event);
    assert.equal(status, "ok", `${name}: ${JSON.stringify(error)}`);
    return payload === undefined ? undefined : JSON.parse(payload);
  };
  const errorOf = async (name: string, event: object = {}) => {
    const { status, error } = await invoke(name, event);
    assert.equal(status, "error", name);
    return error;
  };

  it("is not answered while the event loop has work, and is out of time with an open server", async () => {
    const error = await errorOf("waits");
    assert.equal(error?.errorType, "Sandbox.Timedout");
    assert.match(error?.errorMessage ?? "", /Task timed out after 1\.00 seconds$/);
  });

  it("is answered at once when it says that nobody need wait", async () => {
    assert.equal(await answer("calledBack"), "at once");
    assert.equal(await answer("calledBackAfter"), "later");
  });

  it("is answered at once by an error, a promise and `succeed`", async () => {
    assert.equal((await errorOf("fails"))?.errorMessage, "called back");
    assert.equal(await answer("async"), "async at once");
    assert.equal(await answer("succeed"), "by context");
  });

  it("is answered after the timers it left, with what they wrote before the end", async () => {
    const from = run.lines.length;
    assert.equal(await answer("later"), "after the timer");
    const { requestId } = await run.workers.invoke("later", {});
    await new Promise((done) => setTimeout(done, 50));
    const lines = run.lines.slice(from).filter((line) => line.includes(requestId));
    const [after, end] = [/AFTER/, /^END/].map((pattern) => lines.findIndex((line) => pattern.test(line)));
    assert.ok(after !== undefined && end !== undefined && after >= 0 && after < end, lines.join("\n"));
  });

  it("may end by `fail` and `done`", async () => {
    const { errorType, errorMessage } = (await errorOf("fail")) ?? {};
    assert.deepEqual({ errorType, errorMessage }, { errorType: "TypeError", errorMessage: "by context" });
    assert.equal((await errorOf("failWithout"))?.errorMessage, "handled");
    assert.deepEqual(await answer("done"), { done: true });
    assert.equal((await errorOf("doneWrong"))?.errorMessage, "no");
  });

  it("is answered by what it calls first", async () => {
    assert.equal(await answer("first"), "first");
    assert.equal(await answer("first"), "first");
  });

  it("is null when it neither calls back nor gives a promise", async () => {
    assert.equal(await answer("returns"), null);
    assert.equal(await answer("returnsLater"), null);
  });

  it("is an error when its promise can never settle, and the worker goes on", async () => {
    assert.equal(await answer("neverCalls"), 1);
    assert.equal((await errorOf("neverCalls", { hang: true }))?.errorType, "Runtime.NodeJsExit");
    assert.equal(await answer("neverCalls"), 3);
  });

  it("reports what it throws before it gives a promise", async () => {
    assert.equal((await errorOf("throws"))?.errorType, "RangeError");
    assert.equal((await errorOf("throws"))?.errorType, "RangeError");
  });

  it("has the four members of the context that Node.js 24 has not", async () => {
    const keys = (await answer("keys")) as string[];
    for (const name of ["callbackWaitsForEmptyEventLoop", "done", "fail", "succeed"])
      assert.ok(keys.includes(name), name);
    assert.equal(keys.length, 12);
    assert.deepEqual(await answer("flag"), [true, false]);
  });
});
