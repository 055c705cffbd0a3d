import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { allTests, readArguments, slowFirst } from "../../cli/commands/test.ts";

const cli = path.resolve("packages/tandem/cli/tandem.js");

const FIRST = `
import assert from "node:assert/strict";
describe("first", () => {
  it("is quiet", async () => {
    console.log("kept back");
    await null;
    process.stderr.write("kept back, too");
  });
  it("is not", async () => {
    console.log("shown");
    await null;
    assert.equal(1, 2);
  });
  it("says nothing after that", () => assert.equal(1, 2));
});`;
const LEAVING = `
import { spawn } from "node:child_process";
import { createServer } from "node:net";
describe("leaky", () => {
  it("leaves a server", (done) => void createServer().listen(0, "127.0.0.1", done));
  it("leaves a process", () => void spawn("sleep", ["1000"]));
  it("leaves a timer", () => void setInterval(() => {}, 1000));
});`;
const SECOND = 'describe("second", () => { it("runs", () => {}); });';

describe("npm test", () => {
  let folder: string;
  const file = (name: string) => path.join(folder, name);

  before(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-test-")));
    writeFileSync(file("first.test.ts"), FIRST);
    writeFileSync(file("second.test.ts"), SECOND);
  });

  after(() => rmSync(folder, { recursive: true }));

  const run = (...args: string[]) => runIn(process.cwd(), args);
  const runIn = (cwd: string, args: string[]) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [cli, "test", ...args], {
      cwd,
      encoding: "utf8",
      // Not those of the mocha that runs this.
      env: {
        ...process.env,
        MOCHA_WORKER_ID: undefined,
        LEFT_BEHIND_AFTER_MS: "2000",
        NO_COLOR: "1",
        FORCE_COLOR: undefined,
      },
    });
    return { stdout, stderr, status };
  };

  it("takes a file as a file manager drops it, and a folder", () => {
    const second = file("second.test.ts");
    for (const dropped of [pathToFileURL(second).href, `${second} `])
      assert.deepEqual(readArguments([dropped]), { files: [second], options: [] });
    const both = mkdtempSync(file("both-"));
    const inBoth = ["a.test.ts", "sub/b.test.ts", "node_modules/c.test.ts"].map((name) =>
      path.join(both, name),
    );
    for (const name of inBoth) {
      mkdirSync(path.dirname(name), { recursive: true });
      writeFileSync(name, SECOND);
    }
    assert.deepEqual(readArguments([both]).files.sort(), inBoth.slice(0, 2));
    rmSync(both, { recursive: true });
    const empty = mkdtempSync(file("empty-"));
    assert.throws(() => readArguments([empty]), {
      message: `There is no file *.test.ts in the folder ${empty}.`,
    });
  });

  it("names a file that is not there", () => {
    const { stderr, status } = run("tests/nowhere.test.ts");
    assert.equal(stderr, `error: There is no file tests/nowhere.test.ts in ${process.cwd()}.\n`);
    assert.equal(status, 1);
  });

  it("runs what --grep names of all files and nothing before it", () => {
    const { stdout, stderr } = run("--grep", "second", "--ignore", "**/*");
    assert.equal(stdout, "\ntests\n");
    assert.equal(stderr, "Error: No test files found\n\ntests: failed\n");
  });

  it("begins with what takes longest, and runs no file twice", () => {
    const project = mkdtempSync(file("project-"));
    const files = {
      "tests/a": SECOND,
      "packages/one/tests/b": `this.timeout(${900}_000)`,
      "tests/sub/c": SECOND,
      "tests/sub/d": `describe("waits", () => {}).slow(${5}_000);`,
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
      writeFileSync(path.join(project, `${name}.test.ts`), text);
    }
    const [one, two, ...others] = slowFirst(allTests(project), project);
    assert.deepEqual([one, two].sort(), ["packages/one/tests/b.test.ts", "tests/sub/d.test.ts"]);
    assert.deepEqual(others.sort(), ["tests/a.test.ts", "tests/sub/c.test.ts"]);
  });

  for (const [count, several] of [
    [8, false],
    [9, true],
  ] as const)
    it(`runs ${count} files, which are all of a project, in ${several ? "several processes" : "one process"}, each with a large young generation, and those that cannot be loaded stop no other`, () => {
      const project = mkdtempSync(file("small-"));
      mkdirSync(path.join(project, "tests"));
      symlinkSync(path.resolve("node_modules"), path.join(project, "node_modules"));
      writeFileSync(path.join(project, "Pulumi.yaml"), "name: small\nruntime: nodejs\n");
      const pids = path.join(project, "pids");
      // A file is done at once: where there are several processes, the first must not have run all before the next is up.
      const source = `import assert from "node:assert/strict";
        import { appendFileSync, readFileSync } from "node:fs";
        import { setTimeout as sleep } from "node:timers/promises";
        const pids = ${JSON.stringify(pids)};
        const processes = () => new Set(readFileSync(pids, "utf8").trim().split("\\n")).size;
        it("runs", async () => {
          assert.ok(process.execArgv.includes("--min-semi-space-size=32"));
          appendFileSync(pids, process.pid + "\\n");
          while (processes() < ${several ? 2 : 1}) await sleep(20);
        });`;
      for (let number = 2; number < count; number += 1)
        writeFileSync(path.join(project, `tests/${number}.test.ts`), source);
      writeFileSync(path.join(project, "tests/0.test.ts"), 'import "./nowhere.ts";');
      writeFileSync(path.join(project, "tests/1.test.ts"), "const a = 1;\nconst a = 2;");
      // Of all files, without what goes before.
      const { stdout, status } = runIn(project, ["--grep", "runs|loaded"]);
      assert.match(stdout, new RegExp(`${count - 2} passing.*2 failing`, "s"));
      assert.match(stdout, /tests\/0\.test\.ts\s+can be loaded:.*nowhere\.ts/s);
      assert.match(stdout, /tests\/1\.test\.ts\s+can be loaded:.*'a' has already been declared/s);
      assert.equal(status, 1);
      const processes = new Set(readFileSync(pids, "utf8").trim().split("\n"));
      assert.equal(processes.size > 1, several, [...processes].join(", "));
    });

  it("shows what was printed for a failing test only", () => {
    const { stdout, stderr, status } = run(file("first.test.ts"));
    assert.equal(stderr, '\nPrinted until "first is not" failed:\nshown\n\ntests: failed\n');
    assert.match(stdout, /1 passing.*2 failing/s);
    assert.doesNotMatch(stdout + stderr, /kept back/);
    assert.equal(status, 1);
  });

  it("runs a file that failed once more where --again asks for it, and names it where it passes then", () => {
    const unsteady = mkdtempSync(file("unsteady-"));
    const seen = path.join(unsteady, "seen");
    writeFileSync(path.join(unsteady, "other.test.ts"), SECOND);
    writeFileSync(
      path.join(unsteady, "unsteady.test.ts"),
      `import { existsSync, writeFileSync } from "node:fs";
       it("fails the first time", () => {
         if (existsSync(${JSON.stringify(seen)})) return;
         writeFileSync(${JSON.stringify(seen)}, "");
         throw new Error("busy");
       });`,
    );
    writeFileSync(
      path.join(unsteady, "starts.test.ts"),
      `import assert from "node:assert/strict";
       it("is not known to what a test starts", () => assert.equal(process.env.FAILED_FILES, undefined));`,
    );
    const { stdout, stderr, status } = run("--again", unsteady);
    assert.match(stdout, /2 passing.*1 failing.*busy.*1 passing/s);
    assert.match(stderr, /^Failed beside others, passed alone: \S*unsteady\.test\.ts\. /m);
    assert.doesNotMatch(stderr, /other\.test\.ts/);
    assert.equal(status, 0);
    const { stdout: always, status: failed } = run("--again", file("first.test.ts"));
    assert.equal(always.match(/1 passing/g)?.length, 2);
    assert.equal(failed, 1);
  });

  for (const others of [[], ["second"]])
    it(`fails a file that leaves something behind, ${others.length > 0 ? "in several processes" : "in one"}`, () => {
      const leaky = path.join(mkdtempSync(path.join(folder, "leaky-")), "leaky.test.ts");
      writeFileSync(leaky, LEAVING);
      const { stdout, status } = run(leaky, ...others.map((name) => file(`${name}.test.ts`)));
      assert.match(stdout, /left behind: .*a server on .*"127\.0\.0\.1"/);
      assert.match(stdout, /left behind: .*process \d+, sleep 1000/);
      assert.match(stdout, /left behind: .*1 timers/);
      assert.ok(stdout.includes(path.relative(process.cwd(), leaky)), stdout);
      assert.equal(status, 1);
    });

  for (const [how, fails] of [
    ["passed", false],
    ["failed", true],
  ] as const)
    it(`ends with what files share, called by an editor, where tests ${how}`, () => {
      const sharing = path.join(mkdtempSync(path.join(folder, "sharing-")), "sharing.test.ts");
      const hooks = pathToFileURL(path.resolve("packages/tandem/cli/tests/nothing-left.ts")).href;
      writeFileSync(
        sharing,
        `import { createServer } from "node:net";
         import { shareWithOtherFiles } from "${hooks}";
         it("shares", (done) => {
           const server = createServer().listen(0, "127.0.0.1", () => {
             shareWithOtherFiles([server.address().port]);
             done(${fails ? 'new Error("wrong")' : ""});
           });
         });`,
      );
      const { status, signal, stdout } = spawnSync(
        process.execPath,
        ["node_modules/mocha/bin/mocha.js", sharing],
        { encoding: "utf8", timeout: 60_000, env: { ...process.env, MOCHA_WORKER_ID: undefined } },
      );
      assert.deepEqual([status, signal], [fails ? 1 : 0, null]);
      assert.match(stdout, fails ? /1 failing/ : /1 passing/);
    });

  for (const [how, files, exitCode] of [
    ["in one process", ["second"], 0],
    ["in several", ["first", "second"], 1],
  ] as const)
    it(`runs files by their paths and nothing before them, and names the file of each test with --reporter spec, ${how}`, () => {
      const { stdout, status } = run(...files.map((name) => file(`${name}.test.ts`)), "--reporter", "spec");
      for (const name of files) {
        const shown = path.relative(process.cwd(), file(`${name}.test.ts`));
        assert.match(stdout, new RegExp(`^${shown.replaceAll(".", "\\.")}\n  ${name}$`, "m"));
      }
      assert.equal(stdout.match(/\.test\.ts$/gm)?.length, files.length);
      assert.match(stdout, /^\s*tests\n\s+\S+\.test\.ts\n/);
      assert.equal(status, exitCode);
    });
});
