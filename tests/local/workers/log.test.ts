import assert from "node:assert/strict";
import { reportLine } from "../../../local/workers/log.ts";
import { lambda, startRun } from "./support.ts";

const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

describe("the log of an invocation", () => {
  const logged = async (code: string, inputs = {}, calls = 1) => {
    const run = await startRun([lambda("logs", code, inputs)]);
    const ids: string[] = [];
    try {
      for (let call = 0; call < calls; call++) ids.push((await run.workers.invoke("logs", {})).requestId);
    } finally {
      await run.close();
    }
    return { lines: run.lines, id: ids[0] ?? "", ids };
  };

  it("has START, the function's own lines, END and REPORT, in this order", async () => {
    const { lines, id } = await logged(
      `exports.handler = async () => { console.log("one", { a: 1 }); console.warn("two"); process.stdout.write("three\\n"); };`,
    );
    const expected = [
      `^START RequestId: ${id} Version: \\$LATEST$`,
      `^${time}\\t${id}\\tINFO\\tone \\{ a: 1 \\}$`,
      `^${time}\\t${id}\\tWARN\\ttwo$`,
      "^three$",
      `^END RequestId: ${id}$`,
      `^REPORT RequestId: ${id}\\tDuration: \\d+\\.\\d\\d ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB\\tMax Memory Used: \\d+ MB\\tInit Duration: \\d+\\.\\d\\d ms$`,
    ];
    assert.equal(lines.length, expected.length, lines.join("\n"));
    for (const [index, pattern] of expected.entries()) assert.match(lines[index] ?? "", new RegExp(pattern));
  });

  it("shows the cold start with the first invocation of a worker only", async () => {
    const { lines } = await logged("exports.handler = async () => {};", {}, 3);
    const reports = lines.filter((line) => line.startsWith("REPORT"));
    assert.deepEqual(
      reports.map((line) => line.includes("Init Duration")),
      [true, false, false],
    );
  });

  it("shows what is written while the code is loaded before START, without a request", async () => {
    const { lines } = await logged(`console.log("loading"); exports.handler = async () => {};`);
    assert.match(lines[0] ?? "", new RegExp(`^${time}\\tundefined\\tINFO\\tloading$`));
    assert.match(lines[1] ?? "", /^START/);
  });

  it("shows an error with its stack as one line of JSON", async () => {
    const { lines, id } = await logged(`exports.handler = async () => { throw new RangeError("far out"); };`);
    const line = lines.find((text) => text.includes("Invoke Error")) ?? "";
    const [, requestId, level, label, json = "{}"] = line.split("\t");
    assert.deepEqual([requestId, level, label], [id, "ERROR", "Invoke Error "]);
    const { errorType, errorMessage, stack } = JSON.parse(json);
    assert.deepEqual([errorType, errorMessage, stack[0]], ["RangeError", "far out", "RangeError: far out"]);
  });

  it("writes JSON where the function's logging says so", async () => {
    const { lines, id } = await logged(
      `exports.handler = async () => { console.info({ book: 1 }); console.error("text", 2); };`,
      {
        loggingConfig: { logFormat: "JSON" },
      },
    );
    const own = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
    assert.deepEqual(
      own.map(({ level, requestId, message }) => ({ level, requestId, message })),
      [
        { level: "INFO", requestId: id, message: { book: 1 } },
        { level: "ERROR", requestId: id, message: "text 2" },
      ],
    );
  });

  it("holds what a logger writes by file descriptor", async () => {
    const { lines } = await logged(`const fs = require("node:fs"); exports.handler = async () => {
      fs.writeSync(1, "text\\n"); fs.writeSync(2, Buffer.from("--part--\\n"), 2, 4);
      return new Promise((done) => fs.write(1, "later\\n", (error, bytes) => done(bytes))); };`);
    assert.deepEqual(lines.slice(1, 4), ["text", "part", "later"]);
  });

  it("holds warnings of the function's own making only", async () => {
    const { lines } = await logged(
      `exports.handler = async () => { await import("node:zlib"); process.emitWarning("mine"); await new Promise((done) => setTimeout(done, 20)); };`,
    );
    const warnings = lines.filter((line) => line.includes("Warning"));
    assert.equal(warnings.length, 1, lines.join("\n"));
    assert.match(warnings[0] ?? "", /Warning: mine/);
  });

  it("says that the time was up, and reports the status", async () => {
    const { lines, id } = await logged(
      "exports.handler = () => new Promise((done) => setTimeout(done, 60_000));",
      { timeout: 1 },
    );
    assert.match(lines.join("\n"), new RegExp(`^${time} ${id} Task timed out after 1\\.00 seconds$`, "m"));
    assert.match(
      lines.at(-1) ?? "",
      /\tDuration: 1000\.00 ms\tBilled Duration: 1\d{3} ms\t.*\tStatus: timeout$/,
    );
  });

  it("reports the type of error when the worker ended", async () => {
    const { lines } = await logged("exports.handler = async () => process.exit(2);");
    assert.match(lines.at(-1) ?? "", /\tStatus: error\tError Type: Runtime\.ExitError$/);
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
