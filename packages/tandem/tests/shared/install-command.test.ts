import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installCommand } from "../../shared/install-command.js";
import { packaged } from "../../shared/own-project.ts";

describe("installCommand", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-install-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const commands = (at = folder) => [
    installCommand(at),
    installCommand(at, "a@1"),
    installCommand(at, "a", { development: true }),
  ];

  for (const [lock, expected] of Object.entries({
    "package-lock.json": ["npm install", "npm install a@1", "npm install --save-dev a"],
    "pnpm-lock.yaml": ["pnpm install", "pnpm add a@1", "pnpm add --save-dev a"],
    "yarn.lock": ["yarn install", "yarn add a@1", "yarn add --dev a"],
    "bun.lock": ["bun install", "bun add a@1", "bun add --dev a"],
    "bun.lockb": ["bun install", "bun add a@1", "bun add --dev a"],
  }))
    it(`is that of who wrote ${lock}`, () => {
      writeFileSync(path.join(folder, lock), "");
      assert.deepEqual(commands(), expected);
    });

  it("is that of the nearest lock file above, and npm's where there is none", () => {
    const inner = path.join(folder, "packages/api");
    mkdirSync(inner, { recursive: true });
    assert.equal(installCommand(inner), "npm install");
    writeFileSync(path.join(folder, "pnpm-lock.yaml"), "");
    assert.equal(installCommand(inner), "pnpm install");
    writeFileSync(path.join(inner, "yarn.lock"), "");
    assert.equal(installCommand(inner), "yarn install");
  });

  it("is what is said of a tool that the project lacks", () => {
    writeFileSync(path.join(folder, "yarn.lock"), "");
    assert.throws(() => packaged(folder, "not-there/bin/it.js"), {
      message: `not-there is not installed in ${folder}: yarn add --dev not-there`,
    });
  });
});
