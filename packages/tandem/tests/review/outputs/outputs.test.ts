import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { deployedInformation } from "../../../review/outputs/deployed-information.ts";
import { stackOutputs } from "../../../review/outputs/stack-outputs.ts";

const outputs = {
  service: "tandem",
  stage: "dev",
  region: "eu-central-1",
  apiUrl: "https://abc.execute-api.eu-central-1.amazonaws.com/",
  endpoints: [
    { method: "GET", path: "/hello", function: "hello" },
    { method: "POST", path: "/barns", function: "createBarn" },
  ],
  functions: { hello: "tandem-dev-hello", createBarn: "tandem-dev-createBarn" },
  tables: { motors: "tandem-dev-motors" },
  databases: { barns: "barns" },
  connectionString: "[secret]",
  dashboardUrl: null,
};

describe("deployedInformation", () => {
  it("is the Service Information block, from the outputs alone", () => {
    assert.deepEqual(deployedInformation(outputs).split("\n"), [
      "Service Information",
      "  service           tandem",
      "  stage             dev",
      "  region            eu-central-1",
      "  apiUrl            https://abc.execute-api.eu-central-1.amazonaws.com/",
      "  connectionString  [secret]",
      "endpoints",
      "  GET   https://abc.execute-api.eu-central-1.amazonaws.com/hello  hello",
      "  POST  https://abc.execute-api.eu-central-1.amazonaws.com/barns  createBarn",
      "functions",
      "  createBarn  tandem-dev-createBarn",
      "  hello       tandem-dev-hello",
      "tables",
      "  motors  tandem-dev-motors",
      "databases",
      "  barns  barns",
    ]);
  });

  it("says first what a second deployment is due for", () => {
    const sentence =
      "cluster tandem-prod-barns: point-in-time recovery is still off; a second deployment turns it on";
    assert.deepEqual(
      deployedInformation({ ...outputs, due: [sentence] })
        .split("\n")
        .slice(5, 9),
      ["  connectionString  [secret]", "deploy once more", `  ${sentence}`, "endpoints"],
    );
    assert.equal(deployedInformation({ ...outputs, due: [] }), deployedInformation(outputs));
  });

  it("shows what there is of a stack that has next to nothing", () => {
    assert.equal(deployedInformation({}), "Service Information");
  });
});

describe("stackOutputs", () => {
  let folder: string;
  const usualPath = process.env.PATH;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-outputs-"));
  });

  afterEach(() => {
    process.env.PATH = usualPath;
    rmSync(folder, { recursive: true, force: true });
  });

  function fakePulumi(script: string): void {
    const file = path.join(folder, "pulumi");
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    process.env.PATH = `${folder}:${usualPath}`;
  }

  it("asks the CLI for the outputs of the stack, and never for its secrets", async () => {
    fakePulumi(`echo "$@" > ${folder}/args; echo '{"service":"tandem"}'`);
    assert.deepEqual(await stackOutputs(folder, "dev"), { service: "tandem" });
    assert.equal(
      readFileSync(path.join(folder, "args"), "utf8").trim(),
      "stack output --json --stack dev --non-interactive",
    );
  });

  it("tells what the CLI says when it fails", async () => {
    fakePulumi("echo \"error: no stack named 'qa' found\" >&2; exit 255");
    await assert.rejects(stackOutputs(folder, "qa"), {
      name: "UserError",
      message: /failed: error: no stack named 'qa' found$/,
    });
  });

  it("says where to get the CLI when there is none", async () => {
    process.env.PATH = folder;
    await assert.rejects(stackOutputs(folder, "dev"), {
      name: "UserError",
      message: /The Pulumi CLI is not on the PATH.*pulumi\.com\/docs\/install/s,
    });
  });
});
