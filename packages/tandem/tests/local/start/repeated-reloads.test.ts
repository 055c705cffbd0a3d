import assert from "node:assert/strict";
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { ProjectCopy, StartedProcess } from "./support.ts";

const OUTPUT = "nohup.out";
const MAKES =
  'writeFileSync("made.json", String(Date.now())); createRequire(import.meta.url)("./made.json");';
const PROGRAM = `import { readFileSync, writeFileSync } from "node:fs"; import { createRequire } from "node:module";
readFileSync("${OUTPUT}"); ${MAKES}`;

/** `nohup npm start &` in the project. */
class StartedInBackground extends StartedProcess {
  readonly #file: string;

  constructor(project: ProjectCopy, file: string) {
    super(project, [], { OUTPUT_FILE: file });
    this.#file = file;
  }

  protected override spawn(args: readonly string[], options: SpawnOptions): ChildProcess {
    const output = openSync(options.env?.OUTPUT_FILE ?? "", "w");
    const child = spawn(process.execPath, args, { ...options, stdio: ["ignore", output, output] });
    closeSync(output);
    return child;
  }

  override get stdout(): string {
    return readFileSync(this.#file, "utf8");
  }
}

describe("npm start, when the program reads what each run of it changes", () => {
  it("waits longer and longer and says so, until something else is saved; its own output is no reason", async () => {
    const project = new ProjectCopy("nothing");
    project.write("package.json", '{ "type": "module", "main": "index.ts" }');
    project.write("index.ts", PROGRAM);
    const run = new StartedInBackground(project, path.join(project.path, OUTPUT));
    try {
      await run.waitForOutput(/^Whenever .* change again: made\.json\. .*$/m);
      const before = run.stdout.length;
      project.edit("index.ts", (text) => text.replace(MAKES, ""));
      await run.waitForOutput(/^reloaded/m, before);
      project.edit("index.ts", (text) => `${text}\n`);
      await run.waitForOutput(/^reloaded[\s\S]*^reloaded/m, before);
      assert.equal(run.stdout.slice(before).match(/^reloaded/gm)?.length, 2);
    } finally {
      await run.end();
      project.remove();
    }
  });
});
