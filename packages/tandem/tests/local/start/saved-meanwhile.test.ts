import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { eventually } from "../../support/patience.ts";
import { ProjectCopy, StartedProcess } from "./support.ts";

/** Begins, and ends when the other file is there. */
const WAITING = `import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
writeFileSync("begun", "");
while (!existsSync("go-on")) await sleep(5);
pulumi.log.info("the program as it was");`;

describe("npm start, when something is saved before it is ready", () => {
  it("runs the program again, once", async () => {
    const project = new ProjectCopy("nothing");
    project.write("package.json", '{ "type": "module", "main": "index.ts" }');
    project.write("index.ts", WAITING);
    const run = new StartedProcess(project);
    try {
      await eventually(() => existsSync(path.join(project.path, "begun")));
      project.edit("index.ts", (text) => text.replace("as it was", "as it is saved"));
      project.write("go-on", "");
      await run.waitForOutput(/^reloaded the program/m);
      const lines = run.stdout.match(/^info: .*|^Ready|^reloaded/gm);
      assert.deepEqual(lines, [
        "info: the program as it was",
        "Ready",
        "info: the program as it is saved",
        "reloaded",
      ]);
    } finally {
      await run.end();
      project.remove();
    }
  });
});
