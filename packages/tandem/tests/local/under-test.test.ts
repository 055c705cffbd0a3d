import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { mock } from "node:test";
import { type ProgramUnderTest, programUnderTest } from "../../local/under-test.ts";
import { ProjectCopy } from "./start/support.ts";

/** The garden's functions and what they keep, without the API, the queue and the bucket that nobody asks for here. */
const PROGRAM = `import * as aws from "@pulumi/aws";
import * as mongodbatlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import { codeOf } from "./build.ts";
const plants = new aws.dynamodb.Table("plants", {
  hashKey: "bed", rangeKey: "name", billingMode: "PAY_PER_REQUEST",
  attributes: [{ name: "bed", type: "N" }, { name: "name", type: "S" }],
});
const cluster = new mongodbatlas.AdvancedCluster("diary", {
  projectId: "5f0000000000000000000000", name: "diary", clusterType: "REPLICASET", replicationSpecs: [],
});
const DIARY = pulumi.interpolate\`\${cluster.connectionStrings.standardSrv}/garden\`;
const role = new aws.iam.Role("all", {
  assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }),
});
const Statement = [{ Effect: "Allow", Action: ["dynamodb:*Item", "dynamodb:Query"], Resource: plants.arn }];
new aws.iam.RolePolicy("all", {
  role: role.id,
  policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement }),
});
for (const name of ["hello", "list", "notes", "tend", "weigh"])
  new aws.lambda.Function(name, {
    runtime: "nodejs24.x", handler: "index.handler", role: role.arn, timeout: 10,
    code: codeOf(\`functions/\${name}.ts\`), environment: { variables: { PLANTS: plants.name, DIARY } },
  });
`;

const request = (method: string, parts: object = {}) => ({ requestContext: { http: { method } }, ...parts });
const pathParameters = { bed: "1", name: "Mint" };

describe("programUnderTest", () => {
  let garden: ProjectCopy;
  let small: ProjectCopy;
  let program: ProgramUnderTest;

  before(async () => {
    garden = new ProjectCopy("garden");
    garden.write("index.ts", PROGRAM);
    small = new ProjectCopy("inline-http");
    program = await programUnderTest({ cwd: garden.path });
  });
  after(async () => {
    await program.stop();
    for (const project of [garden, small]) project.remove();
  });

  it("calls functions with their variables and with tables and collections of their own, empty at first", async () => {
    const listed = await program.invoke("list", request("GET"));
    assert.deepEqual([listed.statusCode, JSON.parse(listed.body)], [200, []]);
    const put = request("PUT", { pathParameters, body: JSON.stringify({ height: 12 }) });
    assert.equal((await program.invoke("tend", put)).statusCode, 201);
    const read = await program.invoke("tend", request("GET", { pathParameters }));
    assert.deepEqual(JSON.parse(read.body), { name: "Mint", height: 12 });
    const note = await program.invoke("notes", request("POST", { body: JSON.stringify({ text: "Sown" }) }));
    assert.equal(note.statusCode, 201);
    const notes = await program.invoke("notes", request("GET"));
    assert.equal(JSON.parse(notes.body).length, 1);
  });

  it("gives what a handler returned, nothing too, and throws what it threw", async () => {
    assert.equal(await program.invoke("weigh", { Records: [{ body: "1 kg" }] }), undefined);
    await assert.rejects(program.invoke("weigh", {}), { name: "TypeError", message: /not iterable/ });
  });

  it("names the functions where there is none of the name", async () => {
    await assert.rejects(program.invoke("hallo", {}), {
      message: /^The program has no function hallo\. It has: (?=.*hello)(?=.*tend)(?=.*weigh)[a-z, ]+\.$/,
    });
  });

  it("is one for all files of a process, and leaves the project's own data alone", async () => {
    assert.equal(await programUnderTest({ cwd: garden.path }), program);
    assert.equal(existsSync(path.join(garden.path, ".local/dev")), false);
  });

  it("keeps no process: one that stops nothing ends", () => {
    const script = path.join(small.path, "script.mjs");
    const module = path.resolve("packages/tandem/local/under-test.ts");
    writeFileSync(
      script,
      `import { programUnderTest } from ${JSON.stringify(module)};
       const program = await programUnderTest({ cwd: import.meta.dirname });
       console.log((await program.invoke("greet", { pathParameters: { name: "you" } })).body);`,
    );
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: "utf8" });
    assert.deepEqual([stdout, status], ["Hello you\n", 0], stderr);
  });

  it("loads what is called, and says what does not load to whoever calls it", async () => {
    const project = new ProjectCopy("unbuilt");
    const unbuilt = await programUnderTest({ cwd: project.path });
    const errors = mock.method(console, "error", () => {});
    const lines = () => errors.mock.calls.map(({ arguments: [line] }) => String(line));
    try {
      assert.equal(await unbuilt.invoke("good", {}), "good");
      assert.deepEqual(
        lines().filter((line) => line.startsWith("Function unbuilt")),
        [],
      );
      const refusal = /^Function unbuilt: Runtime\.ImportModuleError: .* lies there unbuilt/;
      await Promise.all(
        [1, 2].map(() =>
          assert.rejects(unbuilt.invoke("unbuilt", {}), { name: "FunctionNotLoaded", message: refusal }),
        ),
      );
      assert.equal(lines().filter((line) => refusal.test(line)).length, 1);
      project.write("app/index.js", 'exports.handler = async () => "built";');
      assert.equal(await unbuilt.invoke("unbuilt", {}), "built");
    } finally {
      errors.mock.restore();
      await unbuilt.stop();
      project.remove();
    }
  });

  it("tells what a program says that does not run", async () => {
    const broken = new ProjectCopy("garden");
    broken.edit("Pulumi.yaml", (text) => text.replace(/logRetentionDays.*/, ""));
    await assert.rejects(programUnderTest({ cwd: broken.path }), { message: /logRetentionDays/ });
    broken.remove();
  });

  it("refuses a call once it has ended", async () => {
    await program.stop();
    await assert.rejects(program.invoke("hello", {}), {
      message: "the program under test ended (exit code 0) before it answered",
    });
  });
});
