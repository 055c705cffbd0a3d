import assert from "node:assert/strict";
import { type ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import { bootRecorderAhead, recorderProcess } from "../../program/recorder-process.ts";
import { clockInUtc } from "../../shared/utc-clock.ts";
import { modules, removePrograms, writeProgram } from "./fixtures.ts";

const RECORDER = path.resolve(import.meta.dirname, "../../program/recorder-process.ts");
const PROGRAM = {
  "index.ts": `
    export const [pid, at, colour] = [process.pid, process.cwd(), process.env.COLOUR ?? "none"];
    export const options = process.execArgv.join(" ");`,
};

const ASKING = {
  ...PROGRAM,
  "first.mjs": "",
  "Pulumi.yaml":
    'name: asks\nruntime:\n  name: nodejs\n  options:\n    nodeargs: "--import ./first.mjs --stack-trace-limit=7"\n',
};

const withArguments = (nodeargs: string) =>
  `name: asks\nruntime:\n  name: nodejs\n  options:\n    nodeargs: ${nodeargs}\n`;

const anyProcess = () => recorderProcess({ nodeArguments: [], folder: process.cwd() });

/** Leaves it alone, as a command does that ends without a recording. */
async function leave(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.disconnect();
  assert.deepEqual(await ended, [1, null]);
}

async function gone(pid: number, what: string): Promise<void> {
  const look = () => assert.throws(() => process.kill(pid, 0), { code: "ESRCH" }, what);
  for (let tries = 0; tries < 400; tries++) {
    try {
      return look();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  look();
}

describe("the process that a program is recorded in", () => {
  after(removePrograms);

  it("is the one that was booted ahead, once, and goes to the program's folder", async () => {
    const booted = bootRecorderAhead(tmpdir());
    const cwd = writeProgram(PROGRAM);
    const { outputs } = await recordProgram({ cwd, stack: "dev" });
    assert.deepEqual([outputs.pid, outputs.at], [booted.pid, cwd]);
    const next = anyProcess();
    assert.notEqual(next.pid, booted.pid);
    await leave(next);
  });

  it("is another one where variables, arguments for Node or a signal are asked for", async () => {
    const booted = bootRecorderAhead(tmpdir());
    const plain = writeProgram(PROGRAM);
    const asking = writeProgram(ASKING);
    const blue = await recordProgram({ cwd: plain, stack: "dev", environment: { COLOUR: "blue" } });
    const { signal } = new AbortController();
    const stopped = await recordProgram({ cwd: plain, stack: "dev", signal });
    const limited = await recordProgram({ cwd: asking, stack: "dev" });
    assert.equal(blue.outputs.colour, "blue");
    assert.match(String(limited.outputs.options), /--stack-trace-limit=7$/);
    for (const { outputs } of [blue, stopped, limited]) assert.notEqual(outputs.pid, booted.pid);
    const taken = anyProcess();
    assert.equal(taken.pid, booted.pid);
    await leave(taken);
  });

  it("is booted with the arguments of the project that it is most likely for, which no other project takes", async () => {
    const cwd = writeProgram(ASKING);
    const booted = bootRecorderAhead(cwd);
    for (const files of [ASKING, PROGRAM]) {
      const other = await recordProgram({ cwd: writeProgram(files), stack: "dev" });
      assert.notEqual(other.outputs.pid, booted.pid);
    }
    const { outputs } = await recordProgram({ cwd, stack: "dev" });
    assert.deepEqual(outputs, {
      pid: booted.pid,
      at: cwd,
      colour: "none",
      options: "--import ./first.mjs --stack-trace-limit=7",
    });
  });

  it("is in the time zone of its user while this process is in Lambda's", async () => {
    const { TZ } = process.env;
    process.env.TZ = "Asia/Tokyo";
    const restores = [clockInUtc(), clockInUtc()];
    try {
      const cwd = writeProgram({ "index.ts": "export const hours = new Date(0).getHours();" });
      restores[0]?.();
      assert.equal(process.env.TZ, "UTC");
      assert.equal((await recordProgram({ cwd, stack: "dev" })).outputs.hours, 9);
    } finally {
      for (const restore of restores) restore();
      assert.equal(process.env.TZ, "Asia/Tokyo");
      if (TZ === undefined) delete process.env.TZ;
      else process.env.TZ = TZ;
    }
  });

  it("is another one where the folder is not there", async () => {
    bootRecorderAhead(path.join(tmpdir(), "no-such-folder"));
    const cwd = writeProgram(PROGRAM);
    assert.equal((await recordProgram({ cwd, stack: "dev" })).outputs.at, cwd);
  });

  it("is another one where the one booted ahead has ended", async () => {
    const booted = bootRecorderAhead(tmpdir());
    booted.kill("SIGKILL");
    await once(booted, "exit");
    const cwd = writeProgram(PROGRAM);
    assert.equal((await recordProgram({ cwd, stack: "dev" })).outputs.at, cwd);
  });

  it("ends where whoever asked went while it booted, whatever was loaded first", async () => {
    const cwd = writeProgram({
      "first.mjs": `
        import { once } from "node:events";
        setInterval(() => {}, 1_000);
        await once(process, "disconnect");`,
      "Pulumi.yaml": withArguments("--import ./first.mjs"),
    });
    await leave(bootRecorderAhead(cwd));
  });

  it("waits for nobody where the project is one that is refused", async () => {
    const cwd = writeProgram({ "Pulumi.yaml": withArguments("--inspect-brk=0") });
    await leave(bootRecorderAhead(cwd));
  });

  it("keeps nobody waiting where nothing is recorded, and ends, whatever the project wants of Node", async () => {
    const waiting = "await new Promise(() => setInterval(() => {}, 1_000));";
    for (const nodeargs of ['""', "--import ./first.mjs"]) {
      const cwd = writeProgram({ "first.mjs": waiting, "Pulumi.yaml": withArguments(nodeargs) });
      const script = `
        import { bootRecorderAhead } from ${JSON.stringify(RECORDER)};
        console.log(bootRecorderAhead(${JSON.stringify(cwd)}).pid);`;
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        ["--input-type=module", "--eval", script],
        { encoding: "utf8", cwd: path.dirname(modules) },
      );
      assert.deepEqual([stderr, status], ["", 0]);
      await gone(Number(stdout), nodeargs);
    }
  });
});
