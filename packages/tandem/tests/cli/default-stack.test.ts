import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { removePrograms, writeProgram } from "../program/fixtures.ts";
import { ask } from "./ask.ts";

describe("a command that is told no stack", () => {
  let folder: string;
  before(() => {
    folder = realpathSync(
      writeProgram({
        "index.ts": 'import * as aws from "@pulumi/aws";\nnew aws.sqs.Queue("orders", {});\n',
        "Pulumi.qa.yaml": "config:\n  aws:region: eu-central-1\n",
      }),
    );
    const cli = '#!/bin/sh\necho "pulumi $*" >&2\nexit 3\n';
    writeFileSync(path.join(folder, "pulumi"), cli, { mode: 0o755 });
  });
  after(removePrograms);

  async function output(command: string): Promise<string> {
    const { stdout, stderr } = await ask(command, "--cwd", folder);
    return stdout + stderr;
  }

  /** Of a process that finds the CLI of Pulumi above. */
  function outputBesideCli(command: string): string {
    const env = { ...process.env, PATH: [folder, process.env.PATH].join(path.delimiter) };
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["packages/tandem/cli/tandem.js", command, "--cwd", folder],
      { encoding: "utf8", env },
    );
    return stdout + stderr;
  }

  it("takes the only one for a program that runs here", async () => {
    assert.match(await output("parity"), /^1 resources of qa: /m);
  });

  it("looks into the run of the only one, and names how to start that", async () => {
    const cwd = path.relative(process.cwd(), folder);
    for (const command of ["env", "tables", "queue", "bucket"])
      assert.equal(
        await output(command),
        `error: No local run of stack qa is up in ${folder}. Start it in another terminal: npm start -- --cwd ${cwd}\n`,
      );
  });

  it("takes none for the one in a cloud because it is the only one", () => {
    for (const command of ["outputs", "recover"]) {
      const printed = outputBesideCli(command);
      assert.match(printed, /\bpulumi stack .*--stack dev\b/);
      assert.doesNotMatch(printed, /qa/);
    }
  });
});
