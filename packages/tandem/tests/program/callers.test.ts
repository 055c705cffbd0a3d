import assert from "node:assert/strict";
import { join } from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import { removePrograms, writeProgram } from "./fixtures.ts";

const IMPORTS = 'import * as aws from "@pulumi/aws";\nimport * as pulumi from "@pulumi/pulumi";\n';

describe("recordProgram for its caller", () => {
  afterEach(removePrograms);

  it("answers functions of providers and other stacks' outputs from what the caller answers, then from recording.yaml", async () => {
    const cwd = writeProgram({
      "index.ts": `${IMPORTS}export const ami = (await aws.ec2.getAmi({ owners: ["self"] })).id;
export const vpc = (await aws.ec2.getVpc({ default: true })).id;
export const subnet = new pulumi.StackReference("acme/net/dev").getOutput("subnet");
export const zone = new pulumi.StackReference("acme/dns/dev").getOutput("zone");
export const url = (await aws.ssm.getParameter({ name: "/shop/url" })).value;
`,
      "recording.yaml": `stackReferences:
  acme/net/dev: { subnet: subnet-1 }
  acme/dns/dev: { zone: Z1 }
invokes:
  aws:ec2/getAmi:getAmi: { id: ami-1 }
  aws:ec2/getVpc:getVpc: { id: vpc-1 }
  aws:ssm/getParameter:getParameter:
    - when: { name: /shop/url }
      answer: { value: https://shop.example.com }
`,
    });
    const stackReferences = { "acme/dns/dev": { zone: "Z2" } };
    const invokes = { "aws:ec2/getVpc:getVpc": { id: "vpc-2" } };
    const { outputs, sources } = await recordProgram({ cwd, stack: "dev", stackReferences, invokes });
    assert.deepEqual(outputs, {
      ami: "ami-1",
      vpc: "vpc-2",
      subnet: "subnet-1",
      zone: "Z2",
      url: "https://shop.example.com",
    });
    assert.deepEqual(sources, [join(cwd, "index.ts"), join(cwd, "recording.yaml")]);
  });

  it("refuses a recording.yaml it does not understand", async () => {
    const refused = (text: string) =>
      recordProgram({ cwd: writeProgram({ "index.ts": "", "recording.yaml": text }), stack: "dev" });
    await assert.rejects(
      refused("stacks: {}\n"),
      /recording\.yaml:1: unknown key stacks; there are stackReferences and invokes/,
    );
    await assert.rejects(
      refused("\ninvokes: [1]\n"),
      /recording\.yaml:2: expected names with objects under invokes/,
    );
    await assert.rejects(
      refused("invokes:\n  a:b:c: [{ when: {} }]\n"),
      /recording\.yaml:2: expected an object under a:b:c, or a list of { when: { … }, answer: { … } }/,
    );
    await assert.rejects(
      refused("stackReferences:\n  acme/net/dev: [1]\n"),
      /recording\.yaml:2: expected an object under acme\/net\/dev$/,
    );
  });

  for (const packages of [true, false]) {
    it(`runs the program and loads nothing that it does not use, with packages ${packages ? "of its own" : "that are not installed"}`, async () => {
      const program = `${IMPORTS}import { createRequire } from "node:module";
        new aws.sns.Topic("a");
        const files = Object.keys(createRequire(import.meta.url).cache);
        const of = (name: string) => files.filter((file) => file.includes(\`/node_modules/\${name}/\`)).length;
        export const services = files.filter((file) => /\\/aws\\/ec2\\/./.test(file)).length;
        export const loaded = ["@grpc/grpc-js", "@npmcli/arborist", "typescript"].map(of);
      `;
      const cwd = writeProgram({ "index.ts": program }, { packages });
      const { outputs, resources } = await recordProgram({ cwd, stack: "dev" });
      // What stands in for each.
      assert.deepEqual(outputs, { loaded: [1, 1, 1], services: 1 });
      assert.deepEqual(
        resources.map(({ name }) => name),
        ["a"],
      );
    });
  }

  it("ends the program's process when the caller gives up", async () => {
    const cwd = writeProgram({ "index.ts": "setInterval(() => {}, 1000);\n" });
    const giveUp = new AbortController();
    const recording = recordProgram({ cwd, stack: "dev", signal: giveUp.signal });
    setImmediate(() => giveUp.abort());
    await assert.rejects(recording, { name: "AbortError" });
  });

  it("names every file of the program, of whichever kind of module, collects what the program reports to have built, tells it whether to build, and gives it the caller's variables and none of its own", async () => {
    const cwd = writeProgram({
      "a.cjs": 'require("./b.cjs");\n',
      "b.cjs": "",
      "c.ts": "export {};\n",
      "index.ts": `import "./a.cjs";
import "./c.ts";
const recorder = globalThis[Symbol.for("program.builds")];
recorder.built({ entry: "/a.ts", hash: "h", inputs: [], packages: [], bytes: 1, options: {} });
export const bundle = recorder.bundle;
export const { STAGE, NODE_COMPILE_CACHE = "none" } = process.env;
`,
    });
    const asked = { bundle: false, environment: { STAGE: "test" } };
    const { outputs, builds, sources } = await recordProgram({ cwd, stack: "dev", ...asked });
    assert.deepEqual(outputs, { bundle: false, STAGE: "test", NODE_COMPILE_CACHE: "none" });
    const files = ["a.cjs", "b.cjs", "c.ts", "index.ts"];
    assert.deepEqual(
      sources,
      files.map((file) => join(cwd, file)),
    );
    assert.deepEqual(builds, [
      { entry: "/a.ts", hash: "h", inputs: [], packages: [], bytes: 1, options: {} },
    ]);
  });

  it("names a package.json that is no JSON", async () => {
    const cwd = writeProgram({
      "Pulumi.yaml": "name: a\nruntime: nodejs\nmain: index.ts\n",
      "package.json": "{",
      "index.ts": "",
    });
    await assert.rejects(recordProgram({ cwd, stack: "dev" }), {
      name: "UserError",
      message: /package\.json: .*JSON/,
    });
  });
});
