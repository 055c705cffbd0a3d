import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { lambda, recordingOf, startRun } from "./support.ts";

describe("a function of a program below the machine's /tmp", () => {
  const work = mkdtempSync(path.join(tmpdir(), "tandem-above-"));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(work, file)), { recursive: true });
    writeFileSync(path.join(work, file), text);
  };
  after(() => rmSync(work, { recursive: true }));

  it("finds packages of the folders above the program, as Node does, and has a /tmp of its own", async () => {
    write("node_modules/above/index.js", 'module.exports = "from above";');
    write(
      "program/app/index.js",
      `const fs = require("node:fs");
       exports.handler = async () => {
         fs.writeFileSync("/tmp/own.txt", "own");
         return [require("above"), fs.readdirSync("/tmp")];
       };`,
    );
    const folder = path.join(work, "program");
    const resources = [lambda("f", "", { code: { $: "archive", path: path.join(folder, "app") } })];
    const run = await startRun(resources, {}, recordingOf(folder, resources));
    try {
      const { payload = "" } = await run.workers.invoke("f", {});
      assert.deepEqual(JSON.parse(payload), ["from above", ["own.txt"]]);
    } finally {
      await run.close();
    }
  });
});
