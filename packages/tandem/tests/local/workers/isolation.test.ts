import assert from "node:assert/strict";
import { archive, doing, lambda, startRun, type TestRun } from "./support.ts";

/** Whatever a function does to its thread, it is one function that does it. */
describe("code of a function", () => {
  let run: TestRun;
  const asHandler = (body: string) => `async (event) => { ${body} }`;
  const asFunction = (body: string) => `exports.handler = ${asHandler(body)};`;
  /** What leaves its thread as it was. */
  const handlers = {
    threads: asHandler(`const t = require("node:worker_threads");
      return [t.isMainThread, t.parentPort, t.workerData, t.threadId, require.main === undefined];`),
    posts: asHandler(`const { parentPort } = require("node:worker_threads"); parentPort.postMessage(null);`),
    cache: asHandler(`const { _pathCache } = module.constructor;
      return [...Object.keys(require.cache), ...Object.values(_pathCache)].filter((file) => file.includes("workers/runtime"))
        .map((file) => require("node:path").basename(file));`),
    messages: asHandler(`const { postMessageToThread } = require("node:worker_threads");
      return postMessageToThread(0, null).then(() => "delivered", (error) => error.code);`),
    parent: asHandler(`try { process.kill(process.ppid, "SIGTERM"); } catch (error) { return error.code; }`),
    debugs: asHandler(`const codes = [];
      for (const { Session } of [require("node:inspector"), require("node:inspector/promises")]) {
        try { new Session().connectToMainThread(); } catch (error) { codes.push(error.code); } } return codes;`),
    nested: asHandler(`const { Worker } = require("node:worker_threads");
      const worker = new Worker("const t = require('node:worker_threads'); console.log('from within'); t.parentPort.postMessage([t.isMainThread, t.workerData])",
        { eval: true, workerData: 5 });
      return new Promise((done, fail) => worker.on("message", done).on("error", fail));`),
    inner: asHandler(`const { Worker } = require("node:worker_threads"); const fs = require("node:fs");
      fs.writeFileSync("/tmp/shared.txt", "of the function");
      const code = \`const fs = require("node:fs"); const { parentPort } = require("node:worker_threads");
        const codeOf = (work) => { try { return work(); } catch ({ code }) { return code; } };
        fs.writeSync(1, "by descriptor from within\\\\n");
        parentPort.postMessage([fs.readFileSync("/tmp/shared.txt", "utf8"), codeOf(() => fs.writeFileSync("/var/task/x", "")),
          process.cwd() === process.env.LAMBDA_TASK_ROOT, require("node:child_process").execSync("pwd", { encoding: "utf8" }).trim() === process.cwd(),
          codeOf(() => new (require("node:inspector").Session)().connectToMainThread())]);\`;
      return new Promise((done, fail) => new Worker(code, { eval: true }).on("message", done).on("error", fail));`),
    innerKills: asHandler(`const { Worker } = require("node:worker_threads");
      return new Promise((done) => new Worker("process.kill(process.pid, 'SIGKILL')", { eval: true }).on("exit", done));`),
    longError: asHandler(
      `throw Object.assign(new Error("x".repeat(50_000_000)), { name: "N".repeat(10_000_000) });`,
    ),
  };
  const functions = {
    good: asFunction("return event.n;"),
    handles:
      asFunction(`const found = process._getActiveHandles().filter((handle) => "postMessage" in handle);
      for (const handle of found) handle.postMessage({ type: "forged" }); return found.length;`),
    prototypes: `const { MessagePort } = require("node:worker_threads");
      const { postMessage } = MessagePort.prototype; const seen = [];
      MessagePort.prototype.postMessage = function (...all) { seen.push(this); return postMessage.apply(this, all); };
      Function.prototype.bind = Function.prototype.call = () => { throw new Error("tampered"); };
      Atomics.wait = Atomics.add = (array) => { seen.push(array); return "ok"; };
      globalThis.setImmediate = () => seen.push("immediate");
      exports.handler = async () => { console.log("through the port"); return seen.length; };`,
    group: asFunction("process.kill(0, 'SIGTERM');"),
    below: asFunction("process._kill(process.pid, 15);"),
    really: asFunction("process.reallyExit(7);"),
  };

  before(async () => {
    run = await startRun([
      ...Object.entries({ ...functions, any: doing(handlers) }).map(([name, code]) =>
        lambda(name, code, { memorySize: 512 }),
      ),
      lambda("module", "", {
        code: archive({
          "index.mjs": `import { isMainThread, parentPort } from "node:worker_threads";
            export const handler = async () => [isMainThread, parentPort];`,
        }),
      }),
    ]);
  });
  after(() => run.close());

  const invoke = (name: string) =>
    name in handlers ? run.workers.invoke("any", { does: name }) : run.workers.invoke(name, { n: 1 });
  const answer = async (name: string): Promise<unknown> => {
    const { payload, error } = await invoke(name);
    assert.ok(payload !== undefined, JSON.stringify(error));
    return JSON.parse(payload);
  };
  const errorOf = async (name: string) => (await invoke(name)).error;
  afterEach(async () => assert.equal(await answer("good"), 1, "the run goes on"));

  it("runs in the main thread of its program, without a port", async () => {
    assert.deepEqual(await answer("threads"), [true, null, null, 0, true]);
    assert.deepEqual(await answer("module"), [true, null]);
    assert.equal((await errorOf("posts"))?.errorType, "TypeError");
  });

  it("finds no port among the handles, in prototypes or in the cache of modules", async () => {
    assert.equal(await answer("handles"), 0);
    assert.equal(await answer("prototypes"), 0);
    assert.equal(await answer("prototypes"), 0);
    // Node itself has loaded no more of the runtime than these.
    assert.deepEqual(await answer("cache"), ["boot.cjs", "import-module.cjs"]);
  });

  it("cannot send the run a message by the number of its thread", async () => {
    assert.match(String(await answer("messages")), /^ERR_WORKER_MESSAGING/);
  });

  it("cannot end the run by a signal or by exiting past `process.exit`", async () => {
    assert.equal((await errorOf("group"))?.errorType, "Runtime.ExitError");
    assert.equal((await errorOf("below"))?.errorType, "Runtime.ExitError");
    assert.equal(await answer("parent"), "EPERM");
    assert.equal((await errorOf("really"))?.errorType, "Runtime.ExitError");
  });

  it("cannot debug the run", async () => {
    const refused = "ERR_INSPECTOR_NOT_WORKER";
    assert.deepEqual(await answer("debugs"), [refused, refused]);
  });

  it("may have threads of its own, whose lines are its log", async () => {
    assert.deepEqual(await answer("nested"), [false, 5]);
    for (let looks = 0; looks < 200 && !run.lines.some((line) => line.includes("from within")); looks++)
      await answer("good").then(() => new Promise((done) => setTimeout(done, 5)));
    assert.ok(run.lines.some((line) => line.includes("from within")));
  });

  it("has threads that see what it sees, and end alone", async () => {
    assert.deepEqual(await answer("inner"), [
      "of the function",
      "EROFS",
      true,
      true,
      "ERR_INSPECTOR_NOT_WORKER",
    ]);
    assert.equal(await answer("innerKills"), 1);
  });

  it("cannot fill the run with the text of an error", async () => {
    const { errorType = "", errorMessage = "", trace = [] } = (await errorOf("longError")) ?? {};
    for (const text of [errorType, errorMessage, trace.join("\n")]) assert.ok(text.length <= 262_145);
    assert.match(errorMessage, /^x{262144}…$/);
  });
});
