import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { operatorCredentials } from "../../../local/iam/credentials.ts";
import { signedFetch } from "../support/signed-fetch.ts";
import { call, ProjectCopy, StartedProcess } from "./support.ts";

/** The small program beside the garden's own: each save of it runs it anew. */
const PARTS = ["saved.ts", "build.ts", "routes.ts", "functions", "package.json", "Pulumi.dev.yaml"];
const LAYER = "layer/nodejs/node_modules/shared";

describe("npm start, while files change", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let api: string;

  before(async () => {
    project = new ProjectCopy("garden", PARTS);
    project.write("Pulumi.yaml", "name: saved\nruntime: nodejs\nmain: saved.ts\n");
    mkdirSync(path.join(project.path, LAYER), { recursive: true });
    project.write(`${LAYER}/index.js`, "module.exports = { leaves: 1 };");
    project.write("leaf.js", "exports.handler = async () => require('shared');");
    project.write("leaflet.txt", "one");
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

  /** What lies in the bucket, or what is put there. */
  const object = async (key: string, body?: string): Promise<string> => {
    const { variables } = await project.status();
    const method = body === undefined ? "GET" : "PUT";
    const url = new URL(`${variables.AWS_ENDPOINT_URL_S3}/saved-pictures/${key}`);
    const signed = { credentials: operatorCredentials, service: "s3", region: "eu-west-1", method };
    const response = await signedFetch(url, { ...signed, headers: {}, body: body ?? "" });
    assert.equal(response.status, 200);
    return response.text();
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
      "functions/order.ts",
      (text) => text.replace("item.length", "2 * item.length"),
      /^reloaded (readOrder, countOrder|countOrder, readOrder) in \d+ ms$/m,
    );
    assert.deepEqual((await call(`${api}/orders/7`)).body, { id: "7", total: 16 });
    assert.equal((await call(`${api}/orders/7/count`)).body, 6);
  });

  it("answers with the new code of a handler that has a package beside its bundle", async () => {
    await edit(
      "functions/stamped.ts",
      (text) => text.replace("stamped in", "stamped twice, in"),
      /^reloaded stamped in \d+ ms$/m,
    );
    assert.equal(await (await fetch(`${api}/stamped`)).text(), "stamped twice, in blue");
  });

  it("serves a route and an API that the program gains, and says where that answers, without losing data", async () => {
    await object("kept", "Kept over a reload.");
    const more = `new aws.apigatewayv2.Api("more", { protocolType: "HTTP", routeKey: "$default", target: "arn:aws:lambda:eu-west-1:123456789012:function:none" });`;
    const before = run.stdout.length;
    await edit(
      "saved.ts",
      (text) =>
        `${text.replace('"GET /hello": hello', '"GET /hello": hello, "GET /hello/again": hello')}\n${more}\n`,
      /^reloaded the program in \d+ ms$/m,
    );
    assert.equal((await call(`${api}/hello/again`)).status, 200);
    assert.equal((await call(`${api}/hello`)).body, "Hello again!");
    assert.equal(await object("kept"), "Kept over a reload.");
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
      "saved.ts",
      (text) => `${text}\nthrow new Error("half way");\n`,
      /^not reloaded, the last good code goes on:\n.*?saved\.ts:\d+:\d+: half way/ms,
    );
    assert.equal((await call(`${api}/hello/again`)).status, 200);
    await edit(
      "saved.ts",
      (text) => text.replace('throw new Error("half way");\n', ""),
      /^reloaded the program/m,
    );
  });

  it("takes over a changed config value", async () => {
    const before = run.stdout.length;
    project.configure("ink", "red");
    await run.waitForOutput(/^reloaded the program/m, before);
    assert.equal(await (await fetch(`${api}/stamped`)).text(), "stamped twice, in red");
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
      "saved.ts",
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
    await edit("saved.ts", (text) => text.replace("buildSync({", "Object({"), /^reloaded the program/m);
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

  it("answers with what was saved of a layer, also as a new file, and takes over files of objects and what the program reads", async () => {
    assert.deepEqual((await call(`${api}/leaf`)).body, { leaves: 1 });
    await edit(`${LAYER}/index.js`, (text) => text.replace("1", "2"), /^reloaded the program/m);
    assert.deepEqual((await call(`${api}/leaf`)).body, { leaves: 2 });
    const before = run.stdout.length;
    project.write(`${LAYER}/package.json`, '{ "main": "more.js" }');
    project.write(`${LAYER}/more.js`, "module.exports = { leaves: 3 };");
    await run.waitForOutput(/^reloaded the program/m, before);
    assert.deepEqual((await call(`${api}/leaf`)).body, { leaves: 3 });
    await edit("leaflet.txt", () => "two", /^reloaded the program/m);
    assert.equal(await object("leaflet"), "two");
    await edit(
      "leaf.js",
      (text) => text.replace("require('shared')", "({ read: true })"),
      /^reloaded the program/m,
    );
    assert.deepEqual((await call(`${api}/leaf`)).body, { read: true });
  });
});
