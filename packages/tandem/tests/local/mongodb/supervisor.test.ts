import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gone } from "../start/support.ts";

const supervisor = new URL("../../../local/mongodb/supervisor.ts", import.meta.url).href;

describe("Supervisor", () => {
  let folder: string;
  let mongod: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-supervisor-"));
    mongod = path.join(folder, "bin-mongod");
    // Like mongod it does not care for its standard input.
    const listens = "console.log('Waiting for connections'); setInterval(() => {}, 1000);";
    writeFileSync(mongod, `#!${process.execPath}\n${listens}\n`, { mode: 0o755 });
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A run that starts the server and says its process id. */
  async function start(more = "") {
    const program = `
      import { Supervisor } from ${JSON.stringify(supervisor)};
      const binary = { kind: "mongod", version: "8", file: ${JSON.stringify(mongod)} };
      const server = new Supervisor({ binary, folder: ${JSON.stringify(folder)}, port: 1, log() {} });
      await server.start();
      process.send(server.pid);
      ${more}`;
    const run = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const [pid] = (await once(run, "message")) as [number];
    return { run, pid };
  }

  it("leaves no mongod behind when the run is killed", async () => {
    const { run, pid } = await start("setInterval(() => {}, 1000);");
    process.kill(pid, 0);
    run.kill("SIGKILL");
    await gone([pid]);
  });

  it("ends mongod and all that guards it, so that the run's process ends by itself", async () => {
    const { run, pid } = await start("await server.stop(); process.disconnect();");
    assert.deepEqual(await once(run, "exit"), [0, null]);
    await gone([pid]);
  });
});
