import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ask } from "./ask.ts";

/** With a folder that holds no program: what each command then says, which it would not say of this project. */
const takes: Record<string, { args?: string[]; expected: string }> = {
  doctor: { expected: "Pulumi.yaml" },
  invoke: { expected: "There is no Pulumi.yaml in <folder>" },
  parity: { expected: "There is no Pulumi.yaml in <folder>" },
  seed: { args: ["--local"], expected: 'There is no sample data "". There is: none.' },
  start: { expected: "There is no Pulumi.yaml in <folder>" },
  where: {
    args: ["index.js:1:1"],
    expected: "There is no Pulumi.yaml in <folder>",
  },
  env: { expected: "No local run of stack dev is up in <folder>" },
  tables: { expected: "No local run of stack dev is up in <folder>" },
  queue: { expected: "No local run of stack dev is up in <folder>" },
  bucket: { expected: "No local run of stack dev is up in <folder>" },
  token: { expected: "There is no Pulumi.yaml in <folder>" },
  cost: { expected: "There is no Pulumi.yaml in <folder>" },
  diff: { expected: "<folder> is in no git repository" },
  graph: { expected: "There is no Pulumi.yaml in <folder>" },
  openapi: { expected: "There is no Pulumi.yaml in <folder>" },
  outputs: { expected: "pulumi in <folder>: stack output" },
  policies: { expected: "There is no Pulumi.yaml in <folder>" },
  recover: { expected: "pulumi in <folder>: " },
  rehearse: { args: ["--without-engine"], expected: "There is no Pulumi.yaml in <folder>" },
  // The CLI has an option of this name.
  pulumi: { args: ["preview"], expected: "preview --cwd <folder>" },
};

const refuses: Record<string, string[]> = {
  bench: [],
  format: [],
  help: [],
  test: [],
  "managed-policies": [],
  "test-api": [],
  "test-engine": [],
  policies: ["--page"],
  prices: ["--region", "eu-west-1"],
  "provider-facts": [],
  "new": ["table", "never"],
  remove: ["table", "never"],
};

describe("--cwd, whose commands leave this project's files as they are", () => {
  const { PATH } = process.env;
  let folder: string;
  let files: string[];

  before(() => {
    const made = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-cwd-")));
    folder = path.join(made, "other");
    const bin = path.join(made, "bin");
    mkdirSync(folder);
    mkdirSync(bin);
    const cli = '#!/bin/sh\necho "pulumi in $(pwd): $*" >&2\necho "pulumi in $(pwd): $*"\nexit 3\n';
    writeFileSync(path.join(bin, "pulumi"), cli, { mode: 0o755 });
    process.env.PATH = [bin, PATH].join(path.delimiter);
    files = filesHere();
  });

  after(() => {
    process.env.PATH = PATH;
    rmSync(path.dirname(folder), { recursive: true });
    // All commands at once: to look at every file after each takes longer than the commands. What was written says whose it is.
    assert.deepEqual(filesHere(), files);
  });

  async function run(command: string, args: string[]) {
    const { code, stdout, stderr } = await (command === "pulumi" ? inProcess : ask)(
      command,
      ...args,
      "--cwd",
      folder,
    );
    return { code, output: stdout + stderr };
  }

  /** What the CLI prints goes past the command. */
  function inProcess(...args: string[]) {
    const all = ["packages/tandem/cli/tandem.js", ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: "utf8" });
    return { code: status, stdout, stderr };
  }

  it("is decided for every command", () => {
    const commands = readdirSync("packages/tandem/cli/commands").map((file) => file.slice(0, -3));
    assert.deepEqual(commands.sort(), [...new Set([...Object.keys(takes), ...Object.keys(refuses)])].sort());
  });

  for (const [command, { args = [], expected }] of Object.entries(takes)) {
    it(`${command} means it`, async () => {
      const { code, output } = await run(command, args);
      assert.ok(output.includes(expected.replace("<folder>", folder)), output);
      assert.notEqual(code, 0, output);
    });
  }

  for (const [command, args] of Object.entries(refuses)) {
    it(`${[command, ...args].join(" ")} refuses it by name`, async () => {
      const { code, output } = await run(command, args);
      assert.match(output, /^error: .*--cwd/m);
      assert.equal(code, 1);
    });
  }
});

/** Path, size and time of each; without what a local run beside the tests writes. */
function filesHere(): string[] {
  return globSync("**/*", { exclude: (name) => ["node_modules", ".git", ".local", "dist"].includes(name) })
    .filter((file) => statSync(file).isFile())
    .map((file) => `${file} ${statSync(file).size} ${statSync(file).mtimeMs}`)
    .sort();
}
