import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { provideDependencies } from "../../../review/revision/dependencies.ts";

const base = { revision: "main", commit: "0".repeat(40), notes: [] };
const lock = (version: string, dev = false) =>
  JSON.stringify({
    packages: { "": { name: "shop" }, "node_modules/zod": { version, ...(dev && { dev }) } },
  });

describe("provideDependencies", () => {
  let folder: string;
  let log: string[];
  const usualPath = process.env.PATH;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-dependencies-")));
    log = [];
    for (const name of ["own/node_modules/zod", "own/node_modules/.cache", "base", "bin"])
      mkdirSync(path.join(folder, name), { recursive: true });
    fakeNpm('pwd > "$0.ran"; echo "$@" >> "$0.ran"');
  });

  afterEach(() => {
    process.env.PATH = usualPath;
    rmSync(folder, { recursive: true, force: true });
  });

  function fakeNpm(script: string): void {
    const file = path.join(folder, "bin/npm");
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    process.env.PATH = `${path.join(folder, "bin")}:${usualPath}`;
  }

  function provide(program = ""): Promise<string[]> {
    const checkout = {
      folder: path.join(folder, "base", program),
      root: path.join(folder, "base"),
      signal: new AbortController().signal,
    };
    return provideDependencies(path.join(folder, "own", program), checkout, base, (line) => log.push(line));
  }

  function write(name: string, text: string): void {
    writeFileSync(path.join(folder, name, "package-lock.json"), text);
  }

  const ran = () =>
    existsSync(path.join(folder, "bin/npm.ran")) &&
    readFileSync(path.join(folder, "bin/npm.ran"), "utf8").split("\n");

  it("shares the packages of the working tree where both want the same", async () => {
    write("own", lock("4.0.0"));
    write("base", JSON.stringify(JSON.parse(lock("4.0.0")), null, 4));
    await provide();
    assert.deepEqual(readdirSync(path.join(folder, "base/node_modules")), ["zod"], "no cache is shared");
    assert.equal(
      readlinkSync(path.join(folder, "base/node_modules/zod")),
      path.join(folder, "own/node_modules/zod"),
    );
    assert.equal(ran(), false);
  });

  it("gives the checkout a copy of the bundles that are kept, so that only what differs is built", async () => {
    const kept = "node_modules/.cache/tandem/bundles";
    mkdirSync(path.join(folder, "own", kept), { recursive: true });
    writeFileSync(path.join(folder, "own", kept, "a.json"), "{}");
    write("own", lock("4.0.0"));
    write("base", lock("4.0.0"));
    await provide();
    writeFileSync(path.join(folder, "base", kept, "a.json"), "changed there");
    assert.equal(readFileSync(path.join(folder, "own", kept, "a.json"), "utf8"), "{}");
  });

  it("shares them where only development dependencies differ, or the base has no lock file", async () => {
    write("own", lock("4.0.0", true));
    write("base", lock("3.0.0", true));
    await provide();
    rmSync(path.join(folder, "base/node_modules"), { recursive: true });
    rmSync(path.join(folder, "base/package-lock.json"));
    await provide();
    assert.equal(ran(), false);
  });

  it("installs what the lock file of the base says where it differs, without running its scripts", async () => {
    write("own", lock("4.0.0"));
    write("base", lock("3.0.0"));
    await provide();
    assert.ok(!existsSync(path.join(folder, "base/node_modules")));
    const [where, what] = ran() || [];
    assert.match(String(where), /\/base$/);
    assert.match(String(what), /^ci --omit=dev --ignore-scripts/);
    assert.deepEqual(log, [
      "main has another package-lock.json: installing its packages, which takes about a minute.",
    ]);
  });

  describe("of a workspace", () => {
    beforeEach(() => {
      execFileSync("git", ["init", "--quiet"], { cwd: path.join(folder, "own") });
      for (const root of ["own", "base"])
        for (const name of ["infra", "packages/core"])
          mkdirSync(path.join(folder, root, name), { recursive: true });
      for (const name of [
        "node_modules/@acme",
        "packages/core/node_modules/uuid",
        "infra/.local/dev/node_modules",
      ])
        mkdirSync(path.join(folder, "own", name), { recursive: true });
      writeFileSync(path.join(folder, "own/packages/core/index.js"), "");
      execFileSync("git", ["add", "packages/core/index.js"], { cwd: path.join(folder, "own") });
      symlinkSync("../../packages/core", path.join(folder, "own/node_modules/@acme/core"));
    });

    it("shares what is installed in any of its folders, and takes its own packages from the checkout", async () => {
      assert.deepEqual(await provide("infra"), []);
      const target = (name: string) => realpathSync(path.join(folder, "base", name));
      assert.equal(target("node_modules/zod"), path.join(folder, "own/node_modules/zod"));
      assert.equal(target("node_modules/@acme/core"), path.join(folder, "base/packages/core"));
      assert.equal(
        target("packages/core/node_modules/uuid"),
        path.join(folder, "own/packages/core/node_modules/uuid"),
      );
      assert.ok(!existsSync(path.join(folder, "base/infra/.local")), "a run's folder is no part of it");
    });

    it("installs where the lock file lies that differs, above the program", async () => {
      write("own", lock("4.0.0"));
      write("base", lock("3.0.0"));
      await provide("infra");
      assert.equal((ran() || [])[0], path.join(folder, "base"));
    });

    it("says that another package manager's lock file differs, whose packages are not installed", async () => {
      writeFileSync(path.join(folder, "own/pnpm-lock.yaml"), "zod@4");
      writeFileSync(path.join(folder, "base/pnpm-lock.yaml"), "zod@3");
      assert.deepEqual(await provide("infra"), [
        "pnpm-lock.yaml of main is another one; it is compared with the packages of this working tree all the same.",
      ]);
      assert.ok(existsSync(path.join(folder, "base/node_modules/zod")));
      assert.equal(ran(), false);
    });
  });

  it("tells what npm says when it fails, and no more", async () => {
    write("own", lock("4.0.0"));
    write("base", lock("3.0.0"));
    fakeNpm('for line in 1 2 3 4 5 6 7 8 9; do echo "reason $line" >&2; done; exit 1');
    await assert.rejects(provide(), {
      name: "UserError",
      message: `npm ci failed for the packages of main: ${[1, 2, 3, 4, 5, 6].map((line) => `reason ${line}`).join("\n")}`,
    });
  });

  it("says so when there is no npm", async () => {
    write("own", lock("4.0.0"));
    write("base", lock("3.0.0"));
    const onlyGit = path.join(folder, "only-git");
    mkdirSync(onlyGit);
    symlinkSync(execFileSync("which", ["git"], { encoding: "utf8" }).trim(), path.join(onlyGit, "git"));
    process.env.PATH = onlyGit;
    await assert.rejects(provide(), {
      name: "UserError",
      message: "npm could not be started. Is it on the PATH?",
    });
  });
});
