import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { endLeftover, writeDown } from "../../../local/mongodb/leftover.ts";

describe("server left behind by a killed run", () => {
  let folder: string;
  let leftover: ChildProcess;
  const command = [process.execPath, "-e", "setInterval(() => {}, 1000)"] as const;
  const note = () => path.join(folder, "server.json");

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-leftover-"));
    leftover = spawn(command[0], command.slice(1));
    await once(leftover, "spawn");
  });

  afterEach(() => {
    leftover.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  it("is ended when its command line is the one that was written down", async () => {
    writeDown(folder, { pid: leftover.pid ?? 0, command: [...command] });
    const [, signal] = await Promise.all([endLeftover(folder), once(leftover, "exit").then(([, s]) => s)]);
    assert.equal(signal, "SIGTERM");
    assert.equal(existsSync(note()), false);
  });

  it("is left alone when its id was given to another program", async () => {
    writeDown(folder, { pid: leftover.pid ?? 0, command: ["mongod", "--dbpath", folder] });
    await endLeftover(folder);
    assert.equal(leftover.signalCode, null);
    assert.equal(leftover.exitCode, null);
    assert.equal(existsSync(note()), false);
  });

  it("is nobody when there is no note, or half of one", async () => {
    await endLeftover(folder);
    writeFileSync(note(), '{"pid": 1');
    await endLeftover(folder);
    assert.equal(existsSync(note()), false);
  });
});
