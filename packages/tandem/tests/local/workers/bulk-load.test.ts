import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { archive, lambda, startRun } from "./support.ts";

/** Enough functions that they are not each loaded in a worker of their own, on any machine. */
const MANY = 100;
const good = (name: string) => lambda(name, "console.log('loaded'); exports.handler = async () => 'fine';");
const many = Array.from({ length: MANY }, (_, n) => good(`good${n}`));

describe("the load check of many functions", () => {
  it("loads them without a line of log and without keeping workers", async () => {
    const run = await startRun(many);
    try {
      assert.equal(run.lines.length, 0);
      const { payload } = await run.workers.invoke("good7", {});
      assert.equal(payload, `"fine"`);
    } finally {
      await run.close();
    }
    assert.equal(run.lines.filter((line) => line.endsWith("loaded")).length, 1);
  });

  it("names the one among them that fails, whatever way it fails", async () => {
    const broken = [
      lambda("needs", `if (!process.env.TABLE) throw new Error("Missing environment variable TABLE");`),
      lambda("exits", "process.exit(4);"),
      lambda("rejects", "Promise.reject(new Error('while loading')); exports.handler = async () => {};"),
      lambda("module", "", { code: archive({ "index.mjs": `throw new Error("an ES module");` }) }),
    ];
    await assert.rejects(
      () => startRun([...broken, ...many]),
      (error: Error) => {
        assert.equal(error.name, "UserError");
        assert.match(error.message, /Function needs reads the environment variable TABLE/);
        assert.match(error.message, /Function exits: Runtime\.ExitError: .*exit status 4/);
        assert.match(
          error.message,
          /Function rejects: Runtime\.UnhandledPromiseRejection: Error: while loading/,
        );
        assert.match(error.message, /Function module: Error: an ES module/);
        assert.doesNotMatch(error.message, /Function good/);
        return true;
      },
    );
  });

  it("goes on behind the one that ends the thread of many", async () => {
    // That thread is given all functions it has to load, a worker only its wake-up count.
    const shy = `if (Array.isArray(require("node:worker_threads").workerData)) process.exit(1); exports.handler = async () => "there";`;
    const run = await startRun([lambda("shy", shy), ...many]);
    try {
      assert.equal((await run.workers.invoke("shy", {})).payload, `"there"`);
    } finally {
      await run.close();
    }
    assert.equal(
      run.lines.filter((line) => line.endsWith("loaded")).length,
      0,
      "the others were loaded in bulk",
    );
  });

  it("gives each function its own variables, in modules that several share too", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tandem-shared-"));
    mkdirSync(path.join(folder, "node_modules/settings"), { recursive: true });
    const settings = `if (!process.env.TABLE) throw new Error("Missing environment variable TABLE"); exports.table = process.env.TABLE;`;
    writeFileSync(path.join(folder, "node_modules/settings/index.js"), settings);
    writeFileSync(
      path.join(folder, "index.js"),
      `const { table } = require("settings"); exports.handler = async () => table;`,
    );
    const shared = (name: string, variables: Record<string, string>) =>
      lambda(name, "", { code: { $: "archive", path: folder }, environment: { variables } });
    const resources = Array.from({ length: MANY }, (_, n) =>
      shared(`shared${n}`, n === 50 ? {} : { TABLE: `table-${n}` }),
    );
    try {
      await assert.rejects(() => startRun(resources), {
        name: "UserError",
        message:
          /^Not every function can be run\.\n {2}Function shared50 reads the environment variable TABLE, [^\n]*$/,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
