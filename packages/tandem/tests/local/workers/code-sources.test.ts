import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { codeSources } from "../../../local/workers/code-sources.ts";
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
    const files = codeSources(recordingOf(folder, [lambda("orders", "", { code })]));
    return files.map((file) => path.relative(folder, file)).sort();
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
});
