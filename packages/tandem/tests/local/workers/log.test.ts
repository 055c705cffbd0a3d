import assert from "node:assert/strict";
import { on } from "node:events";
import path from "node:path";
import { Worker } from "node:worker_threads";
import type { InvokeResult } from "../../../local/invocation.ts";
import { reportLine } from "../../../local/workers/log.ts";
import { Signals } from "../../../local/workers/runtime/signals.cjs";
import { doing, lambda, startRun } from "./support.ts";

const TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

describe("the log of an invocation", () => {
  const code = doing({
    writes: `async () => { console.log("one", { a: 1 }); console.warn("two"); process.stdout.write("three\\n"); }`,
    throws: `async () => { throw new RangeError("far out"); }`,
    descriptors: `async () => {
      fs.writeSync(1, "text\\n"); fs.writeSync(2, Buffer.from("--part--\\n"), 2, 4);
      return new Promise((done) => fs.write(1, "later\\n", (error, bytes) => done(bytes))); }`,
    everyWay: `async () => {
      fs.writeFileSync(1, "writeFileSync\\n"); fs.appendFileSync(2, Buffer.from("appendFileSync\\n"));
      const bytes = fs.writevSync(1, [Buffer.from("writev"), Buffer.from("Sync\\n")]);
      await new Promise((done, fail) => fs.writeFile(1, "writeFile\\n", (error) => (error ? fail(error) : done())));
      const written = await new Promise((done) => fs.writev(2, [Buffer.from("writev\\n")], (error, bytes) => done(bytes)));
      fs.writeFileSync("/tmp/a", "in a file"); return [bytes, written, fs.readFileSync("/tmp/a", "utf8")]; }`,
    warns: `async () => { await import("node:zlib"); process.emitWarning("mine"); await new Promise((done) => setTimeout(done, 20)); }`,
    exits: "async () => process.exit(2)",
  });
  const CALLS = ["writes", "throws", "descriptors", "everyWay", "warns", "exits"] as const;
  let lines: string[];
  const results = new Map<string, InvokeResult>();
  const resultOf = (call: string) => results.get(call) ?? assert.fail(`${call} was not called`);
  /** Of one call, from START to REPORT. */
  const logOf = (call: string) => {
    const id = resultOf(call).requestId;
    const [first, last] = ["START", "REPORT"].map((label) =>
      lines.findIndex((line) => line.startsWith(`${label} RequestId: ${id}`)),
    );
    return { id, lines: lines.slice(first, Number(last) + 1) };
  };

  before(async () => {
    const run = await startRun([
      lambda("logs", `const fs = require("node:fs"); console.log("loading"); ${code}`),
      lambda(
        "json",
        `exports.handler = async () => { console.info({ barn: 1 }); console.error("text", 2); };`,
        {
          loggingConfig: { logFormat: "JSON" },
        },
      ),
      lambda("slow", "exports.handler = () => new Promise((done) => setTimeout(done, 60_000));", {
        timeout: 1,
      }),
    ]);
    try {
      for (const does of CALLS) results.set(does, await run.workers.invoke("logs", { does }));
      for (const name of ["json", "slow"]) results.set(name, await run.workers.invoke(name, {}));
    } finally {
      await run.close();
    }
    lines = run.lines;
  });

  it("has START, the function's own lines, END and REPORT, in this order", () => {
    const { lines, id } = logOf("writes");
    const expected = [
      `^START RequestId: ${id} Version: \\$LATEST$`,
      `^${TIME}\\t${id}\\tINFO\\tone \\{ a: 1 \\}$`,
      `^${TIME}\\t${id}\\tWARN\\ttwo$`,
      "^three$",
      `^END RequestId: ${id}$`,
      `^REPORT RequestId: ${id}\\tDuration: \\d+\\.\\d\\d ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB\\tMax Memory Used: \\d+ MB\\tInit Duration: \\d+\\.\\d\\d ms$`,
    ];
    assert.equal(lines.length, expected.length, lines.join("\n"));
    for (const [index, pattern] of expected.entries()) assert.match(lines[index] ?? "", new RegExp(pattern));
  });

  it("shows the cold start with the first invocation of a worker only", () => {
    const reports = CALLS.map((call) => logOf(call).lines.at(-1) ?? "");
    assert.deepEqual(
      reports.map((line) => line.includes("Init Duration")),
      [true, false, false, false, false, false],
    );
  });

  it("shows what is written while the code is loaded before START, without a request", () => {
    const at = lines.findIndex((line) => line.endsWith("loading"));
    assert.match(lines[at] ?? "", new RegExp(`^${TIME}\\tundefined\\tINFO\\tloading$`));
    assert.ok(at < lines.findIndex((line) => line.startsWith("START")));
  });

  it("shows an error with its stack as one line of JSON", () => {
    const { lines, id } = logOf("throws");
    const line = lines.find((text) => text.includes("Invoke Error")) ?? "";
    const [, requestId, level, label, json = "{}"] = line.split("\t");
    assert.deepEqual([requestId, level, label], [id, "ERROR", "Invoke Error "]);
    const { errorType, errorMessage, stack } = JSON.parse(json);
    assert.deepEqual([errorType, errorMessage, stack[0]], ["RangeError", "far out", "RangeError: far out"]);
  });

  it("writes JSON where the function's logging says so", () => {
    const { lines, id } = logOf("json");
    const own = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    assert.deepEqual(
      own.map(({ level, requestId, message }) => ({ level, requestId, message })),
      [
        { level: "INFO", requestId: id, message: { barn: 1 } },
        { level: "ERROR", requestId: id, message: "text 2" },
      ],
    );
  });

  it("holds what a logger writes by file descriptor", () => {
    assert.deepEqual(logOf("descriptors").lines.slice(1, 4), ["text", "part", "later"]);
  });

  it("holds what every function of node:fs writes by file descriptor, which the terminal never does", () => {
    assert.equal(resultOf("everyWay").payload, JSON.stringify([11, 7, "in a file"]));
    assert.deepEqual(logOf("everyWay").lines.slice(1, -2), [
      "writeFileSync",
      "appendFileSync",
      "writevSync",
      "writeFile",
      "writev",
    ]);
  });

  it("holds warnings of the function's own making only", () => {
    const warnings = lines.filter((line) => line.includes("Warning"));
    assert.equal(warnings.length, 1, lines.join("\n"));
    assert.match(warnings[0] ?? "", /Warning: mine/);
  });

  it("says that the time was up, and reports the status", () => {
    const { lines, id } = logOf("slow");
    assert.match(lines.join("\n"), new RegExp(`^${TIME} ${id} Task timed out after 1\\.00 seconds$`, "m"));
    assert.match(
      lines.at(-1) ?? "",
      /\tDuration: 1000\.00 ms\tBilled Duration: 1\d{3} ms\t.*\tStatus: timeout$/,
    );
  });

  it("reports the type of error when the worker ended", () => {
    assert.match(logOf("exits").lines.at(-1) ?? "", /\tStatus: error\tError Type: Runtime\.ExitError$/);
  });
});

