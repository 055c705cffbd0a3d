import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installNotes, isInstallUnderWay } from "../../../local/workers/own-packages.ts";

describe("where package managers note that they have installed", () => {
  let folder: string;
  before(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "own-packages-")));
    write(".git/HEAD", "");
    write("package.json", "{}");
    write("yarn.lock", "");
    mkdirSync(path.join(folder, "node_modules"));
    write("shop/infra/package.json", "{}");
    write("shop/infra/node_modules/.package-lock.json", "{}");
  });
  after(() => rmSync(folder, { recursive: true }));

  function write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }

  it("is in each folder where a program's packages may lie, up to its repository, whichever manager installs", () => {
    const found = installNotes(path.join(folder, "shop/infra")).map((file) => path.relative(folder, file));
    const names = [
      ".package-lock.json",
      ".pnpm/lock.yaml",
      ".modules.yaml",
      ".yarn-state.yml",
      ".yarn-integrity",
    ];
    assert.deepEqual([...new Set(found)].sort(), [
      ...names.map((name) => `node_modules/${name}`).sort(),
      ...names.map((name) => `shop/infra/node_modules/${name}`).sort(),
      "yarn.lock",
    ]);
  });

  it("is gone or empty while npm installs; of no other file that says anything", () => {
    const note = path.join(folder, "shop/infra/node_modules/.package-lock.json");
    assert.equal(isInstallUnderWay(note), false);
    writeFileSync(note, "");
    assert.equal(isInstallUnderWay(note), true);
    assert.equal(isInstallUnderWay(path.join(folder, "node_modules/.package-lock.json")), true);
    assert.equal(isInstallUnderWay(path.join(folder, "node_modules/.pnpm/lock.yaml")), true);
    assert.equal(isInstallUnderWay(path.join(folder, "index.ts")), false);
    assert.equal(isInstallUnderWay(path.join(folder, "layers/lock.yaml")), false);
  });
});
