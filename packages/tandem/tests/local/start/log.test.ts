import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { PATIENCE_MS } from "../../support/patience.ts";
import { ProjectCopy, StartedProcess } from "./support.ts";

describe("the log of npm start", () => {
  let project: ProjectCopy;

  before(() => {
    project = new ProjectCopy("inline-http");
  });

  after(() => project.remove());

  it("is for people at a terminal: a line a request, in colours, without Lambda's own lines", async function () {
    // A terminal of its own; util-linux brings it.
    if (spawnSync("script", ["--version"]).status !== 0) return this.skip();
    const tandem = path.resolve("packages/tandem/cli/tandem.js");
    const command = `exec "${process.execPath}" "${tandem}" start --cwd "${project.path}" --port 0`;
    // As a person has it: a pipeline's own variables say that nobody looks.
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, TERM: "xterm-256color" };
    const terminal = spawn("script", ["-qec", command, "/dev/null"], { env });
    let text = "";
    terminal.stdout.on("data", (chunk) => {
      text += chunk;
    });
    const waitForLine = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(20)) {
        const found = pattern.exec(stripVTControlCharacters(text));
        if (found) return found;
      }
      throw new Error(`waited for ${pattern}:\n${text}`);
    };
    const closed = once(terminal, "close");
    try {
      const [, url] = await waitForLine(/Ready on (http:\S+?)\. /);
      await fetch(`${url}/greet/you`);
      await waitForLine(
        /^\d\d:\d\d:\d\d\.\d{3} greet 200 {4}GET \/greet\/you {2}[\d.]+ ms, cold start [\d.]+ ms\r?$/m,
      );
      assert.doesNotMatch(text, /RequestId/);
      assert.ok(text.includes("\u001b["), "there are colours");
    } finally {
      terminal.stdin.write("\u0003");
      await closed;
    }
  });

  it("is Lambda's own on a pipe, of the functions that --filter names", async () => {
    const run = new StartedProcess(project, ["--filter", "greet,warn"]);
    try {
      const url = await run.ready();
      assert.match(run.stdout, /^The log shows only: function greet; level WARN and above\.$/m);
      const before = run.stdout.length;
      await fetch(`${url}/greet/you`);
      await fetch(`${url}/nothing`);
      assert.equal(await run.interrupt(), 0);
      assert.equal(run.stdout.slice(before).replace(/^Look at it: .*\n/m, ""), "Stopping.\n");
    } finally {
      await run.end();
    }
  });
});
