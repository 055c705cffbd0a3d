import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { builtFrom, deployedFiles, programFiles } from "../../local/deployed-files.ts";
import type { RecordedResource, Value, Values } from "../../program/recording.ts";
import { lambda, recordingOf, resource } from "./workers/support.ts";

describe("the files that a run follows because they are deployed", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "deployed-files-")));
    write(
      "functions/orders.ts",
      'import { tax } from "../lib/tax"; import "pad"; export const handler = tax;',
    );
    write("lib/tax.ts", "export const tax = async () => 19;");
    write("node_modules/pad/index.js", "globalThis.pad = 1;");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }

  /** As a program does that builds its functions into a folder. */
  function build(sourcemap: "inline" | "linked" | "external" | false): void {
    buildSync({
      absWorkingDir: folder,
      entryPoints: ["functions/orders.ts"],
      outfile: "dist/index.js",
      bundle: true,
      sourcemap,
    });
  }

  const distribution = { $: "archive" as const, path: "dist" };

  function watched(resources: RecordedResource[] = [lambda("orders", "", { code: distribution })]): string[] {
    const { files } = deployedFiles(recordingOf(folder, resources));
    return [...files, ...builtFrom(files, folder).files].map((file) => path.relative(folder, file)).sort();
  }

  for (const sourcemap of ["inline", "linked", "external"] as const) {
    it(`are the built ones, and what they were built from by their map (${sourcemap}), packages aside`, () => {
      build(sourcemap);
      assert.deepEqual(watched(), ["dist", "dist/index.js", "functions/orders.ts", "lib/tax.ts"]);
    });
  }

  it("are those that are gone as well, which may come back", () => {
    build("linked");
    rmSync(path.join(folder, "lib/tax.ts"));
    assert.deepEqual(watched(), ["dist", "dist/index.js", "functions/orders.ts", "lib/tax.ts"]);
  });

  it("are the built ones alone where no map can be read, or none names files of this machine", () => {
    build(false);
    assert.deepEqual(watched(), ["dist", "dist/index.js"]);
    write("dist/index.js.map", "{");
    assert.deepEqual(watched(), ["dist", "dist/index.js"]);
    write(
      "dist/index.js.map",
      '{ "version": 3, "sources": ["webpack://shop/./orders.ts", null], "mappings": "" }',
    );
    assert.deepEqual(watched(), ["dist", "dist/index.js"]);
  });

  /** As a bundler of any kind may have left it. */
  function map(contents: object): void {
    write("dist/index.js", "");
    write("dist/index.js.map", JSON.stringify({ version: 3, mappings: "", ...contents }));
  }

  it("are those of every part of an indexed map", () => {
    const parts = ["../functions/orders.ts", "../lib/tax.ts"].map((source) => ({
      offset: { line: 0, column: 0 },
      map: { version: 3, sources: [source], mappings: "" },
    }));
    map({ sections: [...parts, { offset: { line: 0, column: 0 }, url: "elsewhere.map" }] });
    assert.deepEqual(watched(), ["dist", "dist/index.js", "functions/orders.ts", "lib/tax.ts"]);
  });

  it("are files alone, whatever else a map names beside them", () => {
    const unreadable = [
      "file://elsewhere/tax.ts",
      "file:///%2F",
      "\0helpers",
      "https://cdn.test/tax.ts",
      null,
    ];
    const noFiles = ["", "..", "/dev/zero", "../lib/tax.ts/part.ts"];
    map({ sourceRoot: "../lib", sources: [...unreadable, ...noFiles, "tax.ts"] });
    assert.deepEqual(watched(), ["dist", "dist/index.js", "lib/tax.ts"]);
  });

  it("are each named once, and so read once, where many functions share a folder", () => {
    build("linked");
    const one = [lambda("orders", "", { code: distribution })];
    const more = ["prices", "taxes"].map((name) => lambda(name, "", { code: distribution }));
    assert.deepEqual(watched([...one, ...more]), watched(one));
  });

  const layer = (code: Value) => resource("aws:lambda/layerVersion:LayerVersion", "shared", { code });

  it("are those of its layers too: a folder, files and folders of an archive, and what lies in node_modules", () => {
    write("layer/nodejs/own.js", "exports.own = 1;");
    write("layer/nodejs/node_modules/shared/index.js", "exports.shared = 1;");
    assert.deepEqual(watched([layer({ $: "archive", path: "layer" })]), [
      "layer",
      "layer/nodejs",
      "layer/nodejs/node_modules/shared",
      "layer/nodejs/node_modules/shared/index.js",
      "layer/nodejs/own.js",
    ]);
    const assets: Values = {
      "a.js": { $: "asset", path: "lib/tax.ts" },
      "b.js": { $: "asset", text: "" },
      inner: { $: "archive", assets: { more: { $: "archive", path: "functions" } } },
    };
    const expected = ["functions", "functions/orders.ts", "lib/tax.ts"];
    assert.deepEqual(watched([layer({ $: "archive", assets })]), expected);
  });

  it("are of packages that were installed only what is linked, and the note that is written last", () => {
    write("layer/nodejs/node_modules/.package-lock.json", "{}");
    write("layer/nodejs/node_modules/installed/index.js", "");
    write("layer/nodejs/node_modules/@shop/installed/index.js", "");
    symlinkSync(path.join(folder, "lib"), path.join(folder, "layer/nodejs/node_modules/@shop/linked"));
    symlinkSync(path.join(folder, "none"), path.join(folder, "layer/nodejs/node_modules/broken"));
    assert.deepEqual(watched([layer({ $: "archive", path: "layer" })]), [
      "layer",
      "layer/nodejs",
      "layer/nodejs/node_modules/.package-lock.json",
      "lib",
      "lib/tax.ts",
    ]);
    write("package-lock.json", "{}");
    const packaged = { $: "archive" as const, path: "node_modules/pad" };
    assert.deepEqual(watched([layer({ $: "archive", assets: { "nodejs/node_modules/pad": packaged } })]), [
      "package-lock.json",
    ]);
  });

  it("are files of objects in buckets, and those that are still to come", () => {
    const source = { $: "asset" as const, path: "www/index.html" };
    const object = resource("aws:s3/bucketObjectv2:BucketObjectv2", "home", { bucket: "site", source });
    assert.deepEqual(watched([object]), ["www/index.html"]);
  });

  it("are of too many the first, and that is said", () => {
    for (let number = 0; number < 1_000; number += 1) write(`dist/deep/${number}.js`, "");
    write("dist/index.js", "");
    const { files, beyond } = deployedFiles(recordingOf(folder, [layer(distribution)]));
    assert.equal(files.length, 1_000);
    assert.ok(files.includes(path.join(folder, "dist/index.js")));
    assert.deepEqual(beyond, [`Of the files in ${path.join(folder, "dist")} the first 1000 are followed.`]);
    const sources = Array.from({ length: 1_500 }, (_, number) => `../../${number}.ts`);
    const outside = path.dirname(folder);
    map({ sources: [...sources, "../lib/tax.ts"] });
    const built = builtFrom([path.join(folder, "dist/index.js")], folder);
    assert.equal(built.files.length, 1_000);
    assert.deepEqual(built.files.slice(0, 2), [path.join(folder, "lib/tax.ts"), path.join(outside, "0.ts")]);
    assert.deepEqual(built.beyond, ["Of the 1501 sources that source maps name 1000 are followed."]);
    const read = Array.from({ length: 2_500 }, (_, number) => path.join(folder, `${number}.html`));
    const program = programFiles({ ...recordingOf(folder, []), sources: read });
    assert.deepEqual(program.files, read.slice(0, 2_000));
    assert.deepEqual(program.beyond, [
      "Of the 2500 files that the program loads and reads 2000 are followed.",
    ]);
    assert.deepEqual(programFiles({ ...recordingOf(folder, []), sources: read.slice(0, 2_000) }).beyond, []);
  });
});
