import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { unlinkSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording } from "../../program/recording.ts";
import { withWorktree } from "../../review/revision/worktree.ts";
import { type Answer, ask, askOf } from "../cli/ask.ts";
import { Repository } from "./support/repository.ts";

/** A stack of the change alone: its base has nothing to record. */
const NEW_STACK = ["Pulumi.new.yaml", "config:\n  aws:region: eu-central-1\n"] as const;
const entry = path.resolve(import.meta.dirname, "../../cli/tandem.js");

describe("npm run diff", () => {
  let repository: Repository;

  beforeEach(() => {
    repository = new Repository();
    repository.writeProgram("orders");
    repository.commit();
  });

  afterEach(() => repository.remove());

  const diff = (...args: string[]): Promise<Answer> => ask("diff", "--cwd", repository.folder, ...args);

  async function inProcess(...args: string[]): Promise<Omit<Answer, "code"> & { code: number | null }> {
    const child = start(...args);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, stdout, stderr };
  }

  function start(...args: string[]) {
    return spawn(process.execPath, [entry, "diff", "--cwd", repository.folder, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  it("prints a text of all stacks, and exits with 0 unless --exit-code asks for 2 where anything changed", async () => {
    assert.equal((await diff("--exit-code", "--stack", "dev")).code, 0);
    for (const stack of ["dev", "prod"]) unlinkSync(path.join(repository.folder, `Pulumi.${stack}.yaml`));
    repository.write(...NEW_STACK);
    const { code, stdout } = await diff();
    assert.match(stdout, /^dev: .*1 deleted[\s\S]*^new: .*1 created[\s\S]*^prod: .*1 deleted/m);
    assert.equal(code, 0);
  });

  it("prints JSON, and exits with 2 when anything changed and --exit-code asks for it", async () => {
    repository.write(...NEW_STACK);
    const { code, stdout } = await inProcess("--json", "--exit-code", "--stack", "new");
    const report = JSON.parse(stdout);
    assert.deepEqual([report.changed, report.diffs.length, report.diffs[0].stack], [true, 1, "new"]);
    assert.equal(code, 2);
  });

  it("exits with 1 and one message for what it cannot do", async () => {
    const unknown = await inProcess("--base", "mian");
    assert.deepEqual([unknown.code, unknown.stdout], [1, ""]);
    assert.match(unknown.stderr, /^error: There is no revision "mian" here/);
    const both = await diff("--json", "--markdown");
    assert.match(both.stderr, /^error: Only one of --json and --markdown/);
  });

  it("reports a program that does not run, here as Markdown, and exits with 1", async () => {
    repository.write(...NEW_STACK);
    repository.write("index.ts", 'throw new Error("not yet");\n');
    const { code, stdout } = await diff("--markdown", "--stack", "new");
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^<!-- program diff -->\n## .*\n- ⛔ new: the program does not run, thrown at index\.ts:1:7\n {2}- `not yet`\n/,
    );
  });

  it("takes away the worktree of one that was killed, not that of one that runs, which leaves none when a signal ends it", async () => {
    // Both are in the middle of it when the signals come: of the worktree's program, the only one of that stack.
    repository.write("index.ts", "await new Promise((resolve) => setTimeout(resolve, 60_000));\n");
    repository.commit();
    unlinkSync(path.join(repository.folder, "Pulumi.dev.yaml"));
    const killed = start("--stack", "dev");
    while (repository.otherWorktrees().length === 0) await delay(50);
    const running = start("--stack", "dev");
    while (repository.otherWorktrees().length === 1) await delay(50);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    assert.equal(repository.otherWorktrees().length, 2, "nobody could take it away");
    // As each comparison begins and ends.
    await withWorktree(repository.folder, "HEAD", async () => {});
    assert.equal(repository.otherWorktrees().length, 1);
    running.kill("SIGTERM");
    const [, signal] = (await once(running, "exit")) as [number | null, string | null];
    assert.equal(signal, "SIGTERM");
    assert.deepEqual(repository.otherWorktrees(), []);
  });
});

describe("npm run cost", () => {
  const repository = new Repository();

  after(() => repository.remove());

  before(() => repository.writeProgram("orders"));

  let recording: Promise<Recording> | undefined;
  const record: typeof recordProgram = (program) => {
    assert.deepEqual(program, { cwd: repository.folder, stack: "dev" });
    recording ??= recordProgram(program);
    return recording;
  };

  const cost = (...args: string[]): Promise<Answer> =>
    askOf(record, "cost", "--cwd", repository.folder, "--stack", "dev", ...args);

  it("prints a table, or JSON with the assumptions it makes", async () => {
    assert.match((await cost()).stdout, /^dev: \$0\.00 a month\n/);
    const bill = JSON.parse((await cost("--json", "--requests", "5", "--no-free-tier")).stdout);
    assert.deepEqual(
      [bill.stack, bill.region, bill.assumed.requests, bill.freeTier],
      ["dev", "eu-central-1", 5, 0],
    );
  });

  it("refuses what is no number and functions that are not there", async () => {
    const wrong = await cost("--requests", "many");
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /^error: --requests "many": a number of 0 or more is wanted/);
    assert.match(
      (await cost("--durations", "nobody=5")).stderr,
      /^error: --durations "nobody=5": <function>=<milliseconds> is wanted/,
    );
  });
});
