import assert from "node:assert/strict";
import { garbageCollector } from "../../../local/workers/runtime/garbage-collector.cjs";
import { lambda, startRun } from "./support.ts";

describe("many invocations", () => {
  it("leave neither memory nor handles behind: 4,000 of them, and 5 which fail and end their worker", async () => {
    const run = await startRun([
      lambda(
        "works",
        `exports.handler = async (event) => ({ statusCode: 200, body: "x".repeat(event.length) });`,
      ),
      lambda("exits", "exports.handler = async () => process.exit(1);"),
    ]);
    // The log is what this test keeps, not what the workers keep.
    run.lines.push = () => 0;
    const invokeMany = async (count: number) => {
      for (let n = 0; n < count; n++) {
        const { status } = await run.workers.invoke("works", { length: n % 500 });
        assert.equal(status, "ok");
      }
    };
    const settle = async () => {
      await new Promise((done) => setTimeout(done, 100));
      garbageCollector()({ type: "major", execution: "sync" });
      return { heap: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
    };
    try {
      await invokeMany(1_000);
      for (let n = 0; n < 3; n++) await run.workers.invoke("exits", {});
      const before = await settle();
      await invokeMany(4_000);
      for (let n = 0; n < 5; n++) assert.equal((await run.workers.invoke("exits", {})).status, "error");
      const after = await settle();
      assert.ok(after.heap - before.heap < 200_000, `the heap grew by ${after.heap - before.heap} bytes`);
      assert.ok(after.handles <= before.handles + 1, `${after.handles - before.handles} handles more`);
    } finally {
      await run.close();
    }
  });
});
