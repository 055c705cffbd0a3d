import assert from "node:assert/strict";
import { createServer } from "node:net";
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
  let started: StartedProcess | undefined;
  let client: DebuggerClient | undefined;

  function open(): void {
    project = new ProjectCopy("garden", PARTS);
    project.write("Pulumi.yaml", "name: inspected\nruntime: nodejs\nmain: inspected.ts\n");
  }

  async function close(): Promise<void> {
    await client?.close().catch(() => {});
    await started?.end();
    client = undefined;
    started = undefined;
    project.remove();
  }

  async function start() {
    started = new StartedProcess(project, ["--inspect=0"]);
    const url = await started.ready();
    const [, address = ""] = await started.waitForOutput(/^Debugger at (127\.0\.0\.1:\d+): /m);
    return { url, address, run: started };
  }

  for (const kind of ["VS Code", "Chrome"] as const) {
    describe(`with ${kind} attached`, () => {
      let url: string;
      let run: StartedProcess;
      let attached: DebuggerClient;

      before(async () => {
        open();
        const { address, ...there } = await start();
        ({ url, run } = there);
        attached = client = await DebuggerClient.attach(kind, address, LINE);
        await attached.bound();
      });

      after(close);

      it("holds a function at a line of its source, shows its variables, and time-outs stand still", async () => {
        const answer = call(`${url}/orders/7`);
        const stop = await attached.stopped();
        assert.deepEqual([stop.file, stop.line], ["order.ts", 9]);
        assert.equal(await stop.evaluate("total"), 8);
        assert.deepEqual(await stop.evaluate("order"), { id: "7", items: ["tea", "bread"] });
        await sleep(LONGER_MS);
        await stop.resume();
        const { status, body } = await answer;
        assert.deepEqual([status, body], [200, { id: "7", total: 8 }]);
        assert.ok(!run.stdout.includes("timed out"), run.stdout);
        // The worker is the one from before, and its next call is held too.
        const again = call(`${url}/orders/8`);
        const second = await attached.stopped();
        assert.equal(await second.evaluate("order.id"), "8");
        await second.resume();
        assert.equal((await again).status, 200);
        assert.equal(run.stdout.match(/Init Duration/g)?.length, 1, run.stdout);
      });

      if (kind === "Chrome") return;

      it("holds code that was saved meanwhile", async () => {
        project.edit("functions/order.ts", (text) => text.replace("item.length", "item.length * 2"));
        await run.waitForOutput(/reloaded readOrder/);
        await attached.bound();
        const answer = call(`${url}/orders/7`);
        const stop = await attached.stopped();
        assert.equal(await stop.evaluate("total"), 16);
        await stop.resume();
        assert.deepEqual((await answer).body, { id: "7", total: 16 });
      });

      it("ends with Ctrl-C while a function is held", async () => {
        const answer = call(`${url}/orders/7`).catch(() => "none");
        await attached.stopped();
        assert.equal(await run.interrupt(), 0, run.stderr);
        await answer;
      });
    });
  }

  describe("with nobody attached", () => {
    beforeEach(open);
    afterEach(close);

    it("passes over `debugger` and still ends calls that take too long", async () => {
      project.edit("functions/order.ts", (text) =>
        text.replace("return total;", "debugger;\n  if (order.id === 'slow') for (;;);\n  return total;"),
      );
      const { url, run } = await start();
      // One after the other at once: each is held by the debugger's own session for a moment.
      for (let calls = 0; calls < 300; calls++) assert.equal((await call(`${url}/orders/7`)).status, 200);
      assert.equal((await call(`${url}/orders/slow`)).status, 500);
      await run.waitForOutput(/Task timed out after 1\.00 seconds/);
    });

    it("says when something else listens at its port", async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address() as { port: number };
      started = new StartedProcess(project, [`--inspect=${port}`]);
      assert.equal(await started.exit(), 1);
      server.close();
      assert.match(
        started.stderr,
        new RegExp(
          `^error: The debugger cannot listen at 127\\.0\\.0\\.1:${port}: something else does\\.`,
          "m",
        ),
      );
    });
  });
}).slow(5_000);
