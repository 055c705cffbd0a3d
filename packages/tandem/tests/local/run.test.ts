import assert from "node:assert/strict";
import { renameSync, rmSync } from "node:fs";
import path from "node:path";
import { LocalRun } from "../../local/run.ts";
import { removePrograms, writeProgram } from "../program/fixtures.ts";
import { recording } from "./iam/recordings.ts";

describe("a run", () => {
  afterEach(removePrograms);

  it("takes a project whose file is Pulumi.yml, as Pulumi does, and no folder without one", async () => {
    const cwd = writeProgram({}, { packages: false });
    renameSync(path.join(cwd, "Pulumi.yaml"), path.join(cwd, "Pulumi.yml"));
    const open = () =>
      LocalRun.open({ cwd, stack: "dev", recorded: Promise.resolve(recording()), log: () => {} });
    const run = await open();
    assert.equal(run.recording.stack, "dev");
    await run.stop();
    rmSync(path.join(cwd, "Pulumi.yml"));
    await assert.rejects(open(), {
      name: "UserError",
      message: `There is no Pulumi.yaml in ${cwd}. Name the folder of a Pulumi program.`,
    });
  });

  it("refuses a project whose packages Yarn keeps in archives, where no function finds them", async () => {
    const cwd = writeProgram({}, { packages: false });
    // As Yarn's resolver makes itself known.
    Object.assign(process.versions, { pnp: "3" });
    try {
      const recorded = Promise.resolve(recording());
      await assert.rejects(LocalRun.open({ cwd, stack: "dev", recorded, log: () => {} }), {
        name: "UserError",
        message: /Plug'n'Play.*Write nodeLinker: node-modules into \.yarnrc\.yml and run yarn install/,
      });
    } finally {
      delete process.versions.pnp;
    }
  });
});
