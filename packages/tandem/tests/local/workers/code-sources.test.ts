import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { builtFrom, deployedFiles } from "../../../local/workers/code-sources.ts";
import { lambda, recordingOf } from "./support.ts";

describe("the files that a run watches for functions of archives", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "code-sources-")));
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

  function watched(): string[] {
    const code = { $: "archive" as const, path: "dist" };
    const deployed = deployedFiles(recordingOf(folder, [lambda("orders", "", { code })]));
    return [...deployed, ...builtFrom(deployed)].map((file) => path.relative(folder, file)).sort();
  }

  for (const sourcemap of ["inline", "linked", "external"] as const) {
    it(`are the built ones, and what they were built from by their map (${sourcemap}), packages aside`, () => {
      build(sourcemap);
      assert.deepEqual(watched(), ["dist/index.js", "functions/orders.ts", "lib/tax.ts"]);
    });
  }

  it("are those that are gone as well, which may come back", () => {
    build("linked");
    rmSync(path.join(folder, "lib/tax.ts"));
    assert.deepEqual(watched(), ["dist/index.js", "functions/orders.ts", "lib/tax.ts"]);
  });

  it("are the built ones alone where no map can be read, or none names files of this machine", () => {
    build(false);
    assert.deepEqual(watched(), ["dist/index.js"]);
    write("dist/index.js.map", "{");
    assert.deepEqual(watched(), ["dist/index.js"]);
    write(
      "dist/index.js.map",
      '{ "version": 3, "sources": ["webpack://shop/./orders.ts", null], "mappings": "" }',
    );
    assert.deepEqual(watched(), ["dist/index.js"]);
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
    assert.deepEqual(watched(), ["dist/index.js", "functions/orders.ts", "lib/tax.ts"]);
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
    assert.deepEqual(watched(), ["dist/index.js", "lib/tax.ts"]);
  });

  it("are each named once, and so read once, where many functions share a folder", () => {
    build("linked");
    const code = { $: "archive" as const, path: "dist" };
    const one = [lambda("orders", "", { code })];
    const several = [...one, lambda("prices", "", { code }), lambda("taxes", "", { code })];
    assert.deepEqual(deployedFiles(recordingOf(folder, several)), deployedFiles(recordingOf(folder, one)));
  });
});
