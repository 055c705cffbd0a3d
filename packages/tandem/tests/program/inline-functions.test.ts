import assert from "node:assert/strict";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording } from "../../program/recording.ts";
import { find, removePrograms, writeProgram } from "./fixtures.ts";

describe("imports of a compiled program", () => {
  afterEach(removePrograms);

  it("leave Node's own modules whole, so that an inline function can use them, and give a default import beside named ones, of old modules and of converted ones", async () => {
    // Written for ts-node, as most Pulumi programs are: CommonJS by its package, ES imports by its source.
    const cwd = writeProgram({
      "package.json": '{ "name": "inline" }',
      "index.ts": `
        import * as aws from "@pulumi/aws";
        import { getRegion } from "@pulumi/aws/getRegion";
        import * as crypto from "crypto";
        import { execSync } from "child_process";
        import old, { one } from "./old";
        import converted, { two } from "./converted";
        if (old.one !== one || converted.name !== "default" || two !== 2) throw new Error("mixed up");
        if (getRegion !== aws.getRegion) throw new Error("a function is two");
        new aws.lambda.CallbackFunction("work", {
          callback: async () => crypto.createHmac("sha256", "k").digest("hex") + execSync("ls") + one + two,
        });`,
      "old.js": "module.exports = { one: 1 };",
      "converted.js": "exports.__esModule = true; exports.default = { name: 'default' }; exports.two = 2;",
    });
    const recording = await recordProgram({ cwd, stack: "dev" });
    const code = JSON.stringify(find(recording, "work", "aws:lambda/function:Function").inputs.code);
    assert.match(code, /require\(\\"crypto\/?\\"\)/);
    assert.match(code, /require\(\\"child_process\/?\\"\)/);
    assert.match(code, /one/);
  });
});

describe("a function written inline in an ES module", () => {
  let recording: Recording;

  before(async () => {
    const cwd = writeProgram({
      "index.ts": `
        import { Session } from "node:inspector";
        import { cachedDataVersionTag } from "node:v8";
        import { getRegion, lambda, s3, sns } from "@pulumi/aws";
        import * as atlas from "@pulumi/mongodbatlas";
        import { runtime } from "@pulumi/pulumi";
        const { post } = Session.prototype;
        const posted: string[] = [];
        Session.prototype.post = function (method: string, ...more: unknown[]) {
          posted.push(method);
          return Reflect.apply(post, this, [method, ...more]);
        };
        const tag = cachedDataVersionTag();
        const { getProject } = atlas;
        new lambda.CallbackFunction("work", { callback: async () => [await getRegion(), await getProject()] });
        const greeting = "Hello";
        const files = new s3.Bucket("files");
        files.onObjectCreated("welcome", async (event: s3.BucketEvent) => {
          console.log(greeting, event.Records?.length, files.id.get());
        });
        await runtime.serializeFunction(() => greeting);
        const displayName = JSON.stringify({ posted, takesKept: tag === cachedDataVersionTag() });
        new sns.Topic("seen", { displayName });`,
    });
    recording = await recordProgram({ cwd, stack: "dev", bundle: false });
  });

  after(removePrograms);

  it("is turned into code, with what it captures and functions of providers, which are stood in for elsewhere, and what calls it is declared", () => {
    const code = JSON.stringify(find(recording, "work", "aws:lambda/function:Function").inputs.code);
    assert.match(code, /aws:index\/getRegion:getRegion/);
    assert.match(code, /mongodbatlas:index\/getProject:getProject/);
    const welcome = find(recording, "welcome", "aws:lambda/function:Function").inputs;
    const { assets } = welcome.code as { assets: Record<string, { text?: string }> };
    assert.equal(welcome.handler, "__index.handler");
    assert.match(assets["__index.js"]?.text ?? "", /greeting: "Hello"/);
    const { bucket, lambdaFunctions } = find(
      recording,
      "welcome",
      "aws:s3/bucketNotification:BucketNotification",
    ).inputs;
    assert.equal(bucket, find(recording, "files").id);
    assert.equal((lambdaFunctions as unknown[]).length, 1);
  });

  it("has V8 hash no source and refuse no code that was kept compiled", () => {
    const { posted, takesKept } = JSON.parse(String(find(recording, "seen").inputs.displayName)) as {
      posted: string[];
      takesKept: boolean;
    };
    assert.ok(posted.includes("Runtime.getProperties"), posted.join());
    assert.ok(!posted.includes("Debugger.enable"), posted.join());
    assert.equal(takesKept, true);
  });
});

describe("a function written inline that cannot be turned into code", () => {
  afterEach(removePrograms);

  const SERVER = `import { createServer } from "node:http";
    import { lambda } from "@pulumi/aws";
    import * as pulumi from "@pulumi/pulumi";
    const server = createServer();
    enum Kind { Small } // is compiled away
  `;

  /** Line and column of this text. */
  function placeIn(program: string, text: string): [number, number] {
    const lines = program.slice(0, program.indexOf(text)).split("\n");
    return [lines.length, (lines.at(-1)?.length ?? 0) + 1];
  }

  for (const type of ["commonjs", "module"]) {
    it(`is told with its file and line in a program of type ${type}`, async () => {
      const program = `${SERVER.replace(/enum.*/, type === "module" ? "" : "$&")}
        const make = (name: string, callback: lambda.Callback<object, unknown>) =>
          new lambda.CallbackFunction(name, { callback });
        make("good", async () => 1);
        make("bad", async () => server.address());
      `;
      const cwd = writeProgram({
        "package.json": JSON.stringify({ name: "inline", type }),
        "index.ts": program,
      });
      const [line, column] = placeIn(program, "async () => server");
      await assert.rejects(recordProgram({ cwd, stack: "dev" }), {
        message: new RegExp(
          `^${RegExp.escape(`${cwd}/index.ts:${line}:${column}: Error serializing 'async () => server.address()'`)}`,
        ),
      });
    });
  }

  it("is told with the resource it is written for, where it is a provider's", async () => {
    const program = `${SERVER}
      const provider = { create: async () => ({ id: String(server.address()) }) };
      class Own extends pulumi.dynamic.Resource {
        constructor(name: string) {
          super(provider, name, {});
        }
      }
      new Own("own");
    `;
    const cwd = writeProgram({ "package.json": '{ "name": "inline" }', "index.ts": program });
    const [line] = placeIn(program, "super(provider");
    await assert.rejects(recordProgram({ cwd, stack: "dev" }), {
      message: new RegExp(`^${RegExp.escape(`${cwd}/index.ts:${line}`)}:\\d+: Error serializing`),
    });
  });
});
