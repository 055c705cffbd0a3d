import assert from "node:assert/strict";
import { createServer } from "node:net";
import { listenAt } from "../../local/kept-ports.ts";
import { ProjectCopy, StartedProcess } from "../local/start/support.ts";

describe("the console's address", () => {
  const project = new ProjectCopy("nothing");
  after(() => project.remove());

  /** Port and token of one start, and what it printed. */
  const started = async (): Promise<{ port: number; token: string; printed: string }> => {
    const run = new StartedProcess(project);
    try {
      const [, port, token = ""] = await run.waitForOutput(
        /^Look at it: http:\/\/127\.0\.0\.1:(\d+)\/\?token=(\S+)$/m,
      );
      return { port: Number(port), token, printed: run.stdout };
    } finally {
      await run.end();
    }
  };

  it("is the same at the next start with a token of its own, and moves where another process has it", async () => {
    const first = await started();
    const second = await started();
    assert.equal(second.port, first.port);
    assert.notEqual(second.token, first.token);
    const other = createServer();
    try {
      assert.equal(await listenAt(other, first.port, false), first.port);
      const third = await started();
      assert.notEqual(third.port, first.port);
      assert.ok(
        third.printed.includes(
          `Console: port ${first.port} of the last start is taken; it listens on ${third.port} now.`,
        ),
        third.printed,
      );
    } finally {
      other.close();
    }
  });
});
