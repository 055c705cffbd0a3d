import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type RunStatus, StateFolder } from "../../local/state-folder.ts";

const status = (): RunStatus => ({
  pid: process.pid,
  stack: "dev",
  region: "eu-central-1",
  url: "http://127.0.0.1:3000",
  variables: {},
  stores: { tables: [], queues: [], buckets: [] },
  outputs: {},
});

describe("StateFolder", () => {
  let cwd: string;
  const held: (StateFolder | ChildProcess)[] = [];

  beforeEach(() => {
    cwd = mkdtempSync(path.join(tmpdir(), "tandem-state-"));
  });

  afterEach(() => {
    for (const holder of held.splice(0))
      holder instanceof StateFolder ? holder.release() : holder.kill("SIGKILL");
    rmSync(cwd, { recursive: true, force: true });
  });

  const open = (stack = "dev"): StateFolder => {
    const state = new StateFolder(cwd, stack);
    held.push(state);
    return state;
  };

  it("keeps each stack apart under .local", async () => {
    await open("dev").acquire(status);
    await open("prod").acquire(status);
    assert.ok(existsSync(path.join(cwd, ".local/dev/run.json")));
    assert.ok(existsSync(path.join(cwd, ".local/prod/run.json")));
  });

  it("refuses a second run and names the first", async () => {
    await open().acquire(status);
    await assert.rejects(open().acquire(status), {
      name: "UserError",
      message: `Another local run uses ${path.join(cwd, ".local/dev")} (process ${process.pid}, http://127.0.0.1:3000). End that one with Ctrl-C, or run another stack with --stack.`,
    });
  });

  it("is free again after release", async () => {
    const first = open();
    await first.acquire(status);
    first.release();
    assert.equal(existsSync(path.join(cwd, ".local/dev/run.json")), false);
    await open().acquire(status);
  });

  it("takes over from a run that was killed", async () => {
    const module = JSON.stringify(path.resolve("packages/tandem/local/state-folder.ts"));
    const child = spawn(process.execPath, [
      "--input-type=module",
      "-e",
      `import { StateFolder } from ${module};
       await new StateFolder(${JSON.stringify(cwd)}, "dev").acquire(() => ({ pid: process.pid, stack: "dev", variables: {}, stores: { tables: [], queues: [], buckets: [] }, outputs: {} }));
       console.log("held"); setInterval(() => {}, 1000);`,
    ]);
    held.push(child);
    await once(child.stdout, "data");
    await assert.rejects(open().acquire(status), { message: new RegExp(`process ${child.pid}`) });
    child.kill("SIGKILL");
    await once(child, "exit");
    await open().acquire(status);
  });

  for (const [left, lock] of [
    ["nothing is left", undefined],
    ["a run that was killed has left its lock", '{ "control": "http://127.0.0.1:9/", "token": "gone" }'],
    ["a crash has cut the lock", '{"contr'],
  ] as const)
    it(`goes to one of three runs that start in the same instant, where ${left}`, async () => {
      open().folder("x");
      if (lock !== undefined) writeFileSync(path.join(cwd, ".local/dev/run.json"), lock);
      const all = await Promise.allSettled([1, 2, 3].map(() => open().acquire(status)));
      const refused = all.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
      assert.equal(refused.length, 2);
      for (const message of refused) assert.match(message, /^UserError: Another local run uses /);
      assert.deepEqual(readdirSync(path.join(cwd, ".local/dev")).sort(), ["run.json", "x"]);
    });

  it("tells others about the run only with the token of the folder", async () => {
    const state = open();
    await state.acquire(status);
    assert.deepEqual(await open().running(), status());
    const { control } = JSON.parse(readFileSync(path.join(cwd, ".local/dev/run.json"), "utf8"));
    assert.equal((await fetch(control)).status, 401);
  });

  it("takes a run that is too busy to answer within ten seconds for one that is up", async () => {
    const { timeout } = AbortSignal;
    const clock = new AbortController();
    let limit = 0;
    AbortSignal.timeout = (milliseconds) => {
      limit = milliseconds;
      return clock.signal;
    };
    try {
      await open().acquire(() => {
        // So late is it when the run comes to answer.
        if (limit <= 10_000) clock.abort();
        return status();
      });
      assert.deepEqual(await open().running(), status());
    } finally {
      AbortSignal.timeout = timeout;
    }
  });

  it("takes a lock that was cut short for none", async () => {
    const state = open();
    state.folder("x");
    writeFileSync(path.join(cwd, ".local/dev/run.json"), '{"contr');
    await state.acquire(status);
  });

  it("reset forgets the data and keeps the lock", async () => {
    const state = open();
    await state.acquire(status);
    writeFileSync(path.join(state.folder("dynamodb"), "data"), "x");
    state.reset();
    assert.equal(existsSync(path.join(cwd, ".local/dev/dynamodb")), false);
    assert.deepEqual(await open().running(), status());
  });

  it("says so when .local is no folder", async () => {
    writeFileSync(path.join(cwd, ".local"), "");
    await assert.rejects(open().acquire(status), { name: "UserError", message: /cannot be made/ });
  });

  it("says so when the folder cannot be written to", async function () {
    if (process.getuid?.() === 0) return this.skip(); // root may write anywhere
    const state = open();
    state.folder("x");
    chmodSync(state.path, 0o500);
    await assert.rejects(state.acquire(status), { name: "UserError", message: /cannot be written to/ });
    chmodSync(state.path, 0o700);
  });
});
