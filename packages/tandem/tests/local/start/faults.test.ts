import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { recordProgram } from "../../../program/record-program.ts";
import { ask } from "../../cli/ask.ts";
import { withVariables } from "../../support/variables.ts";
import { recording, resource } from "../support/recordings.ts";
import { ranOnce, refusal } from "../support/run-in-process.ts";
import { ProjectCopy, StartedProcess } from "./support.ts";

/** The garden's MongoDB: alone it starts in a third of the time. */
const CLUSTER = `import * as mongodbatlas from "@pulumi/mongodbatlas";
new mongodbatlas.AdvancedCluster("diary", {
  projectId: "5f0000000000000000000000", name: "diary", clusterType: "REPLICASET", replicationSpecs: [],
});
`;

/** Likewise the function that asks for a table's name, which it is not given. */
const LIST = `import * as aws from "@pulumi/aws";
import { codeOf } from "./build.ts";
const role = new aws.iam.Role("list", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
new aws.lambda.Function("list", {
  runtime: "nodejs24.x", handler: "index.handler", role: role.arn, code: codeOf("functions/list.ts"),
});
`;

const CLUSTER_TYPE = "mongodbatlas:index/advancedCluster:AdvancedCluster";

/** `npm start` that must fail: what it says on stderr. Of what shows the same way, `refusal` gives the message. */
async function failure(
  project: ProjectCopy,
  args: string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const run = new StartedProcess(project, args, environment);
  try {
    assert.equal(await run.exit(), 1);
    return run.stderr;
  } finally {
    await run.end();
  }
}

describe("npm start, when it cannot", () => {
  let project: ProjectCopy;

  beforeEach(() => {
    project = new ProjectCopy("garden");
  });

  afterEach(() => project.remove());

  it("refuses a MongoDB in the cloud, where functions may send nothing", async () => {
    const recorded = Promise.resolve(recording([resource(CLUSTER_TYPE, "diary")]));
    const MONGODB_URI = "mongodb+srv://someone:hidden@cluster.ab12c.mongodb.net/garden";
    assert.equal(
      await withVariables({ MONGODB_URI }, () => refusal(project, { recorded })),
      "MONGODB_URI leads to cluster.ab12c.mongodb.net, an address of the cloud, and functions may send nothing there. " +
        "Start with --allow-cloud, or without MONGODB_URI for a MongoDB on this machine.",
    );
  });

  it("names the stacks there are when one has no file", async () => {
    const message = await refusal(project, { stack: "staging" });
    assert.match(message, /staging.*dev.*prod/s);
    assert.doesNotMatch(message, /^ {4}at /m);
  });

  it("names every config value of a wrong type, with what is allowed", async () => {
    project.configure("logRetentionDays", "soon");
    project.configure("closed", "maybe");
    const message = await refusal(project);
    assert.match(message, /logRetentionDays.*soon/s);
    assert.match(message, /closed.*maybe/s);
    assert.doesNotMatch(message, /^ {4}at /m);
  });

  it("names file and line of a program that throws, and keeps the stack for --verbose", async () => {
    project.write("index.ts", 'throw new Error("not today");\n');
    const message = await failure(project);
    assert.match(message, /^error: .*index\.ts:1:\d+: not today$/m);
    assert.doesNotMatch(message, /^ {4}at /m);
    await assert.rejects(recordProgram({ cwd: project.path, stack: "dev" }), {
      stack: /^ {4}at .*index\.ts/m,
    });
  });

  it("names file and line of a handler that does not compile", async () => {
    project.write("index.ts", LIST);
    project.write("functions/list.ts", "export const handler = async () => {\n  return }{\n};\n");
    const message = await refusal(project);
    assert.match(message, /functions\/list\.ts:2/);
    assert.doesNotMatch(message, /^ {4}at /m);
  });

  it("finds a variable that is not set before any request, naming function and variable", async () => {
    project.write("index.ts", LIST);
    rmSync(path.join(project.path, "data"), { recursive: true });
    assert.match(await refusal(project, { strict: true }), /list.*PLANTS/);
  });

  it("says what was tried and what to do when no MongoDB can be had", async () => {
    project.write("index.ts", CLUSTER);
    const home = path.join(project.path, "home");
    mkdirSync(home);
    const message = await failure(project, ["--strict"], {
      HOME: home,
      XDG_CACHE_HOME: home,
      // No mongod, no Go; and nothing may be downloaded.
      PATH: path.dirname(process.execPath),
      MONGOMS_RUNTIME_DOWNLOAD: "false",
    });
    assert.match(message, /^error: No MongoDB could be had on this machine\./);
    for (const way of ["MONGODB_URI", "mongod", "Go"]) assert.match(message, new RegExp(way));
    assert.doesNotMatch(message, /^ {4}at /m);
  });

  it("says what was lost or damaged of .local/ since the last run, once, and begins anew with --reset", async () => {
    const folder = path.join(project.path, ".local/dev/dynamodb");
    const inputs = {
      attributes: [{ name: "bed", type: "N" }],
      hashKey: "bed",
      billingMode: "PAY_PER_REQUEST",
    };
    const recorded = Promise.resolve(recording([resource("aws:dynamodb/table:Table", "plants", { inputs })]));
    await ranOnce(project, { recorded });
    const log = path.join(folder, readdirSync(folder).find((name) => name.endsWith(".log")) ?? "");
    const { size } = statSync(log);
    truncateSync(log, Math.floor(size / 2));
    const second = await ranOnce(project, { recorded });
    const had = `${log} had ${size.toLocaleString("en")} bytes when the last run ended`;
    assert.ok(second.includes(had), second);
    assert.doesNotMatch(
      await ranOnce(project, { recorded }),
      /when the last run ended|since the last run ended/,
    );

    rmSync(folder, { recursive: true });
    writeFileSync(folder, "not a folder");
    assert.match(await refusal(project, { recorded }), /\.local\/dev\/dynamodb.*--reset/);
    await ranOnce(project, { recorded, reset: true });
  });

  it("refuses options it does not know, with the usage", async () => {
    assert.match(
      (await ask("start", "--prot", "1")).stderr,
      /^error: Unknown option '--prot'\. Did you mean --port\?\nUsage: npm start -- /,
    );
  });

  it("refuses a folder without a program", async () => {
    const empty = { path: path.join(project.path, "functions") };
    assert.match(await refusal(empty), /^There is no Pulumi\.yaml in .*functions\. Name the folder/);
  });

  it("ends in words when the folder of its data is removed", async () => {
    project.write("index.ts", "export const nothing = true;");
    rmSync(path.join(project.path, "data"), { recursive: true });
    const run = new StartedProcess(project);
    try {
      await run.ready();
      rmSync(path.join(project.path, ".local"), { recursive: true });
      assert.equal(await run.exit(), 1);
      assert.match(run.stderr, /^error: The folder \S+dev was removed while the run was up: [^\n]+\n$/);
    } finally {
      await run.end();
    }
  });
});
