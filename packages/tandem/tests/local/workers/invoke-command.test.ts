import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { StateFolder } from "../../../local/state-folder.ts";
import { ask } from "../../cli/ask.ts";

const root = path.resolve(import.meta.dirname, "../../../../..");
const PROGRAM = `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const role = new aws.iam.Role("role", { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) });
const declare = (name: string, text: string) =>
  new aws.lambda.Function(name, {
    name: \`\${name}-dev\`, runtime: "nodejs24.x", handler: "index.handler", role: role.arn,
    code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(text) }),
  });
declare("echo", "exports.handler = async (event) => { console.log('seen'); return event; };");
declare("fails", "exports.handler = async () => { throw new RangeError('too far'); };");
`;

describe("npm run invoke", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-invoke-"));
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: invoked\nruntime: nodejs\n");
    writeFileSync(path.join(folder, "Pulumi.dev.yaml"), "config:\n  aws:region: eu-central-1\n");
    writeFileSync(path.join(folder, "package.json"), `{ "type": "module" }`);
    writeFileSync(path.join(folder, "index.ts"), PROGRAM);
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const invoke = (...args: string[]) => ask("invoke", ...args, "--cwd", folder);

  it("writes the answer to stdout and the log to stderr", async () => {
    const { code, stdout, stderr } = await invoke("echo", "--data", `{"n":1}`);
    assert.deepEqual([code, JSON.parse(stdout)], [0, { n: 1 }], stderr);
    assert.match(
      stderr,
      /^START RequestId: .*\n.*\tseen\nEND RequestId: .*\nREPORT RequestId: .*Init Duration.*\n$/,
    );
  });

  it("shows the log as people read it at a terminal, and with --json as Lambda writes it", function () {
    // A terminal of its own; util-linux brings it.
    if (spawnSync("script", ["--version"]).status !== 0) return this.skip();
    const at = (more: string): string => {
      const tandem = path.join(root, "packages/tandem/cli/tandem.js");
      const command = `exec "${process.execPath}" "${tandem}" invoke echo --cwd "${folder}"${more}`;
      // As a person has it: a pipeline's own variables say that nobody looks.
      const { PATH, HOME } = process.env;
      const env = { PATH, HOME, TERM: "xterm-256color" };
      const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], { env, encoding: "utf8" });
      const shown = stripVTControlCharacters(stdout).replaceAll("\r", "");
      // Another test may listen there meanwhile.
      return shown.replace(/^Lambda: port \d+ of the last start is taken; .*\n/, "");
    };
    assert.match(
      at(""),
      /^\d\d:\d\d:\d\d\.\d{3} echo INFO +seen\n\d\d:\d\d:\d\d\.\d{3} echo done +[\d.]+ ms, cold start [\d.]+ ms\n\{\}\n$/,
    );
    assert.match(
      at(" --json"),
      /^START RequestId: .*\n.*\tseen\nEND RequestId: .*\nREPORT RequestId: .*\n\{\}\n$/,
    );
  });

  it("takes the physical name, an event from a file, or a sample", async () => {
    const file = path.join(folder, "event.json");
    writeFileSync(file, `{"from":"file"}`);
    assert.deepEqual(JSON.parse((await invoke("echo-dev", "--file", file)).stdout), { from: "file" });
    const { stdout } = await invoke("echo", "--sample", "schedule");
    assert.equal(JSON.parse(stdout)["detail-type"], "Scheduled Event");
  });

  it("ends with exit code 1 when the function failed, and shows the error", async () => {
    const { code, stdout } = await invoke("fails");
    const { errorType, errorMessage } = JSON.parse(stdout);
    assert.deepEqual([code, errorType, errorMessage], [1, "RangeError", "too far"]);
  });

  it("cannot open the way to the cloud in a run that is up already", async () => {
    const state = new StateFolder(folder, "dev");
    await state.acquire(() => ({
      pid: process.pid,
      stack: "dev",
      region: "eu-central-1",
      variables: { AWS_ENDPOINT_URL_LAMBDA: "http://127.0.0.1:1" },
      stores: { tables: [], queues: [], buckets: [] },
      outputs: {},
    }));
    try {
      const { code, stderr } = await invoke("echo", "--allow-cloud");
      assert.equal(code, 1);
      assert.match(stderr, /^error: A run is up already, .*: start it with --allow-cloud\.$/m);
    } finally {
      state.release();
    }
  });

  it("refuses what it does not understand, with what there is", async () => {
    const refused = async (...args: string[]) => {
      const { code, stdout, stderr } = await invoke(...args);
      assert.deepEqual([code, stdout], [1, ""]);
      return stderr;
    };
    assert.match(
      await refused("nope"),
      /^error: The program declares no function "nope"\. There are: echo, fails\./,
    );
    assert.match(await refused(), /^error: Which function\? There are: echo, fails\./);
  });

  it("refuses an event that is none before it looks for a program", async () => {
    const refused = async (...args: string[]) => {
      const { code, stderr } = await ask("invoke", "echo", ...args, "--cwd", tmpdir());
      assert.equal(code, 1);
      return stderr;
    };
    assert.match(await refused("--data", "{"), /^error: --data is not JSON: /);
    assert.match(await refused("--file", "/not/there.json"), /^error: The event cannot be read: ENOENT/);
    assert.match(await refused("--data", "1", "--sample", "sqs"), /^error: Only one of --data and --sample/);
  });
});
