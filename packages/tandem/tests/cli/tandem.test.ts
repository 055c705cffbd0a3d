import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { descendants, gone } from "../local/start/support.ts";
import { LauncherCopy } from "./support.ts";

describe("tandem.js", () => {
  let copy: LauncherCopy;
  let root: string;

  beforeEach(() => {
    copy = new LauncherCopy();
    root = copy.root;
  });

  afterEach(() => copy.remove());

  const command = (name: string, source: string): void => copy.command(name, source);
  const run = (...args: string[]) => copy.run(...args);

  it("runs the file of a command with its arguments and ends with its exit code", () => {
    command("greet", "export const main = async (args: string[]) => { console.log(args); return 3; };");
    const { stdout, status } = run("greet", "--to", "you");
    assert.equal(stdout, "[ '--to', 'you' ]\n");
    assert.equal(status, 3);
  });

  it("names the commands there are when one is unknown", () => {
    command("greet", "");
    const { stderr, status } = run("gret");
    assert.equal(stderr, 'error: There is no command "gret". There are: greet.\n');
    assert.equal(status, 1);
  });

  it("explains itself to who names no command, or asks for help", () => {
    command(
      "help",
      'export const main = (args: string[]) => { console.log("explained", args.length); return 0; };',
    );
    for (const args of [[], ["--help"], ["-h"]]) {
      const { stdout, stderr, status } = run(...args);
      assert.deepEqual([stdout, stderr, status], ["explained 0\n", "", 0], args.join(" "));
    }
  });

  it("shows a person's mistake as its message alone", () => {
    command(
      "fail",
      'import { UserError } from "../../shared/user-error.js"; export const main = () => { throw new UserError("Port 1 is taken."); };',
    );
    const { stderr, status } = run("fail");
    assert.equal(stderr, "error: Port 1 is taken.\n");
    assert.equal(status, 1);
  });

  it("says how to see more of an error of its own, and shows it with --verbose", () => {
    command("fail", 'export const main = () => { throw new Error("boom"); };');
    assert.equal(run("fail").stderr, "internal error: boom\nRun it again with --verbose to see where.\n");
    assert.match(
      run("fail", "--verbose").stderr,
      /^internal error: boom\nError: boom\n {4}at main .*fail\.ts:1/,
    );
  });

  describe("signals and parents", () => {
    /** Runs until it is asked to end, then says so: the launcher's child where another Node is pinned. */
    const patient = `
      export const main = () => new Promise<number>((resolve) => {
        const stay = setInterval(() => {}, 1000);
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => {
          clearInterval(stay);
          writeFileSync("ended", signal);
          resolve(7);
        });
        console.log(process.pid);
      });`;

    beforeEach(() => {
      command("wait", `import { writeFileSync } from "node:fs";${patient}`);
      rmSync(path.join(root, "node_modules"));
      const node = path.join(root, "node_modules/node");
      mkdirSync(path.join(node, "bin"), { recursive: true });
      symlinkSync(process.execPath, path.join(node, "bin/node"));
      writeFileSync(path.join(node, "package.json"), '{ "version": "0.0.1" }');
      writeFileSync(path.join(root, "node_modules/.package-lock.json"), '{ "packages": {} }');
      writeFileSync(path.join(root, "package-lock.json"), '{ "packages": {} }');
      writeFileSync(
        path.join(root, "package.json"),
        '{ "name": "shop", "type": "module", "scripts": { "wait": "exec node packages/tandem/cli/tandem.js wait" } }',
      );
    });

    async function started(file: string, ...args: string[]) {
      const launcher = spawn(file, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
      const [pid] = (await once(launcher.stdout.setEncoding("utf8"), "data")) as [string];
      return { launcher, pid: Number(pid) };
    }
    const endedBy = () => readFileSync(path.join(root, "ended"), "utf8");

    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      it(`passes on ${signal} that reaches the launcher alone, and ends with the command's exit code`, async () => {
        const { launcher, pid } = await started(process.execPath, "packages/tandem/cli/tandem.js", "wait");
        assert.notEqual(pid, launcher.pid);
        launcher.kill(signal);
        assert.deepEqual(await once(launcher, "close"), [7, null]);
        assert.equal(endedBy(), signal);
      });
    }

    it("ends the command in order when the launcher is killed", async () => {
      const { launcher, pid } = await started(process.execPath, "packages/tandem/cli/tandem.js", "wait");
      launcher.kill("SIGKILL");
      await gone([pid]);
      assert.equal(endedBy(), "SIGTERM");
    });

    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      it(`ends the command in order at a ${signal} that reaches npm alone`, async () => {
        const { launcher: npm, pid } = await started("npm", "run", "--silent", "wait");
        const children = descendants(npm.pid as number);
        assert.equal(children.includes(pid), true);
        npm.kill(signal);
        await gone(children);
        assert.equal(endedBy(), signal);
      });
    }

    it("ends the command in order when npm is killed", async () => {
      const { launcher: npm, pid } = await started("npm", "run", "--silent", "wait");
      const children = descendants(npm.pid as number);
      assert.equal(children.includes(pid), true);
      npm.kill("SIGKILL");
      await gone(children);
      assert.equal(endedBy(), "SIGTERM");
    });
  });
});
