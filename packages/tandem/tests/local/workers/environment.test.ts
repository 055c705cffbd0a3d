import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { withVariables } from "../../support/variables.ts";
import { archive, lambda, startRun, type TestRun } from "./support.ts";

describe("what a function sees of its surroundings", () => {
  let run: TestRun;
  // No other run of these tests may be writing to the machine's /tmp under this name.
  const unique = `tandem-${process.pid}.txt`;
  const marker = "TANDEM_TEST_OF_THE_PARENT";
  const asCode = (
    body: string,
  ) => `const fs = require("node:fs"); const os = require("node:os"); const path = require("node:path");
    exports.handler = async (event, context) => { ${body} };`;

  before(async () => {
    process.env[marker] = "must not be seen";
    run = await startRun([
      lambda("environment", asCode("return { ...process.env };"), {
        environment: {
          variables: {
            PLAIN: "text",
            SECRET_ONE: { $: "secret", value: "hidden" },
            UNKNOWN: { $: "unknown" },
            TABLE_URL: "https://table.cloud.example/motors",
          },
        },
        memorySize: 256,
      }),
      lambda("other", asCode("process.env.MINE = 'changed'; return { ...process.env };")),
      lambda(
        "writes",
        asCode(`
        fs.writeFileSync("/tmp/${unique}", "sync");
        fs.copyFileSync("/tmp/${unique}", "/tmp/a.txt");
        fs.unlinkSync("/tmp/${unique}");
        await fs.promises.appendFile("/tmp/${unique}", "again");
        fs.rmSync("/tmp/${unique}");
        const written = fs.createWriteStream("/tmp/${unique}"); written.end("x"); await new Promise((done) => written.on("close", done));
        fs.renameSync("/tmp/${unique}", "/tmp/s.txt");
        fs.writeFileSync("/tmp/${unique}", "stays"); fs.truncateSync("/tmp/${unique}");
        await fs.promises.writeFile("/tmp/b.txt", "promise");
        await new Promise((done, fail) => fs.writeFile("/tmp/c.txt", "callback", (error) => error ? fail(error) : done()));
        fs.mkdirSync("/tmp/folder/deep", { recursive: true });
        fs.renameSync("/tmp/a.txt", "/tmp/folder/deep/a.txt");
        const made = fs.mkdtempSync(path.join(os.tmpdir(), "x-"));
        return { names: fs.readdirSync("/tmp").map((name) => name.replace(/^x-.*/, "x-")).sort(), made,
          read: await fs.promises.readFile(new URL("file:///tmp/folder/deep/a.txt"), "utf8"),
          stream: await new Promise((done) => fs.createReadStream("/tmp/c.txt").on("data", (data) => done(String(data)))) };`),
      ),
      lambda("reads", asCode(`return fs.readdirSync("/tmp");`)),
      lambda(
        "readOnly",
        asCode(`
        const outcomes = {};
        const messageOf = (work) => { try { work(); return "done"; } catch (error) { return error.message; } };
        outcomes.sync = messageOf(() => fs.writeFileSync("beside.txt", "x"));
        outcomes.promise = await fs.promises.mkdir("/var/made").then(() => "done", (error) => error.message);
        outcomes.callback = await new Promise((done) => fs.unlink("index.js", (error) => done(error ? error.message : "done")));
        outcomes.opened = messageOf(() => fs.openSync("index.js", "r+"));
        fs.writeFileSync("/tmp/x", "");
        outcomes.renamed = messageOf(() => fs.renameSync("/tmp/x", "index.js"));
        outcomes.stream = await new Promise((done) => fs.createWriteStream("stream.txt").on("error", (error) => done(error.message)).on("open", () => done("done")));
        const file = fs.openSync("index.js", "r"); outcomes.read = fs.readFileSync(file).length > 0; fs.closeSync(file);
        outcomes.device = messageOf(() => fs.writeFileSync("/dev/null", "x")) === "done" ? "written" : "not written";
        return outcomes;`),
      ),
      lambda("modules", "", {
        code: archive({
          "index.mjs": `import { writeFileSync, existsSync } from "node:fs"; import { readFile } from "node:fs/promises";
          export const handler = async () => { writeFileSync("/tmp/${unique}", "esm"); return readFile("/tmp/${unique}", "utf8"); };`,
        }),
      }),
      lambda("places", "", {
        code: archive({
          "index.js":
            asCode(`return { cwd: process.cwd(), root: process.env.LAMBDA_TASK_ROOT, here: __dirname,
            relative: fs.readFileSync("data/words.txt", "utf8"), tmp: os.tmpdir() };`),
          "data/words.txt": "beside the code",
        }),
      }),
      lambda("trace", asCode("return process.env._X_AMZN_TRACE_ID;"), { tracingConfig: { mode: "Active" } }),
    ]);
    run.context.addresses.variable("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000");
    run.context.addresses.replace("https://table.cloud.example", "http://127.0.0.1:8000");
    await run.workers.update(run.context);
  });
  after(async () => {
    delete process.env[marker];
    await run.close();
  });

  // biome-ignore lint/suspicious/noExplicitAny: the handlers above say what comes back
  const invoke = async (name: string): Promise<any> => {
    const { payload, error } = await run.workers.invoke(name, {});
    assert.ok(payload, JSON.stringify(error));
    return JSON.parse(payload);
  };

  it("is exactly the declared variables, Lambda's own and the run's addresses", async () => {
    const { AWS_LAMBDA_LOG_STREAM_NAME, LAMBDA_TASK_ROOT, _X_AMZN_TRACE_ID, ...rest } =
      await invoke("environment");
    assert.match(AWS_LAMBDA_LOG_STREAM_NAME, /\[\$LATEST\]/);
    assert.ok(existsSync(path.join(LAMBDA_TASK_ROOT, "index.js")));
    assert.match(_X_AMZN_TRACE_ID, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    assert.deepEqual(rest, {
      PLAIN: "text",
      SECRET_ONE: "hidden",
      TABLE_URL: "http://127.0.0.1:8000/motors",
      AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:8000",
      _HANDLER: "index.handler",
      AWS_REGION: "eu-central-1",
      AWS_DEFAULT_REGION: "eu-central-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: "environment",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/environment",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
      AWS_ACCESS_KEY_ID: "AKIALOCALTEST",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "local",
      LANG: "en_US.UTF-8",
      PATH: "/usr/local/bin:/usr/bin:/bin:/opt/bin",
      TZ: ":UTC",
    });
  });

  it("is not shared with another function or with the run", async () => {
    assert.equal((await invoke("other")).MINE, "changed");
    const { MINE, PLAIN } = await invoke("environment");
    assert.deepEqual({ MINE, PLAIN }, { MINE: undefined, PLAIN: "text" });
    assert.equal(process.env.MINE, undefined);
  });

  it("has a /tmp of its own, by every way of node:fs", async () => {
    const { made, ...rest } = await invoke("writes");
    assert.deepEqual(rest, {
      names: ["b.txt", "c.txt", "folder", "s.txt", unique, "x-"].sort(),
      read: "sync",
      stream: "callback",
    });
    assert.match(made, /^\/tmp\/x-/);
    assert.equal(existsSync(`/tmp/${unique}`), false, "nothing was written to the machine's /tmp");
    assert.deepEqual(await invoke("reads"), []);
  });

  it("has the same /tmp in an ES module that imports functions by name", async () => {
    assert.equal(await invoke("modules"), "esm");
    assert.equal(existsSync(`/tmp/${unique}`), false);
  });

  it("can write to /tmp only: everything else is read-only, as in the cloud", async () => {
    const outcomes = await invoke("readOnly");
    const refused = (call: string, file: string) => `EROFS: read-only file system, ${call} '${file}'`;
    assert.deepEqual(outcomes, {
      sync: refused("open", "beside.txt"),
      promise: refused("mkdir", "/var/made"),
      callback: refused("unlink", "index.js"),
      opened: refused("open", "index.js"),
      renamed: refused("rename", "/tmp/x"),
      stream: refused("open", "stream.txt"),
      read: true,
      device: "written",
    });
  });

  it("starts relative paths at the code", async () => {
    const { cwd, root, here, relative, tmp } = await invoke("places");
    assert.equal(relative, "beside the code");
    assert.equal(tmp, "/tmp");
    assert.deepEqual([cwd, here], [root, root]);
  });

  it("carries the trace header of the caller, or a sampled one where tracing is active", async () => {
    assert.match(await invoke("trace"), /Sampled=1$/);
    const traceHeader = "Root=1-67bf0000-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=0";
    const { payload } = await run.workers.invoke("trace", {}, { traceHeader });
    assert.equal(payload, JSON.stringify(traceHeader));
  });
});

describe("the clock of a function", () => {
  it("is in UTC wherever the machine is, and the machine's again afterwards", async () => {
    await withVariables({ TZ: "Asia/Tokyo" }, async () => {
      const run = await startRun([
        lambda("clock", "exports.handler = async () => new Date(0).getHours();", { memorySize: 192 }),
      ]);
      const { payload } = await run.workers.invoke("clock", {});
      await run.close();
      assert.equal(payload, "0");
      assert.equal(new Date(0).getHours(), 9);
    });
  });
});

describe("the folder behind /tmp", () => {
  it("is gone when its worker is", async () => {
    const run = await startRun([
      lambda("writes", `require("node:fs").writeFileSync("/tmp/x", "1"); exports.handler = async () => {};`),
    ]);
    const folder = path.join(run.folder, "functions", "tmp");
    try {
      await run.workers.invoke("writes", {});
      assert.equal(existsSync(folder), true);
      await run.workers.stop();
      assert.equal(existsSync(folder), false);
    } finally {
      await run.close();
    }
  });
});
