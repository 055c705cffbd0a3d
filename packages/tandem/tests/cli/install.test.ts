import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { LauncherCopy } from "./support.ts";

describe("packages that are missing", () => {
  let copy: LauncherCopy;
  let root: string;

  beforeEach(() => {
    copy = new LauncherCopy();
    root = copy.root;
  });

  afterEach(() => copy.remove());

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
    copy.command("greet", "export const main = () => { console.log('hello'); };");
  }

  it("installs nothing where node_modules is a link: npm would empty what it points to", () => {
    const elsewhere = path.join(root, "elsewhere");
    makeIncomplete();
    renameSync(path.join(root, "node_modules"), elsewhere);
    symlinkSync(elsewhere, path.join(root, "node_modules"));
    const { stderr, status } = copy.run("greet");
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
    const { stderr, status } = copy.run("greet");
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

  it("leaves the place of one that was killed to the one that is about to take it", async () => {
    makeIncomplete();
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const lock = path.join(root, ".local/install.lock");
    mkdirSync(path.dirname(lock));
    writeFileSync(`${lock}.after-${pid}`, String(process.pid));
    writeFileSync(lock, String(pid));
    const child = spawn(process.execPath, [path.join(root, "packages/tandem/cli/tandem.js"), "greet"]);
    const [line] = (await once(child.stderr.setEncoding("utf8"), "data")) as [string];
    child.kill();
    await once(child, "close");
    assert.equal(line, `Another command (process ${process.pid}) is installing packages; waiting for it.\n`);
  });

  describe("installing for a while", () => {
    const npmLog = () => readFileSync(path.join(root, "npm.log"), "utf8").trim().split("\n");

    /** An npm that installs until it may end, or is asked to: a real one is too quick or too slow to be cut short. */
    beforeEach(() => {
      makeIncomplete();
      mkdirSync(path.join(root, "tools"));
      const npm = path.join(root, "tools/npm");
      writeFileSync(
        npm,
        `#!/bin/sh
[ "$*" = "ci --loglevel=error --no-fund --no-audit" ] || { echo "refused: $*" >> npm.log; exit 2; }
[ ! -e node_modules/.cache ] || { echo "ENOTEMPTY: directory not empty, rmdir 'node_modules/.cache'" >> npm.log; exit 217; }
trap 'echo asked >> npm.log; exit 1' TERM INT
echo "begun $$" >> npm.log
while [ ! -e may-end ]; do sleep 0.1; done
mkdir -p node_modules/node/bin && touch node_modules/node/bin/node
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
      const isHeldByNpm = () => npmLog()[0] === `begun ${readFileSync(lock, "utf8").split(" ")[0]}`;
      while (!existsSync(path.join(root, "npm.log")) || !isHeldByNpm()) await pause(20);
    };

    /** What is said where npm is done at once, and what npm did. */
    const greeted = async () => {
      writeFileSync(path.join(root, "may-end"), "");
      const greeting = start();
      const stderr = text(greeting.stderr);
      await once(greeting, "close");
      return [await stderr, npmLog().at(-1)] as const;
    };

    it("does not wait for one that was killed while it installed", async () => {
      const { pid } = spawnSync(process.execPath, ["--version"]);
      mkdirSync(path.join(root, ".local"));
      writeFileSync(path.join(root, ".local/install.lock"), String(pid));
      const [stderr, done] = await greeted();
      assert.match(stderr, /^Installing packages/);
      assert.equal(done, "done");
    });

    it("does not wait for a process of now that has the id of one from before the machine was started", async () => {
      mkdirSync(path.join(root, ".local"));
      const lock = path.join(root, ".local/install.lock");
      writeFileSync(lock, String(process.pid));
      utimesSync(lock, 0, 0);
      const [stderr, done] = await greeted();
      assert.match(stderr, /^Installing packages/);
      assert.equal(done, "done");
    });

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

    it("begins anew in an empty folder: whoever still writes into the old one is not in npm's way", async () => {
      const old = path.join(root, "node_modules/.cache/tandem");
      mkdirSync(old, { recursive: true });
      rmSync(path.join(root, "node_modules/.package-lock.json"));
      // Its folder is gone at the end, and it with it.
      const script = `const { writeFileSync } = require("node:fs");
        console.log("writes");
        setInterval(() => writeFileSync(String(Math.random()), ""), 5);`;
      const writer = spawn(process.execPath, ["-e", script], {
        cwd: old,
        stdio: ["ignore", "pipe", "ignore"],
      });
      const closed = once(writer, "close");
      try {
        await once(writer.stdout, "data");
        writeFileSync(path.join(root, "may-end"), "");
        await once(start(), "close");
        assert.deepEqual(npmLog().slice(1), ["done"]);
      } finally {
        writer.kill();
        await closed;
      }
    });

    it("installs once, whoever of several begins after one that was killed", async () => {
      const first = start();
      await begun();
      first.kill("SIGKILL");
      process.kill(Number(npmLog()[0]?.split(" ")[1]), "SIGKILL");
      await once(first, "close");
      writeFileSync(path.join(root, "may-end"), "");
      await Promise.all(Array.from({ length: 4 }, () => once(start(), "close")));
      assert.deepEqual(
        npmLog().map((line) => line.split(" ")[0]),
        ["begun", "begun", "done"],
      );
      assert.deepEqual(readdirSync(path.join(root, ".local")), []);
    });
  });
});
