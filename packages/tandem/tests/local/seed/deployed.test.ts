/**
 * `npm run seed` with a deployed stack, which the command knows by its outputs alone. The outputs come from a stand-in for
 * the Pulumi CLI; the stores behind them are those of a local run, found by the SDK's own variables.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { operatorCredentials } from "../../../local/iam/credentials.ts";
import type { RunStatus } from "../../../local/state-folder.ts";
import { ask } from "../../cli/ask.ts";
import { ProjectCopy, StartedProcess } from "../start/support.ts";

const root = path.resolve(import.meta.dirname, "../../../../..");

/** Of the garden what its data goes into: without functions and other stores it starts in half the time. */
const STORES = `import * as aws from "@pulumi/aws";
import * as mongodbatlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
const plants = new aws.dynamodb.Table("plants", {
  name: "garden-dev-plants", hashKey: "bed", rangeKey: "name", billingMode: "PAY_PER_REQUEST",
  attributes: [{ name: "bed", type: "N" }, { name: "name", type: "S" }],
});
const cluster = new mongodbatlas.AdvancedCluster("diary", {
  projectId: "5f0000000000000000000000", name: "diary", clusterType: "REPLICASET", replicationSpecs: [],
});
export const connectionString = pulumi.interpolate\`\${cluster.connectionStrings.standardSrv}/garden\`;
export const region = aws.getRegionOutput().region;
export const tables = { plants: plants.name };
`;

describe("npm run seed, of a deployed stack", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    project = new ProjectCopy("garden");
    project.write("index.ts", STORES);
    run = new StartedProcess(project);
    await run.ready();
    environment = deployedEnvironment(project, await project.status());
  });
  after(async () => {
    await run.end();
    project.remove();
  });

  /** What a person has in the terminal goes to a process of its own; the rest is asked here, with the same variables. */
  const seedByProcess = async (stack: string) => {
    const all = ["packages/tandem/cli/tandem.js", "seed", "--cwd", project.path, "--stack", stack];
    const child = spawn(process.execPath, all, { cwd: root, env: environment });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    return { code, stdout, stderr };
  };
  const seed = async (stack: string, ...args: string[]) => {
    const usual = process.env;
    process.env = { ...environment };
    try {
      return await ask("seed", "--cwd", project.path, "--stack", stack, ...args);
    } finally {
      process.env = usual;
    }
  };
  const plants = async (...wanted: string[]): Promise<string> => {
    const { code, stdout, stderr } = await ask("tables", ...wanted, "--cwd", project.path);
    assert.equal(code, 0, stderr);
    return stdout;
  };

  it("loads a table and a collection by the stack's outputs, and the same again changes nothing", async () => {
    const all = () => plants("scan", "plants", "--limit", "0");
    const before = await all();
    for (const load of [seedByProcess, seed]) {
      const { code, stdout, stderr } = await load("dev");
      assert.equal(code, 0, stderr);
      assert.match(stdout, /data\/plants\.json into table garden-dev-plants .*120 written/);
      assert.match(stdout, /data\/notes\.json into collection garden\.notes .*3 written/);
    }
    assert.equal(await all(), before);
  });

  it("takes a file of one's own, and names what it rejects by line", async () => {
    const lines = [
      { bed: 8, name: "Fig", height: 90 },
      { bed: "then", name: "No bed", height: 1 },
      { bed: 9, name: "Pear", height: 80 },
    ];
    project.write("mine.json", `[\n${lines.map((line) => JSON.stringify(line)).join(",\n")}\n]\n`);
    const file = ["--file", path.join(project.path, "mine.json")];
    const { code, stdout } = await seed("dev", "--only", "plants", ...file);
    assert.equal(code, 0);
    assert.match(stdout, /2 written/);
    assert.match(stdout, /1 records were rejected/);
    const report = path.join(project.path, ".local/deployed-dev/seed/plants-rejected.txt");
    assert.match(readFileSync(report, "utf8"), /^3: .*bed/);
    assert.match(await plants("get", "plants", '{"bed": 8, "name": "Fig"}'), /"height": 90/);
    assert.match(await plants("get", "plants", '{"bed": 9, "name": "Pear"}'), /"height": 80/);
    const which = await seed("dev", ...file);
    assert.equal(which.code, 1);
    assert.match(
      which.stderr,
      /^error: --file is data for one seed: name it with --only, one of plants, notes\.$/m,
    );
  });

  it("says what a store said that does not take the data, and what to look at", async () => {
    const usual = { ...environment };
    environment.AWS_SECRET_ACCESS_KEY = "another";
    const { code, stderr } = await seed("dev", "--only", "plants").finally(() => {
      environment = usual;
    });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^error: Table garden-dev-plants did not take the data: The request signature we calculated/m,
    );
    assert.match(stderr, /npm run doctor.*goes on from where it stopped\.$/m);
  });

  it("says what the CLI says of a stack that is not there, and leaves nothing behind", async () => {
    const { code, stderr } = await seed("qa");
    assert.equal(code, 1);
    assert.match(stderr, /no stack named 'qa' found/);
    assert.ok(!existsSync(path.join(project.path, ".local/deployed-qa")));
  });
});

/** What a person at a deployed stack has: the CLI, keys, and stores to be found. Nothing tells of the local run. */
function deployedEnvironment(project: ProjectCopy, { outputs, variables }: RunStatus): NodeJS.ProcessEnv {
  const folder = path.join(project.path, "bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "outputs.json"), JSON.stringify(outputs));
  const cli = path.join(folder, "pulumi");
  writeFileSync(
    cli,
    `#!/bin/sh
case "$*" in
  "stack output --json --stack dev --non-interactive") cat "${folder}/outputs.json" ;;
  "stack output --json --stack "*) echo "error: no stack named '$5' found" >&2; exit 255 ;;
  *) echo "not expected: $*" >&2; exit 1 ;;
esac
`,
  );
  chmodSync(cli, 0o755);
  return {
    PATH: `${folder}:${process.env.PATH}`,
    HOME: project.path,
    AWS_ENDPOINT_URL_DYNAMODB: variables.AWS_ENDPOINT_URL_DYNAMODB,
    AWS_ACCESS_KEY_ID: operatorCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operatorCredentials.secretAccessKey,
  };
}
