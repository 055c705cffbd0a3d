import assert from "node:assert/strict";
import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording } from "../../program/recording.ts";
import { find, fixture, names, removePrograms, writeProgram } from "./fixtures.ts";

const record = (name: string, stack = "dev") => recordProgram({ cwd: fixture(name), stack });

describe("recordProgram", () => {
  after(removePrograms);

  describe("a table in an ES module", () => {
    let recording: Recording;
    before(async () => {
      recording = await record("esm-table");
    });

    it("tells project, stack, folder and the file it loaded", () => {
      assert.equal(recording.project, "inventory");
      assert.equal(recording.stack, "dev");
      assert.equal(recording.cwd, fixture("esm-table"));
      assert.deepEqual(recording.sources, [`${fixture("esm-table")}/index.ts`]);
    });

    it("passes on config of the stack and defaults of the project", () => {
      assert.deepEqual(recording.config, { "inventory:owner": "shop", "aws:region": "eu-central-1" });
    });

    it("records exactly the one resource, without the stack itself", () => {
      assert.equal(recording.resources.length, 1);
      assert.deepEqual(recording.resources[0], {
        urn: "urn:pulumi:dev::inventory::aws:dynamodb/table:Table::stock",
        type: "aws:dynamodb/table:Table",
        name: "stock",
        parent: "urn:pulumi:dev::inventory::pulumi:pulumi:Stack::inventory-dev",
        custom: true,
        remote: false,
        read: false,
        id: "inventory-dev-stock",
        inputs: {
          name: "inventory-dev-stock",
          attributes: [{ name: "sku", type: "S" }],
          hashKey: "sku",
          billingMode: "PAY_PER_REQUEST",
          tags: { owner: "shop" },
        },
        outputs: {
          name: "inventory-dev-stock",
          attributes: [{ name: "sku", type: "S" }],
          hashKey: "sku",
          billingMode: "PAY_PER_REQUEST",
          tags: { owner: "shop" },
          arn: "arn:aws:dynamodb:eu-central-1:123456789012:table/inventory-dev-stock",
        },
        protect: true,
        retainOnDelete: false,
        dependencies: [],
        propertyDependencies: {},
        aliases: [],
        ignoreChanges: [],
      });
    });

    it("takes the named exports as stack outputs", () => {
      assert.deepEqual(recording.outputs, {
        tableName: "inventory-dev-stock",
        tableArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/inventory-dev-stock",
      });
    });

    it("records the same twice", async () => {
      assert.deepEqual(await record("esm-table"), recording);
    });

    it("lets the caller's config go before the stack's file, and leaves unknown in a preview what only the cloud knows", async () => {
      const preview = await recordProgram({
        cwd: fixture("esm-table"),
        stack: "dev",
        config: { "aws:region": "us-west-2", owner: "somebody" },
        preview: true,
      });
      assert.deepEqual(preview.config, { "inventory:owner": "somebody", "aws:region": "us-west-2" });
      const [table] = preview.resources;
      assert.deepEqual(table?.inputs.tags, { owner: "somebody" });
      assert.deepEqual([table?.id, table?.outputs.arn], [undefined, undefined]);
      assert.deepEqual(preview.outputs, { tableName: "inventory-dev-stock", tableArn: { $: "unknown" } });
    });
  });

  describe("a CommonJS program with enums and imports without extensions", () => {
    let recording: Recording;
    before(async () => {
      recording = await record("commonjs");
    });

    it("runs it as Pulumi does and takes what its function resolves to", () => {
      assert.deepEqual(recording.outputs, {
        bucket: "files-8c051e5",
        stack: "dev",
        files: 2,
        store: "shelf",
      });
      assert.deepEqual(find(recording, "files").inputs, { tags: { kind: "private" } });
    });

    it("names every file it loaded, and the folder in which it looked for files", () => {
      const files = ["index.ts", "lib/names.ts", "lib/store/index.ts", "lib"];
      const expected = files.map((file) => `${fixture("commonjs")}/${file}`);
      assert.deepEqual(recording.sources, expected);
    });

    it("leaves nothing in the program's folder", () => {
      assert.equal(existsSync(`${fixture("commonjs")}/node_modules`), false);
    });
  });

  it("names what it reads as well, in its repository: not what it writes or builds itself, nor what others read", async () => {
    const cwd = writeProgram({
      ".git/HEAD": "",
      "api/openapi.json": "{}",
      "infra/Pulumi.yaml": "name: reader\nruntime: nodejs\n",
      "infra/package.json": '{ "type": "module" }',
      "infra/machine.json": "{}",
      "infra/late.json": "{}",
      "infra/handler.js": "",
      "infra/pages/home.html": "",
      "infra/pages/more/more.html": "",
      "infra/texts/de/all.txt": "",
      "infra/texts/.git/HEAD": "",
      "infra/looked-at.json": "",
      "infra/appended.txt": "1",
      "infra/counted.txt": "1",
      "infra/generated.txt": "",
      "infra/saved.txt": "",
      "infra/tsconfig.json": "{}",
      "infra/index.ts": `
        import { execFileSync } from "node:child_process";
        import fs, { appendFileSync, closeSync, existsSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
        import { readFile } from "node:fs/promises";
        import { createRequire } from "node:module";
        import { own } from "../lib/own.ts";
        readFileSync(new URL("../api/openapi.json", import.meta.url));
        fs.readFileSync("machine.json", "utf8");
        await readFile("late.json");
        readdirSync("pages");
        readdirSync("texts", { recursive: true });
        existsSync("local.json") || statSync("local.yaml", { throwIfNoEntry: false });
        existsSync("looked-at.json");
        try { readFileSync("overrides.json"); } catch {}
        try { readFileSync("/etc/hostname"); } catch {}
        writeFileSync("made.json", "{}");
        readFileSync("made.json");
        for (const name of ["counted.txt", "appended.txt"]) readFileSync(name);
        writeFileSync("counted.txt", "2");
        closeSync(openSync("appended.txt", "a+"));
        appendFileSync("appended.txt", "2");
        readFileSync("saved.txt");
        execFileSync("touch", ["saved.txt"]);
        readFileSync("generated.txt");
        execFileSync("touch", ["generated.txt"]);
        readFileSync("generated.txt");
        readFileSync("package.json");
        readFileSync("handler.js");
        const build = { entry: "handler.js", hash: "", packages: [], bytes: 0, options: {} };
        globalThis[Symbol.for("program.builds")].built({ ...build, inputs: [import.meta.dirname + "/handler.js"] });
        readFileSync(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
        export const read = own;`,
      "lib/own.ts": "export const own = 1;",
    });
    const { sources, outputs } = await recordProgram({ cwd: path.join(cwd, "infra"), stack: "dev" });
    assert.deepEqual(outputs, { read: 1 });
    const inRepository = sources.map((file) => path.relative(realpathSync(cwd), file));
    assert.deepEqual(inRepository, [
      "infra/index.ts",
      "lib/own.ts",
      "api/openapi.json",
      "infra/late.json",
      "infra/local.json",
      "infra/local.yaml",
      "infra/machine.json",
      "infra/overrides.json",
      "infra/pages",
      "infra/saved.txt",
      "infra/texts",
      "infra/texts/de",
    ]);
  });

  it("compiles an ES module by the options that its tsconfig.json inherits", async () => {
    const cwd = writeProgram({
      "base.json": '{ "compilerOptions": { "experimentalDecorators": true } }',
      "tsconfig.json": '{ "extends": "./base.json", "compilerOptions": { "module": "nodenext" } }',
      "index.ts": `
        const given: string[] = [];
        function column(_of: object, member: string): void { given.push(member); }
        class Device { @column id!: string; }
        export const columns = [...given, Device.name];`,
    });
    const { outputs } = await recordProgram({ cwd, stack: "dev" });
    assert.deepEqual(outputs, { columns: ["id", "Device"] });
  });

  it("runs the main file of package.json, with module.exports as outputs", async () => {
    const { outputs } = await record("javascript");
    assert.deepEqual(outputs, { topic: "arn:aws:sns:us-east-1:123456789012:news-ab10b76" });
  });

  describe("a program in a folder of its own, with stack files in another", () => {
    let recording: Recording;
    before(async () => {
      recording = await record("main-folder", "live");
    });

    it("runs in the program's folder and takes what the default export resolves to", () => {
      assert.deepEqual(recording.outputs, {
        folder: "infrastructure",
        endpoint: "site-of-the-shop.s3-website.us-west-2.amazonaws.com",
      });
    });

    it("wraps assets and archives, with paths relative to the project", () => {
      const source = (name: string) => find(recording, name).inputs.source;
      assert.deepEqual(source("page"), { $: "asset", path: "infrastructure/site/index.html" });
      assert.deepEqual(source("note"), { $: "asset", text: "Hello" });
      assert.deepEqual(source("logo"), { $: "asset", uri: "https://example.com/logo.svg" });
      assert.deepEqual(find(recording, "render").inputs.code, {
        $: "archive",
        assets: {
          "index.js": { $: "asset", text: "exports.handler = async () => 1;" },
          site: { $: "archive", path: "infrastructure/site" },
          more: { $: "archive", uri: "https://example.com/more.zip" },
        },
      });
    });

    it("wraps a resource that is given where an id would do", () => {
      const bucket = find(recording, "site");
      assert.deepEqual(find(recording, "note").inputs.bucket, {
        $: "resource",
        urn: bucket.urn,
        id: "site-of-the-shop",
      });
      assert.deepEqual(find(recording, "note").dependencies, [bucket.urn]);
    });
  });

  describe("a program that goes on after its last line", () => {
    const printed: string[] = [];
    let recording: Recording;
    before(async () => {
      const onOutput = (text: string) => printed.push(text);
      recording = await recordProgram({ cwd: fixture("late"), stack: "dev", onOutput });
    });

    it("records what timers and the end of the event loop declare", () => {
      assert.deepEqual(names(recording), ["by-timer", "at-the-end-1", "at-the-end-2"]);
    });

    it("keeps what it logs as diagnostics, and hands on what it prints", () => {
      assert.deepEqual(recording.diagnostics, [
        { severity: "info", message: "told" },
        { severity: "warning", message: "warned" },
        { severity: "warning", message: "Undefined value (nothing) will not show as a stack output." },
      ]);
      assert.equal(printed.join(""), "a line on stdout\n");
    });
  });

  it("answers stack references from what the caller knows, secrets staying secret, those inside of an output as well", async () => {
    const { outputs, resources } = await recordProgram({
      cwd: fixture("stack-reference"),
      stack: "dev",
      stackReferences: {
        "acme/network/dev": {
          subnet: "subnet-1",
          password: { $: "secret", value: "hidden" },
          database: { users: [{ password: { $: "secret", value: "within" } }] },
        },
      },
    });
    assert.deepEqual(outputs, {
      subnet: "subnet-1",
      password: { $: "secret", value: "hidden" },
      user: { $: "secret", value: "within!" },
      missing: true,
    });
    assert.deepEqual(
      resources.map(({ type, read }) => ({ type, read })),
      [{ type: "pulumi:pulumi:StackReference", read: true }],
    );
  });
});
