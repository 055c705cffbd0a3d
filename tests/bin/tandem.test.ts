import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

describe("bin/tandem.js", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "tandem-bin-"));
    for (const file of ["tandem.js", "install.js", "user-error.js"])
      cpSync(path.join("bin", file), path.join(root, "bin", file));
    cpSync("package-lock.json", path.join(root, "package-lock.json"));
    writeFileSync(path.join(root, "package.json"), '{ "name": "shop", "type": "module" }');
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\n");
    symlinkSync(path.resolve("node_modules"), path.join(root, "node_modules"));
    mkdirSync(path.join(root, "bin/commands"));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  const command = (name: string, source: string): void =>
    writeFileSync(path.join(root, `bin/commands/${name}.ts`), source);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(root, "bin/tandem.js"), ...args], { encoding: "utf8" });

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
      'export const main = () => { throw Object.assign(new Error("Port 1 is taken."), { name: "UserError" }); };',
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
    const child = spawn(process.execPath, [path.join(root, "bin/tandem.js"), "greet"]);
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
});
