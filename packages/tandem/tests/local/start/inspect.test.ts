import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { DebuggerClient } from "./debugger.ts";
import { call, ProjectCopy, StartedProcess } from "./support.ts";

/** The small program beside the garden's own, built as that is. */
const PARTS = ["inspected.ts", "build.ts", "functions", "package.json", "Pulumi.dev.yaml"];
/** The line within totalOf where each item is counted, and the sum as it then stands. */
const LINE = { file: "functions/order.ts", line: 9 };
/** Longer than the function and the route have. */
const LONGER_MS = 3_500;

describe("npm start -- --inspect", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let url: string;
  let address: string;
  let attached: DebuggerClient | undefined;

  // One run: each test finds what the one before has left, and each debugger comes when the other has gone.
  before(async () => {
    project = new ProjectCopy("garden", PARTS);
    project.write("Pulumi.yaml", "name: inspected\nruntime: nodejs\nmain: inspected.ts\n");
    run = new StartedProcess(project, ["--inspect=0"]);
    url = await run.ready();
    [, address = ""] = await run.waitForOutput(/^Debugger at (127\.0\.0\.1:\d+): /m);
  });

  after(async () => {
    await attached?.close().catch(() => {});
    await run.end();
    project.remove();
  });

  const save = async (change: (text: string) => string): Promise<void> => {
    const before = run.stdout.length;
    project.edit("functions/order.ts", change);
    await run.waitForOutput(/reloaded readOrder/, before);
  };

  it("passes over `debugger` with nobody attached, and still ends calls that take too long", async () => {
    // One after the other at once: each is held by the debugger's own session for a moment.
    const waits = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)";
    const added = `for (let passed = 0; passed < 30; passed++) debugger;\n  if (order.id === 'slow') ${waits};\n`;
    await save((text) => text.replace("  return total;", `  ${added}  return total;`));
    for (let calls = 0; calls < 10; calls++) assert.equal((await call(`${url}/orders/7`)).status, 200);
    assert.equal((await call(`${url}/orders/slow`)).status, 500);
    await run.waitForOutput(/Task timed out after 1\.00 seconds/);
    await save((text) => text.replace(`  ${added}`, ""));
  });

  for (const kind of ["Chrome", "VS Code"] as const) {
    it(`holds a function at a line of its source for ${kind}, shows its variables, and time-outs stand still`, async () => {
      await attached?.close();
      const client = await DebuggerClient.attach(kind, address, LINE);
      attached = client;
      await client.bound();
      const first = run.stdout.length;
      const answer = call(`${url}/orders/7`);
      const stop = await client.stopped();
      assert.deepEqual([stop.file, stop.line], ["order.ts", 9]);
      assert.equal(await stop.evaluate("total"), 8);
      assert.deepEqual(await stop.evaluate("order"), { id: "7", items: ["tea", "bread"] });
      await sleep(LONGER_MS);
      await stop.resume();
      const { status, body } = await answer;
      assert.deepEqual([status, body], [200, { id: "7", total: 8 }]);
      await run.waitForOutput(/^REPORT /m, first);
      // The worker is the one from before, and its next call is held too.
      const next = run.stdout.length;
      const again = call(`${url}/orders/8`);
      const second = await client.stopped();
      assert.equal(await second.evaluate("order.id"), "8");
      await second.resume();
      assert.equal((await again).status, 200);
      await run.waitForOutput(/^REPORT /m, next);
      assert.doesNotMatch(run.stdout.slice(next), /Init Duration/);
      assert.doesNotMatch(run.stdout.slice(first), /timed out/);
    });
  }

  it("holds code that was saved meanwhile", async () => {
    const client = attached ?? assert.fail();
    await save((text) => text.replace("item.length", "item.length * 2"));
    await client.bound();
    const answer = call(`${url}/orders/7`);
    const stop = await client.stopped();
    assert.equal(await stop.evaluate("total"), 16);
    await stop.resume();
    assert.deepEqual((await answer).body, { id: "7", total: 16 });
  });

  it("says when something else listens at its port", async () => {
    const { port } = new URL(`http://${address}`);
    const second = new StartedProcess(project, [`--inspect=${port}`]);
    assert.equal(await second.exit(), 1);
    assert.match(
      second.stderr,
      new RegExp(
        `^error: The debugger cannot listen at 127\\.0\\.0\\.1:${port}: something else does\\.`,
        "m",
      ),
    );
  });

  it("ends with Ctrl-C while a function is held", async () => {
    const client = attached ?? assert.fail();
    const answer = call(`${url}/orders/7`).catch(() => "none");
    await client.stopped();
    assert.equal(await run.interrupt(), 0, run.stderr);
    await answer;
  });
}).slow(5_000);
