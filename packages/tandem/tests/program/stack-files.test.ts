import assert from "node:assert/strict";
import path from "node:path";
import { stackFile, stacksOf, stackToJudge, stackToRun } from "../../program/stack-files.ts";
import { removePrograms, writeProgram } from "./fixtures.ts";

const HEAD = "name: shop\nruntime: nodejs\n";

/** Folder of a project that has these files. */
function project(...files: string[]): string {
  const empty = Object.fromEntries(files.map((file) => [file, ""]));
  return writeProgram({ "Pulumi.yaml": HEAD, ...empty }, { packages: false });
}

describe("stacks of a project", () => {
  afterEach(removePrograms);

  it("are those that have a file, by name", () => {
    assert.deepEqual(stacksOf(project("Pulumi.prod.yaml", "Pulumi.dev.yml", "Pulumi.md", "dev.yaml")), [
      "dev",
      "prod",
    ]);
    assert.deepEqual(stacksOf(project()), []);
    for (const none of ["/nowhere/at/all", import.meta.filename, path.join(import.meta.filename, "below")])
      assert.deepEqual(stacksOf(none), [], none);
  });

  it("have their files where Pulumi.yaml says", () => {
    for (const text of [
      `${HEAD}stackConfigDir: stacks\n`,
      `${HEAD}config: stacks\n`,
      `${HEAD}config: # of all stacks\n  shop:size: 1\n"stackConfigDir" : stacks\n`,
      '{"name": "shop", "runtime": "nodejs", "config": "stacks"}',
    ]) {
      const cwd = writeProgram(
        { "Pulumi.yaml": text, "Pulumi.old.yaml": "", "stacks/Pulumi.prod.yml": "" },
        { packages: false },
      );
      assert.deepEqual(stacksOf(cwd), ["prod"], text);
      assert.equal(stackFile(cwd, "prod"), path.join(cwd, "stacks", "Pulumi.prod.yml"));
      assert.equal(stackFile(cwd, "acme/shop/dev"), path.join(cwd, "stacks", "Pulumi.dev.yaml"));
    }
  });

  it("are found where Pulumi.yaml is damaged: who reads it says how", () => {
    const files = { "Pulumi.yaml": "name: a\n\tb: 1\n", "Pulumi.qa.yaml": "" };
    assert.deepEqual(stacksOf(writeProgram(files, { packages: false })), ["qa"]);
  });

  it("are run as dev and judged as prod, or as the only one", () => {
    const chosen = (...names: string[]) => {
      const cwd = project(...names.map((name) => `Pulumi.${name}.yaml`));
      return [stackToRun(cwd), stackToJudge(cwd)];
    };
    assert.deepEqual(chosen("dev", "prod"), ["dev", "prod"]);
    assert.deepEqual(chosen("dev"), ["dev", "dev"]);
    assert.deepEqual(chosen("prod"), ["prod", "prod"]);
    assert.deepEqual(chosen("qa"), ["qa", "qa"]);
    assert.deepEqual(chosen("qa", "staging"), ["dev", "prod"]);
    assert.deepEqual(chosen(), ["dev", "prod"]);
  });
});
