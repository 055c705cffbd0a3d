import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { call, ProjectCopy, StartedProcess } from "./support.ts";

describe("npm start, while files change", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let api: string;

  before(async () => {
    project = new ProjectCopy("garden");
    run = new StartedProcess(project);
    api = await run.ready();
  });

  after(async () => {
    await run.end();
    project.remove();
  });

  /** Changes a file and waits for what is said about it. */
  const edit = async (file: string, change: (text: string) => string, expected: RegExp): Promise<void> => {
    const before = run.stdout.length;
    project.edit(file, change);
    await run.waitForOutput(expected, before);
  };

  it("answers with the new code of a handler, which alone is built again", async () => {
    await edit(
      "functions/hello.ts",
      (text) => text.replace("Hello from the garden!", "Hello again!"),
      /^reloaded hello in \d+ ms$/m,
    );
    assert.equal((await call(`${api}/hello`)).body, "Hello again!");
  });

  it("builds every function again that imports a changed module", async () => {
    await edit(
      "functions/plants.ts",
      (text) => `${text}\nexport const unused = process.hrtime();\n`,
      /^reloaded (tend, list|list, tend) in \d+ ms$/m,
    );
    assert.equal((await call(`${api}/plants`)).status, 200);
  });

  it("answers with the new code of a handler that has a package beside its bundle", async () => {
    await edit(
      "functions/notes.ts",
      (text) => text.replace("no such note", "no note of that name"),
      /^reloaded notes in \d+ ms$/m,
    );
    const { status, body } = await call(`${api}/notes/${"f".repeat(24)}`);
    assert.deepEqual([status, body], [404, "no note of that name"]);
  });

  it("serves a route and an API that the program gains, and says where that answers, without losing data", async () => {
    const { body } = await call(`${api}/notes`, "POST", { text: "Kept over a reload." });
    const { id } = body as { id: string };
    const more = `new aws.apigatewayv2.Api("more", { protocolType: "HTTP", routeKey: "$default", target: "arn:aws:lambda:eu-west-1:123456789012:function:none" });`;
    const before = run.stdout.length;
    await edit(
      "index.ts",
      (text) =>
        `${text.replace('"GET /hello": hello', '"GET /hello": hello, "GET /hello/again": hello')}\n${more}\n`,
      /^reloaded the program in \d+ ms$/m,
    );
    assert.equal((await call(`${api}/hello/again`)).status, 200);
    assert.equal((await call(`${api}/hello`)).body, "Hello again!");
    assert.deepEqual((await call(`${api}/notes/${id}`)).body, { _id: id, text: "Kept over a reload." });
    const [, url = ""] = await run.waitForOutput(/^more answers on (http:\S+)$/m, before);
    assert.equal((await fetch(url)).status, 501, "its function is none of the program");
  });

  it("keeps the last good code while a handler does not compile, and says where", async () => {
    await edit(
      "functions/hello.ts",
      (text) => `${text}\n}{`,
      /^not reloaded, the last good code goes on:\n.*?hello\.ts:\d+/ms,
    );
    assert.equal((await call(`${api}/hello`)).body, "Hello again!");
    await edit(
      "functions/hello.ts",
      (text) => text.replace("\n}{", "").replace("again!", "mended!"),
      /^reloaded hello/m,
    );
    assert.equal((await call(`${api}/hello`)).body, "Hello mended!");
  });

  it("keeps the last good code while a handler does not load", async () => {
    await edit(
      "functions/hello.ts",
      (text) => `import { environment } from "./environment.ts";\nenvironment("NOWHERE");\n${text}`,
      /^not reloaded, the last good code goes on:\n.*?NOWHERE/ms,
    );
    assert.equal((await call(`${api}/hello`)).body, "Hello mended!");
    await edit(
      "functions/hello.ts",
      (text) => text.replace('environment("NOWHERE");\n', "").replace("mended!", "mended twice!"),
      /^reloaded hello/m,
    );
  });

  it("keeps the last good program while it does not run, and says where", async () => {
    await edit(
      "index.ts",
      (text) => `${text}\nthrow new Error("half way");\n`,
      /^not reloaded, the last good code goes on:\n.*?index\.ts:\d+:\d+: half way/ms,
    );
    assert.equal((await call(`${api}/hello/again`)).status, 200);
    await edit(
      "index.ts",
      (text) => text.replace('throw new Error("half way");\n', ""),
      /^reloaded the program/m,
    );
  });

  it("takes over a changed config value", async () => {
    const before = run.stdout.length;
    project.configure("logRetentionDays", 3653);
    await run.waitForOutput(/^reloaded the program/m, before);
    assert.equal((await call(`${api}/hello`)).status, 200);
  });

  /** No two files that it builds are equal, as where a bundler writes the time into them. */
  const builder = `import { buildSync } from "esbuild";
buildSync({
  entryPoints: ["sown/sow.ts"], outfile: "built/index.js", bundle: true, platform: "node", sourcemap: true,
  banner: { js: "// " + process.hrtime.bigint() },
});
const sower = { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) };
const sow = new aws.lambda.Function("sow", {
  runtime: "nodejs24.x", handler: "index.handler", role: new aws.iam.Role("sow", sower).arn,
  code: new pulumi.asset.FileArchive("built"),
});
const api = `;

  it("runs a program once that builds functions into a folder, and answers with what was saved", async () => {
    const reloads = () => run.stdout.match(/^reloaded (.*) in \d+ ms$/gm) ?? [];
    const before = reloads().length;
    mkdirSync(path.join(project.path, "sown"));
    project.write("sown/sow.ts", "export const handler = async () => ({ seeds: 1 });");
    await edit(
      "index.ts",
      (text) =>
        text.replace("const api = ", builder).replace('"GET /hello"', '"GET /sow": sow, "GET /hello"'),
      /^reloaded the program/m,
    );
    assert.deepEqual((await call(`${api}/sow`)).body, { seeds: 1 });
    await edit("sown/sow.ts", (text) => text.replace("1", "2"), /^reloaded the program/m);
    assert.deepEqual((await call(`${api}/sow`)).body, { seeds: 2 });
    await edit("functions/hello.ts", (text) => text.replace("twice", "thrice"), /^reloaded hello in/m);
    assert.equal(reloads().length, before + 3);
  });

  it("says so where a source is saved that the program does not build", async () => {
    await edit("index.ts", (text) => text.replace("buildSync({", "Object({"), /^reloaded the program/m);
    const hint = /^what is deployed has not changed: .*\nreloaded the program/m;
    await edit("sown/sow.ts", (text) => text.replace("2", "3"), hint);
    assert.deepEqual((await call(`${api}/sow`)).body, { seeds: 2 });
  });

  it("runs the program once for a saved source that somebody else builds, when that is built", async () => {
    const built = (seeds: number) => (text: string) => text.replace(/seeds: \d/, `seeds: ${seeds}`);
    await edit("built/index.js", built(3), /^reloaded the program/m);
    const before = run.stdout.length;
    project.edit("sown/sow.ts", (text) => text.replace("3", "4"));
    await sleep(150); // as long as a compiler takes at least
    assert.equal(run.stdout.slice(before), "");
    await edit("built/index.js", built(4), /^reloaded the program/m);
    assert.deepEqual((await call(`${api}/sow`)).body, { seeds: 4 });
    assert.equal(run.stdout.slice(before).match(/^reloaded/gm)?.length, 1);
  });

  const layered = `const leaves = { runtime: "nodejs24.x", handler: "index.handler", role: pulumi.output(hello.role) };
const layer = new aws.lambda.LayerVersion("shared", { layerName: "shared", code: new pulumi.asset.FileArchive("layer") });
const leaf = new aws.lambda.Function("leaf", {
  ...leaves, layers: [layer.arn],
  code: new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.StringAsset(readFileSync("leaf.js", "utf8")),
  }),
});
const source = new pulumi.asset.FileAsset("leaflet.txt");
new aws.s3.BucketObjectv2("leaflet", { bucket: bucket.bucket, key: "leaflet", source });
const api = `;

  it("answers with what was saved of a layer, also as a new file, and takes over files of objects and what the program reads", async () => {
    const own = "layer/nodejs/node_modules/shared";
    mkdirSync(path.join(project.path, own), { recursive: true });
    project.write(`${own}/index.js`, "module.exports = { leaves: 1 };");
    project.write("leaflet.txt", "one");
    project.write("leaf.js", "exports.handler = async () => require('shared');");
    await edit(
      "index.ts",
      (text) =>
        `import { readFileSync } from "node:fs";\n${text}`
          .replace("const api = ", layered)
          .replace('"GET /hello"', '"GET /leaf": leaf, "GET /hello"'),
      /^reloaded the program/m,
    );
    assert.deepEqual((await call(`${api}/leaf`)).body, { leaves: 1 });
    await edit(`${own}/index.js`, (text) => text.replace("1", "2"), /^reloaded the program/m);
    assert.deepEqual((await call(`${api}/leaf`)).body, { leaves: 2 });
    const before = run.stdout.length;
    project.write(`${own}/package.json`, '{ "main": "more.js" }');
    project.write(`${own}/more.js`, "module.exports = { leaves: 3 };");
    await run.waitForOutput(/^reloaded the program/m, before);
    assert.deepEqual((await call(`${api}/leaf`)).body, { leaves: 3 });
    await edit("leaflet.txt", () => "two", /^reloaded the program/m);
    await edit(
      "leaf.js",
      (text) => text.replace("require('shared')", "({ read: true })"),
      /^reloaded the program/m,
    );
    assert.deepEqual((await call(`${api}/leaf`)).body, { read: true });
  });
});
