// #region books, movies
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { type ProjectCopy, StartedProcess } from "../../packages/tandem/tests/local/start/support.ts";
import { copyOfProgram } from "../../packages/tandem/tests/scaffold/program-copy.ts";
import { root } from "./markdown.ts";

describe("README's requests", () => {
  let project: ProjectCopy;
  let run: StartedProcess;

  before(() => {
    project = copyOfProgram();
    run = new StartedProcess(project);
  });

  after(async () => {
    await run.end();
    project.remove();
  });

  it("can be pasted one after another, and answer what stands there", async () => {
    const readme = readFileSync(path.join(root, "README.md"), "utf8");
    const [, commands = "", answers = ""] =
      /In another terminal.*?```sh\n(.*?)```.*?```json\n(.*?)```/s.exec(readme) ?? [];
    assert.equal(commands.match(/localhost:3000/g)?.length, 6);
    const url = new URL(await run.ready());
    const script = commands
      .replaceAll("localhost:3000", url.host)
      // curl ends its answer with no line's end, which a terminal shows as a line of its own.
      .replaceAll(/^curl .*$/gm, "$&; echo");
    const shell = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "ignore"] });
    const [output] = await Promise.all([text(shell.stdout), once(shell, "close")]);
    assert.deepEqual(lines(output), lines(answers));
  });
});

/** Without what differs from time to time. */
function lines(output: string): string[] {
  return output
    .replaceAll(/"id":"[0-9a-f]{24}"/g, '"id":"…"')
    .replaceAll(/"(createdAt|updatedAt)":"[^"]+"/g, '"$1":"…"')
    .replaceAll(/"requestId":"[^"]+"/g, '"requestId":"…"')
    .split("\n")
    .filter((line) => line !== "");
}
