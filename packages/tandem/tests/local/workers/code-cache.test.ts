import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { garbageCollector } from "../../../local/workers/runtime/garbage-collector.cjs";
import { lambda, startRun } from "./support.ts";

/** Path of the first file with this ending, once it is there. */
async function appearing(folder: string, ending: string): Promise<string> {
  for (;;) {
    const name = readdirSync(folder).find((file) => file.endsWith(ending));
    if (name) return path.join(folder, name);
    await new Promise((done) => setTimeout(done, 5));
  }
}

describe("the compiled form of a function's code", () => {
  const code = "exports.handler = async () => 'answer';";
  /** Starts a run twice on one folder; between them `change` is given the cache file. */
  async function startedTwice(
    change: (cacheFile: string) => void,
  ): Promise<{ payload: string | undefined; cacheFile: string }> {
    const folder = mkdtempSync(path.join(tmpdir(), "tandem-cache-"));
    const run = await startRun([lambda("cached", code)]);
    try {
      const context = { ...run.context, dataFolder: () => folder };
      await run.workers.stop();
      await run.workers.start(context);
      const first = await run.workers.invoke("cached", {});
      assert.equal(first.payload, `"answer"`, JSON.stringify(first.error));
      const cacheFile = await appearing(path.join(folder, "code"), ".v8");
      await run.workers.stop();
      change(cacheFile);
      await run.workers.start(context);
      const { payload } = await run.workers.invoke("cached", {});
      return { payload, cacheFile };
    } finally {
      await run.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it("is kept beside the code after the first invocation", async () => {
    let size = 0;
    await startedTwice((cacheFile) => {
      size = statSync(cacheFile).size;
    });
    assert.ok(size > 0);
  });

  it("is made anew when it is damaged", async () => {
    const { payload } = await startedTwice((cacheFile) => writeFileSync(cacheFile, "not V8's"));
    assert.equal(payload, `"answer"`);
  });

  it("is made anew when it is gone", async () => {
    let removed = "";
    const { payload } = await startedTwice((cacheFile) => {
      removed = cacheFile;
      rmSync(cacheFile);
      assert.equal(existsSync(cacheFile), false);
    });
    assert.equal(payload, `"answer"`);
    assert.notEqual(removed, "");
  });

  it("is taken by V8, as the run's own is: neither threads nor their garbage leave a setting of V8 changed", async () => {
    const text = "function one() { return 1; } one();";
    let scripts = 0;
    const script = (cachedData?: Buffer) =>
      new Script(text, { filename: `${++scripts}.js`, ...(cachedData ? { cachedData } : {}) });
    setFlagsFromString("--no-expose-gc");
    const kept = script().createCachedData();
    // Evaluated anew: what it does when it is loaded has been done in this process.
    await import(`../../../local/workers/thread.ts?${scripts}`);
    assert.equal(script(kept).cachedDataRejected, false);
    garbageCollector()({ type: "minor", execution: "sync" });
    assert.equal(script(kept).cachedDataRejected, false);
    setFlagsFromString("--expose-gc");
    assert.equal(script(kept).cachedDataRejected, true, "with a setting changed V8 takes nothing");
    setFlagsFromString("--no-expose-gc");
  });
});
