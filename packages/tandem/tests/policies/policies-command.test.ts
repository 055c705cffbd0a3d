import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const project = path.resolve(import.meta.dirname, "../../../..");

describe("npm run policies of another program", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "policies-"));
    cpSync(path.join(project, "packages/tandem/tests/fixtures/programs/javascript"), folder, {
      recursive: true,
    });
    symlinkSync(path.join(project, "node_modules"), path.join(folder, "node_modules"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function lines(...stack: string[]): string[] {
    const command = [
      path.join(project, "packages/tandem/cli/tandem.js"),
      "policies",
      "--cwd",
      folder,
      ...stack,
    ];
    const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout.trimEnd().split("\n");
  }

  it("speaks of no waiver of this program", () => {
    const printed = lines("--stack", "prod");
    assert.deepEqual(
      printed.filter((line) => line.includes("waiver")),
      [],
    );
    assert.equal(printed.at(-1), "prod: 2 to mend");
  });

  it("judges the only stack that has a file, where none is named", () => {
    writeFileSync(path.join(folder, "Pulumi.qa.yaml"), "");
    assert.match(lines().at(-1) ?? "", /^qa: /);
  });

  it("applies the waivers of that program", () => {
    mkdirSync(path.join(folder, "policies"));
    writeFileSync(path.join(folder, "policies/package.json"), '{ "type": "module" }');
    const waiver = { rule: "sns/tls-only", resource: "news", stacks: ["prod"], reason: "Nobody listens." };
    writeFileSync(
      path.join(folder, "policies/waivers.ts"),
      `export const waivers = ${JSON.stringify([waiver])};\n`,
    );
    const printed = lines();
    assert.ok(printed.includes("- sns/tls-only: news: waived. Nobody listens."), printed.join("\n"));
    assert.equal(printed.at(-1), "prod: 1 to mend, 1 waived");
  });
});
