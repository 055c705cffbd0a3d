import assert from "node:assert/strict";
import { type ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import { bootRecorderAhead, recorderProcess } from "../../program/recorder-process.ts";
import { clockInUtc } from "../../shared/utc-clock.ts";
import { withVariables } from "../support/variables.ts";
import { modules, removePrograms, writeProgram } from "./fixtures.ts";

const RECORDER = path.resolve(import.meta.dirname, "../../program/recorder-process.ts");
const PROGRAM = {
  "index.ts": `
    export const [pid, at, colour] = [process.pid, process.cwd(), process.env.COLOUR ?? "none"];
    export const options = process.execArgv.join(" ");`,
};
const LOADED = `
  export const ofNode = process.moduleLoadList.map((name) => name.replace("NativeModule ", ""));`;

const withArguments = (nodeargs: string) =>
  `name: asks\nruntime:\n  name: nodejs\n  options:\n    nodeargs: ${nodeargs}\n`;

const NODEARGS = "--import ./first.mjs --stack-trace-limit=7";
const ASKING = { ...PROGRAM, "first.mjs": "", "Pulumi.yaml": withArguments(NODEARGS) };

function boot(folder: string): ChildProcess {
  const booted = bootRecorderAhead(folder);
  assert.ok(booted);
  return booted;
}

const anyProcess = () => recorderProcess({ nodeArguments: [], folder: process.cwd() });

/** Has started, and is not the one booted ahead. */
async function isAnother(child: ChildProcess, booted: ChildProcess | undefined): Promise<void> {
  const ended = once(child, "exit");
  assert.ok(child.pid);
  assert.notEqual(child.pid, booted?.pid);
  child.kill("SIGKILL");
  await ended;
}

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

  it("is the one that was booted ahead, once, goes to the program's folder, and reads not all that Node's util exports", async () => {
    const booted = boot(tmpdir());
    const cwd = writeProgram({ "index.ts": PROGRAM["index.ts"] + LOADED });
    const { outputs } = await recordProgram({ cwd, stack: "dev" });
    assert.deepEqual([outputs.pid, outputs.at], [booted.pid, cwd]);
    const ofNode = new Set(outputs.ofNode as string[]);
    assert.ok(ofNode.has("util"));
    assert.deepEqual(
      ofNode.intersection(new Set(["internal/util/diff", "internal/util/trace_sigint", "v8"])),
      new Set(),
    );
    const next = anyProcess();
    assert.notEqual(next.pid, booted.pid);
    await leave(next);
  });

  it("is another one where variables, a signal or other arguments for Node are asked for, and the one booted ahead ends", async () => {
    const plain = writeProgram(PROGRAM);
    const asking = writeProgram(ASKING);
    const { signal } = new AbortController();
    const recorded = [];
    for (const asked of [{ cwd: plain, environment: { COLOUR: "blue" } }, { cwd: asking }]) {
      const booted = boot(tmpdir());
      const ended = once(booted, "exit");
      const { outputs } = await recordProgram({ ...asked, stack: "dev" });
      assert.notEqual(outputs.pid, booted.pid);
      assert.deepEqual(await ended, [null, "SIGKILL"]);
      recorded.push(outputs);
    }
    const nodeArguments = NODEARGS.split(" ");
    for (const [guessed, asked] of [
      [tmpdir(), { nodeArguments: [], folder: plain, signal }],
      [asking, { nodeArguments: [], folder: plain }],
      [asking, { nodeArguments, folder: writeProgram(ASKING) }],
    ] as const) {
      const booted = boot(guessed);
      const ended = once(booted, "exit");
      await isAnother(recorderProcess(asked), booted);
      assert.deepEqual(await ended, [null, "SIGKILL"]);
    }
    assert.equal(recorded[0]?.colour, "blue");
    assert.match(String(recorded[1]?.options), /--stack-trace-limit=7$/);
  });

  it("is booted with the arguments of the project that it is most likely for", async () => {
    for (const [file, written] of [
      ["Pulumi.yaml", `"${NODEARGS}"`],
      ["Pulumi.yml", `${NODEARGS} # for traces`],
    ] as const) {
      const cwd = writeProgram({ ...PROGRAM, "first.mjs": "" });
      rmSync(path.join(cwd, "Pulumi.yaml"));
      writeFileSync(path.join(cwd, file), withArguments(written));
      const booted = boot(cwd);
      const { outputs } = await recordProgram({ cwd, stack: "dev" });
      assert.deepEqual(outputs, { pid: booted.pid, at: cwd, colour: "none", options: NODEARGS });
    }
  });

  it("is in the time zone of its user while this process is in Lambda's", async () => {
    await withVariables({ TZ: "Asia/Tokyo" }, async () => {
      const restores = [clockInUtc(), clockInUtc()];
      try {
        const cwd = writeProgram({ "index.ts": "export const hours = new Date(0).getHours();" });
        restores[0]?.();
        assert.equal(process.env.TZ, "UTC");
        assert.equal((await recordProgram({ cwd, stack: "dev" })).outputs.hours, 9);
      } finally {
        for (const restore of restores) restore();
        assert.equal(process.env.TZ, "Asia/Tokyo");
      }
    });
  });

  it("is another one where the folder is not there, or a file", async () => {
    const cwd = writeProgram(PROGRAM);
    for (const none of [path.join(tmpdir(), "no-such-folder"), path.join(cwd, "index.ts")]) {
      const booted = bootRecorderAhead(none);
      await isAnother(anyProcess(), booted);
    }
  });

  it("is another one where the one booted ahead has ended", async () => {
    const booted = boot(tmpdir());
    booted.kill("SIGKILL");
    await once(booted, "exit");
    await isAnother(anyProcess(), booted);
  });

  it("ends where whoever asked went while it booted, whatever was loaded first", async () => {
    const cwd = writeProgram({
      "first.mjs": `
        import { once } from "node:events";
        setInterval(() => {}, 1_000);
        await once(process, "disconnect");`,
      "Pulumi.yaml": withArguments("--import ./first.mjs"),
    });
    await leave(boot(cwd));
  });

  it("waits for nobody where the project is one that is refused", async () => {
    const cwd = writeProgram({ "Pulumi.yaml": withArguments("--inspect-brk=0") });
    await leave(boot(cwd));
  });

  it("keeps nobody waiting where nothing is recorded, and ends, whatever the project wants of Node", async () => {
    const waiting = "await new Promise(() => setInterval(() => {}, 1_000));";
    for (const nodeargs of ['""', "--import ./first.mjs"]) {
      const cwd = writeProgram({ "first.mjs": waiting, "Pulumi.yaml": withArguments(nodeargs) });
      const script = `
        import { bootRecorderAhead } from ${JSON.stringify(RECORDER)};
        console.log(bootRecorderAhead(${JSON.stringify(cwd)})?.pid);`;
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