describe("a function that logs more than anybody reads", () => {
  const leftOut =
    /^Left out by the local run: ([\d,]+) bytes of this log, in ([\d,]+) writes; of an invocation 1 MB is shown\.$/;
  const logged = async (body: string, inputs = {}) => {
    const run = await startRun([
      lambda("logs", `exports.handler = async ({ times = 1 }) => { ${body} };`, inputs),
    ]);
    try {
      const before = process.memoryUsage().rss;
      const result = await run.workers.invoke("logs", {});
      const grown = process.memoryUsage().rss - before;
      const second = await run.workers.invoke("logs", { times: 0 });
      await run.workers.stop();
      return { result, second, lines: run.lines, grown };
    } finally {
      await run.close();
    }
  };
  const numbers = (lines: string[]) => {
    const line = lines.find((text) => leftOut.test(text)) ?? assert.fail(lines.slice(-5).join("\n"));
    return (leftOut.exec(line) ?? []).slice(1).map((text) => Number(text.replaceAll(",", "")));
  };

  it("is shown the first megabyte, and how much was left out, between it and END", async () => {
    const { result, lines, second } = await logged(
      `for (let n = 0; n < times * 3; n++) process.stdout.write("x".repeat(1_048_575) + "\\n");`,
    );
    assert.equal(result.status, "ok");
    assert.deepEqual(numbers(lines), [2 * 1_048_576, 2]);
    assert.deepEqual(
      lines.filter((line) => line.startsWith("x")).map((line) => line.length),
      [1_048_575],
    );
    const [at, end] = [leftOut, /^END/].map((pattern) => lines.findIndex((line) => pattern.test(line)));
    assert.equal(at, Number(end) - 1);
    assert.equal(
      lines.filter((line) => leftOut.test(line)).length,
      1,
      "the next invocation has a log of its own",
    );
    assert.equal(second.status, "ok");
  });

  it("is cut in the middle of one write, and counts bytes as they are in UTF-8", async () => {
    const { lines } = await logged(`process.stdout.write("ä".repeat(2_000_000));`);
    assert.deepEqual(numbers(lines), [2 * (2_000_000 - 1_048_576), 1]);
    assert.ok(lines.includes(`${"ä".repeat(1_048_576)}…`));
  });

  it("does not fill the memory of the run with a quarter of a gigabyte", async () => {
    const { result, lines, grown } = await logged(
      `const line = "y".repeat(1_023); for (let n = 0; n < times * 262_144; n++) process.stdout.write(line + "\\n");`,
      { timeout: 120 },
    );
    assert.equal(result.status, "ok");
    const [bytes = 0, writes = 0] = numbers(lines);
    assert.deepEqual([bytes, writes], [268_435_456 - 1_048_576, 262_144 - 1_024]);
    assert.ok(grown < 100 * 1_048_576, `${grown} bytes more`);
  });

  it("is told of what it was ended for in any case, with the error and how much was left out", async () => {
    const failing = await logged(`console.log("z".repeat(3_000_000)); throw new Error("at the end");`);
    assert.ok(failing.lines.some((line) => line.includes("at the end")));
    numbers(failing.lines);
    // It never lets its event loop turn, but leaves the processor to others.
    const hanging = await logged(
      `const clock = new Int32Array(new SharedArrayBuffer(4));
       for (;;) { console.log("z".repeat(1_000_000)); Atomics.wait(clock, 0, 0, 100); }`,
      { timeout: 1 },
    );
    assert.equal(hanging.result.error?.errorType, "Sandbox.Timedout");
    assert.ok(numbers(hanging.lines).every((number) => number > 0));
  });

  it("waits until the run has taken what is on its way", async () => {
    const signals = new Signals();
    const text = "a".repeat(700_000);
    const code = `const { parentPort, workerData } = require("node:worker_threads");
      const signals = new (require(workerData.module).Signals)(workerData.memory);
      const text = "a".repeat(700_000);
      for (let n = 0; n < 30; n++) { signals.waitForRoom(text); parentPort.postMessage(n); }`;
    const module = path.resolve(import.meta.dirname, "../../../local/workers/runtime/signals.cjs");
    const worker = new Worker(code, { eval: true, workerData: { module, memory: signals.memory } });
    let most = 0;
    let received = 0;
    for await (const [n] of on(worker, "message", { close: ["exit"] })) {
      assert.equal(n, received++);
      most = Math.max(most, signals.onTheWay());
      signals.taken(text);
    }
    assert.equal(received, 30);
    assert.ok(most > 0 && most <= 2 * 700_064, `${most} bytes were on their way at once`);
    assert.equal(signals.onTheWay(), 0);
  });
});

describe("reportLine", () => {
  const report = {
    requestId: "id",
    duration: 12.345,
    initDuration: undefined,
    memorySize: 128,
    memoryUsed: 60.2 * 1_048_576,
  };

  it("rounds durations and memory as Lambda does", () => {
    assert.equal(
      reportLine(report),
      "REPORT RequestId: id\tDuration: 12.35 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 61 MB",
    );
  });

  it("bills the cold start", () => {
    assert.match(
      reportLine({ ...report, initDuration: 100.5 }),
      /Billed Duration: 113 ms\t.*\tInit Duration: 100\.50 ms$/,
    );
  });
});
