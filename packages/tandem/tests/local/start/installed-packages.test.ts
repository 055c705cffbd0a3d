import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { ProjectCopy, StartedProcess } from "./support.ts";

const NOTE = "node_modules/.package-lock.json";
const PROGRAM =
  'import * as pulumi from "@pulumi/pulumi"; import { size } from "rake"; pulumi.log.info("rake of size " + size);';

describe("npm start, while packages are installed", () => {
  let project: ProjectCopy;
  let run: StartedProcess;

  before(async () => {
    project = new ProjectCopy("nothing");
    // What the program does not have itself comes with the tool.
    rmSync(path.join(project.path, "node_modules"));
    mkdirSync(path.join(project.path, "rake"));
    makeRake(1);
    cpSync(path.join(project.path, "rake"), path.join(project.path, "node_modules/rake"), {
      recursive: true,
    });
    project.write(NOTE, '{ "packages": {} }');
    project.write("index.ts", PROGRAM);
    run = new StartedProcess(project);
    await run.ready();
  });
  after(async () => {
    await run.end();
    project.remove();
  });

  function makeRake(size: number): void {
    const manifest = { name: "rake", version: `${size}.0.0`, type: "module", exports: "./index.js" };
    project.write("rake/package.json", JSON.stringify(manifest));
    project.write("rake/index.js", `export const size = ${size};`);
  }

  /** A copy, as of a package of a registry. */
  function install(size: number): void {
    makeRake(size);
    const args = ["install", "--install-links", "--offline", "--no-audit", "--no-fund", "./rake"];
    const { status, stderr } = spawnSync("npm", args, { cwd: project.path, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  }

  const reloads = (from: number) => run.stdout.slice(from).match(/^(not )?reloaded/gm) ?? [];

  it("runs the program again when npm has ended, once", async () => {
    const before = run.stdout.length;
    install(2);
    await run.waitForOutput(/^reloaded the program/m, before);
    assert.match(run.stdout.slice(before), /^info: rake of size 2$/m);
    project.edit("index.ts", (text) => `${text}\n`);
    await run.waitForOutput(/^reloaded the program[\s\S]*^reloaded the program/m, before);
    assert.deepEqual(reloads(before), ["reloaded", "reloaded"]);
  });

  it("goes on with the last good program what it reads half-way, and takes over what is there at the end", async () => {
    const before = run.stdout.length;
    rmSync(path.join(project.path, NOTE));
    project.write("node_modules/rake/index.js", "export const si");
    project.edit("index.ts", (text) => `${text}\n`);
    await run.waitForOutput(/^not reloaded, the last good code goes on:\nMissing initializer/m, before);
    rmSync(path.join(project.path, "node_modules"), { recursive: true });
    project.edit("index.ts", (text) => `${text}\n`);
    await run.waitForOutput(
      /^not reloaded[\s\S]*^not reloaded, the last good code goes on:\n.*rake/m,
      before,
    );
    install(3);
    await run.waitForOutput(/^reloaded the program/m, before);
    assert.match(run.stdout.slice(before), /^info: rake of size 3$/m);
    assert.deepEqual(reloads(before), ["not reloaded", "not reloaded", "reloaded"]);
  });
});
