import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { descendants, gone } from "../local/start/support.ts";

const CLI = "packages/tandem/cli";

describe("tandem.js", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "tandem-bin-"));
    // What runs before anything is installed is plain JavaScript.
    for (const file of globSync("packages/tandem/{cli,shared}/*.js")) cpSync(file, path.join(root, file));
    writeFileSync(
      path.join(root, "packages/tandem/package.json"),
      '{ "name": "pulumi-tandem", "type": "module" }',
    );
    cpSync("package-lock.json", path.join(root, "package-lock.json"));
    writeFileSync(path.join(root, "package.json"), '{ "name": "shop", "type": "module" }');
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\n");
    symlinkSync(path.resolve("node_modules"), path.join(root, "node_modules"));
    mkdirSync(path.join(root, CLI, "commands"));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  const command = (name: string, source: string): void =>
    writeFileSync(path.join(root, CLI, `commands/${name}.ts`), source);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(root, "packages/tandem/cli/tandem.js"), ...args], {
      encoding: "utf8",
    });

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

  /** A lock file npm refuses at once: the tests are about the decision, not about an install over the network. */
  function makeIncomplete(): void {
    rmSync(path.join(root, "node_modules"));
    mkdirSync(path.join(root, "node_modules/node/bin"), { recursive: true });
    writeFileSync(path.join(root, "node_modules/node/bin/node"), "");
    writeFileSync(path.join(root, "node_modules/.package-lock.json"), '{ "packages": {} }');
    writeFileSync(
      path.join(root, "package-lock.json"),
      '{ "lockfileVersion": 3, "packages": { "": {}, "node_modules/zod": { "version": "4.6.7" } } }',
    );
    writeFileSync(
      path.join(root, "package.json"),
      '{ "name": "shop", "type": "module", "dependencies": { "zod": "4.0.0" } }',
    );
    command("greet", "export const main = () => { console.log('hello'); };");
  }

  it("installs nothing where node_modules is a link: npm would empty what it points to", () => {
    const elsewhere = path.join(root, "elsewhere");
    makeIncomplete();
    renameSync(path.join(root, "node_modules"), elsewhere);
    symlinkSync(elsewhere, path.join(root, "node_modules"));
    const { stderr, status } = run("greet");
    assert.equal(
      stderr,
      "error: Packages have to be installed (zod 4.6.7 is wanted, nothing is here), but " +
        `${path.join(root, "node_modules")} is a symbolic link to ${elsewhere}: npm would empty what it points to. ` +
        "Remove the link and run this again, or bring the packages there up to date.\n",
    );
    assert.equal(status, 1);
    assert.deepEqual(readdirSync(elsewhere).sort(), [".package-lock.json", "node"]);
  });

  it("installs when a package is missing or of another version, and says which", () => {
    makeIncomplete();
    const { stderr, status } = run("greet");
    assert.match(stderr, /^Installing packages \(zod 4\.6\.7 is wanted, nothing is here\)/);
    assert.match(stderr, /error: npm ci failed \(exit code 1\); what it printed stands above/);
    assert.equal(status, 1);
    assert.deepEqual(readdirSync(path.join(root, ".local")), [], "the next one need not wait");
  });

  it("waits while another command installs, and installs nothing twice", async () => {
    makeIncomplete();
    const lock = path.join(root, ".local/install.lock");
    mkdirSync(path.dirname(lock));
    writeFileSync(lock, String(process.pid));
    const child = spawn(process.execPath, [path.join(root, "packages/tandem/cli/tandem.js"), "greet"]);
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    const ended = once(child, "close");
    for await (const chunk of child.stderr) {
      stderr += chunk;
      if (!existsSync(lock)) continue;
      // What the other one would have brought.
      rmSync(path.join(root, "node_modules"), { recursive: true });
      symlinkSync(path.resolve("node_modules"), path.join(root, "node_modules"));
      cpSync("package-lock.json", path.join(root, "package-lock.json"));
      rmSync(lock);
    }
    assert.deepEqual(await ended, [0, null]);
    assert.equal(
      stderr,
      `Another command (process ${process.pid}) is installing packages; waiting for it.\n`,
    );
    assert.equal(stdout, "hello\n");
  });

  it("does not wait for one that was killed while it installed", () => {
    makeIncomplete();
    const { pid } = spawnSync(process.execPath, ["--version"]);
    mkdirSync(path.join(root, ".local"));
    writeFileSync(path.join(root, ".local/install.lock"), String(pid));
    assert.match(run("greet").stderr, /^Installing packages/);
  });

  describe("cut short while it installs", () => {
    const npmLog = () => readFileSync(path.join(root, "npm.log"), "utf8").trim().split("\n");

    /** An npm that installs until it may end, or is asked to: a real one is too quick or too slow to be cut short. */
    beforeEach(() => {
      makeIncomplete();
      mkdirSync(path.join(root, "tools"));
      const npm = path.join(root, "tools/npm");
      writeFileSync(
        npm,
        `#!/bin/sh
trap 'echo asked >> npm.log; exit 1' TERM INT
echo "begun $$" >> npm.log
while [ ! -e may-end ]; do sleep 0.1; done
echo '{ "packages": { "node_modules/zod": { "version": "4.6.7" } } }' > node_modules/.package-lock.json
echo done >> npm.log
`,
      );
      chmodSync(npm, 0o755);
    });

    const start = () =>
      spawn(process.execPath, [path.join(root, "packages/tandem/cli/tandem.js"), "greet"], {
        env: { ...process.env, PATH: `${path.join(root, "tools")}:${process.env.PATH}` },
        stdio: ["ignore", "pipe", "pipe"],
      });
    /** It holds the lock by then, and whoever started it knows what to do with a signal. */
    const begun = async () => {
      const lock = path.join(root, ".local/install.lock");
      const isHeldByNpm = () => npmLog()[0] === `begun ${readFileSync(lock, "utf8")}`;
      while (!existsSync(path.join(root, "npm.log")) || !isHeldByNpm()) await pause(20);
    };

    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      it(`asks npm to end at a ${signal} that reaches it alone, and ends after it`, async () => {
        const first = start();
        await begun();
        first.kill(signal);
        await once(first, "close");
        assert.equal(npmLog().at(-1), "asked");
        assert.deepEqual(readdirSync(path.join(root, ".local")), []);
      });
    }

    it("lets the next one wait for the npm of one that was killed", async () => {
      const first = start();
      await begun();
      first.kill("SIGKILL");
      await once(first, "exit");
      const next = start();
      const [line] = (await once(next.stderr.setEncoding("utf8"), "data")) as [string];
      const [, npm] = npmLog()[0]?.split(" ") ?? [];
      assert.equal(line, `Another command (process ${npm}) is installing packages; waiting for it.\n`);
      writeFileSync(path.join(root, "may-end"), "");
      // What npm brings here is a name in a list: the Node that the test has put there does not run.
      await once(next, "close");
      assert.deepEqual(npmLog().slice(1), ["done"]);
    });
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
