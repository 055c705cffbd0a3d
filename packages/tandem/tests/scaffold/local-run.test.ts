import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { StateFolder } from "../../local/state-folder.ts";
import type { Values } from "../../program/recording.ts";
import { stateOfLocalRun } from "../../scaffold/local-run.ts";

const added = { kind: "functions", name: "listSparrows" } as const;

describe("npm run new, while npm start runs", () => {
  let root: string;
  let state: StateFolder;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "tandem-new-"));
    state = new StateFolder(root, "dev");
  });

  afterEach(() => {
    state.release();
    rmSync(root, { recursive: true });
  });

  /** A run whose outputs are these, one after the other, and the last from then on. */
  const run = (...outputs: Values[]): Promise<void> =>
    state.acquire(() => ({
      pid: process.pid,
      stack: "dev",
      region: "eu-central-1",
      url: "http://127.0.0.1:3000",
      variables: {},
      stores: { tables: [], queues: [], buckets: [] },
      outputs: (outputs.length > 1 ? outputs.shift() : outputs[0]) ?? {},
    }));

  it("ends once the run serves what was added", async () => {
    const outputs: Values[] = [{ functions: {} }, { functions: {} }, { functions: { listSparrows: "a" } }];
    // `acquire` itself looks at no outputs, so each look below is one of these.
    await run(...outputs);
    assert.equal(await stateOfLocalRun(root, added), "The local run on http://127.0.0.1:3000 has it.");
  });

  it("gives up on a run that does not take it over", async () => {
    await run({ functions: {} });
    assert.match(await stateOfLocalRun(root, added, 0), /^The local run has not taken it over/);
  });

  it("does not wait for a run that tells nothing of functions, nor where there is none", async () => {
    assert.equal(await stateOfLocalRun(root, added), "`npm start` runs it.");
    await run({});
    assert.equal(await stateOfLocalRun(root, added), "The local run takes it over.");
  });
});
