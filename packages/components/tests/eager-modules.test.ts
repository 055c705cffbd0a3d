import assert from "node:assert/strict";
import { createRequire, SourceMap, type SourceMapPayload } from "node:module";
import { Script } from "node:vm";
import { type BuildOptions, build } from "esbuild";
import { bundleOptions } from "../bundle.ts";
import { withMarks } from "../eager-modules.ts";
import lighterPackages from "../lighter-packages.ts";
import { ProjectFolder } from "./support/project-folder.ts";

const GARDEN = "garden/node_modules";

const files = {
  "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true } }),
  "garden/plants.ts": `import plants from "plants"; import { tree } from "typed"; import { grass } from "grass";
    export const names = (): string[] => [plants.rose, plants.fern(), tree(), grass];
    export const fail = () => plants.fail();`,
  [`${GARDEN}/plants/index.js`]: `'use strict';
exports.rose = "a text of the file";
const fern = require("./fern.cjs");
exports.fern = () => fern.name;
exports.fail = function () {
  const where = "here"; throw new Error(where);
};
for (const _ of [1]);
// The last line`,
  [`${GARDEN}/plants/fern.cjs`]: `module.exports = { name: "fern" }
return
module.exports.name = "never"`,
  [`${GARDEN}/typed/index.js`]: `"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const tree_1 = require("./tree");
exports.tree = () => tree_1.name;`,
  [`${GARDEN}/typed/tree.js`]:
    'Object.defineProperty(exports, "__esModule", { value: true });\nexports.name = "tree";',
  [`${GARDEN}/grass/package.json`]: JSON.stringify({ type: "module", sideEffects: false }),
  [`${GARDEN}/grass/index.js`]: 'export const grass = "grass";\nexport const moss = "moss";',
};

describe("files of CommonJS in a bundle", () => {
  let folder: ProjectFolder;

  before(() => {
    folder = new ProjectFolder(files);
  });

  after(() => folder.remove());

  const bundled = async (others: BuildOptions = {}): Promise<{ code: string; map: string }> => {
    const options = { ...bundleOptions(folder.path, ["garden/plants.ts"]), plugins: [lighterPackages] };
    const { outputFiles = [] } = await build({ ...options, ...others, write: false });
    const textOf = (extension: string) =>
      outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? "";
    return { code: textOf(".js"), map: textOf(".map") };
  };

  it("are compiled with it, before the first of them is required", async () => {
    // A constant of a function stands in the cache of the compiler once that function is compiled.
    const compiled = (code: string) =>
      new Script(`() => {};${code}`).createCachedData().includes("a text of the file");
    assert.equal(compiled((await bundled()).code), true);
    assert.equal(compiled((await bundled({ plugins: [] })).code), false);
  });

  it("do what they did", async () => {
    for (const others of [{}, { minify: false }, { plugins: [] }])
      assert.deepEqual(load((await bundled(others)).code).names(), [
        "a text of the file",
        "fern",
        "tree",
        "grass",
      ]);
  });

  it("stand in parentheses, with no mark left, and leave what holds for the whole to its first line", async () => {
    const { code } = await bundled();
    assert.equal(code.match(/\(\((?:\([\w$,]*\)|[\w$]+)=>\{/g)?.length, 4);
    assert.doesNotMatch(code, /\$eager/);
    assert.deepEqual(code.match(/.?"use strict";/g), ['"use strict";']);
  });

  it("stay strict where the whole is not", async () => {
    const { code } = await bundled({ tsconfigRaw: { compilerOptions: { alwaysStrict: false } } });
    assert.doesNotMatch(code, /^"use strict"/);
    assert.equal(code.match(/=>\{"use strict";/g)?.length, 2);
  });

  it("are found by the bundle's map where they are", async () => {
    const { code, map } = await bundled({ sourcemap: "external" });
    const entry = new SourceMap(JSON.parse(map) as SourceMapPayload).findEntry(0, code.indexOf('"here"'));
    assert.ok("originalLine" in entry);
    assert.match(entry.originalSource, /plants\/index\.js$/);
    const line = files[`${GARDEN}/plants/index.js`]?.split("\n")[entry.originalLine] ?? "";
    assert.equal(line.slice(entry.originalColumn).slice(0, 6), '"here"');
  });

  it("have no marks where a bundle is not minified", async () => {
    assert.doesNotMatch((await bundled({ minify: false })).code, /\$eager/);
  });
});

describe("marks", () => {
  it("are for CommonJS alone, and move no line", () => {
    assert.equal(withMarks('import a from "a";'), undefined);
    assert.equal(withMarks("const a = 1;\nexport { a };"), undefined);
    assert.equal(withMarks("#!/usr/bin/env node\nexports.a = 1;"), undefined);
    assert.match(withMarks("// first\nexports.a = 1;") ?? "", /^[^\n]*\/\/ first\nexports\.a = 1;\n/);
  });

  it("do nothing when they run", () => {
    const exports = {};
    new Function("exports", withMarks("exports.a = 1; // last") ?? "")(exports);
    assert.deepEqual(exports, { a: 1 });
  });
});

interface Plants {
  names(): string[];
}

function load(code: string): Plants {
  const loaded = { exports: {} };
  new Function("module", "exports", "require", code)(loaded, loaded.exports, createRequire(import.meta.url));
  return loaded.exports as Plants;
}
