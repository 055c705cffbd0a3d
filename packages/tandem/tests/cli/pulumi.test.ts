import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const pinned = JSON.parse(readFileSync("node_modules/node/package.json", "utf8")).version;

describe("npm run pulumi", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-pulumi-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs the command where `folder` is all that is on the PATH besides the system's own tools. */
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ["packages/tandem/cli/tandem.js", "pulumi", ...args], {
      encoding: "utf8",
      env: { PATH: `${folder}:/usr/bin:/bin` },
    });

  const installCli = (script: string) => {
    const file = path.join(folder, "pulumi");
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  };

  it("runs the CLI with its arguments and with the pinned Node", () => {
    installCli('echo "$@"; node --version');
    const { stdout, status } = run("up", "--stack", "dev");
    assert.deepEqual(stdout.trim().split("\n"), ["up --stack dev", `v${pinned}`]);
    assert.equal(status, 0);
  });

  it("ends as the CLI ends", () => {
    installCli("exit 7");
    assert.equal(run("preview").status, 7);
  });

  it("says where to get a CLI that is not there", () => {
    const { stderr, status } = run("up");
    assert.match(stderr, /^error: The Pulumi CLI is not on the PATH\. How to install it: https:/);
    assert.equal(status, 1);
  });
});
