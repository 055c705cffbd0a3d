import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ownProject } from "../../shared/own-project.ts";

describe("the project that a command stands in", () => {
  const before = process.cwd();
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-own-")));

  afterEach(() => process.chdir(before));
  after(() => rmSync(folder, { recursive: true }));

  /** @returns a folder two below it */
  function project(name: string, file: string): string {
    const within = path.join(folder, name, "infra/parts");
    mkdirSync(within, { recursive: true });
    writeFileSync(path.join(folder, name, file), "name: own\nruntime: nodejs\n");
    return within;
  }

  for (const file of ["Pulumi.yaml", "Pulumi.yml"])
    it(`is found by its ${file}, from any folder in it`, () => {
      const within = project(`by ${file}`, file);
      process.chdir(within);
      assert.equal(ownProject(), path.join(folder, `by ${file}`));
    });

  it("is the deepest, whichever way its file is written", () => {
    project("outer", "Pulumi.yaml");
    process.chdir(project("outer/inner", "Pulumi.yml"));
    assert.equal(ownProject(), path.join(folder, "outer/inner"));
  });

  it("is none where no folder above has one", () => {
    process.chdir(folder);
    assert.throws(ownProject, {
      name: "UserError",
      message: `There is no Pulumi.yaml in ${folder} or above it. Run this in the folder of a Pulumi project.`,
    });
  });
});
