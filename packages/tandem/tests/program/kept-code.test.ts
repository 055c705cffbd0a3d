import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { commonJsCompiler } from "../../program/compile-commonjs.ts";
import { KeptCode } from "../../program/kept-code.ts";
import { withoutTypes } from "../../program/kept-types.ts";
import { recordProgram } from "../../program/record-program.ts";
import { removePrograms, writeProgram } from "./fixtures.ts";

const MOST = 5;

describe("code that is kept", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-kept-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What it is asked to compile gets a number each time. */
  let compiled = 0;
  const code = (compiler: unknown, name: string, source: string) =>
    new KeptCode(compiler, path.join(folder, "kept"), MOST).of(name, source, () => `code ${++compiled}`);

  it("is compiled once for a compiler, a name and a source", () => {
    const first = code("one", "a.ts", "1");
    assert.equal(code("one", "a.ts", "1"), first);
    const all = [first, code("two", "a.ts", "1"), code("one", "b.ts", "1"), code("one", "a.ts", "2")];
    assert.equal(new Set(all).size, 4);
  });

  it("is compiled anew where its file was cut", () => {
    const first = code("one", "a.ts", "1");
    const [file = ""] = readdirSync(path.join(folder, "kept"));
    for (const left of [0, 4]) {
      truncateSync(path.join(folder, "kept", file), left);
      assert.notEqual(code("one", "a.ts", "1"), first);
    }
    assert.equal(code("one", "a.ts", "1"), code("one", "a.ts", "1"));
  });

  it("is compiled each time where nothing can be written", () => {
    writeFileSync(path.join(folder, "kept"), "no folder");
    assert.notEqual(code("one", "a.ts", "1"), code("one", "a.ts", "1"));
  });

  it("goes where there is more than may be", () => {
    for (let n = 0; n <= MOST; n++) code("one", "a.ts", String(n));
    code("one", "a.ts", "last");
    assert.deepEqual(readdirSync(path.join(folder, "kept")).length, 1);
  });
});

describe("a program that TypeScript compiles", () => {
  const counts = globalThis as typeof globalThis & { transpiled?: number };

  afterEach(() => {
    removePrograms();
    delete counts.transpiled;
  });

  /** An SDK beside a TypeScript of a version of its own, which counts how often it compiles. */
  const packages = (version: string, sdk = "3.270.0"): Record<string, string> => ({
    "node_modules/@pulumi/pulumi/package.json": JSON.stringify({ version: sdk }),
    "node_modules/@pulumi/pulumi/index.js": "",
    "node_modules/typescript/package.json": JSON.stringify({ version }),
    "node_modules/typescript/index.js": `const real = require(${JSON.stringify(createRequire(import.meta.url).resolve("typescript"))});
      module.exports = { ...real, transpileModule(...all) {
        globalThis.transpiled = (globalThis.transpiled ?? 0) + 1;
        return real.transpileModule(...all);
      } };`,
  });
  const compile = (files: Record<string, string>) => {
    const folder = writeProgram(files, { packages: false });
    return commonJsCompiler(folder, path.join(folder, "tsconfig.json")).compile(path.join(folder, "a.ts"));
  };
  const source = "export enum Kind { One } // of this file alone\n";

  it("is compiled when it has changed, in whichever folder it lies", () => {
    const files = { ...packages(randomUUID()), "a.ts": source };
    const code = compile(files);
    assert.match(code, /exports\.Kind = Kind/);
    assert.equal(compile(files), code);
    assert.equal(counts.transpiled, 1);
    assert.match(compile({ ...files, "a.ts": `${source}export const two = 2;` }), /exports\.two = 2/);
    assert.equal(counts.transpiled, 2);
  });

  it("is compiled anew for another TypeScript, another SDK and other options", () => {
    const version = randomUUID();
    const files = { ...packages(version), "a.ts": source };
    const es5 = '{ "compilerOptions": { "removeComments": true } }';
    assert.match(compile(files), /of this file alone/);
    compile({ ...files, ...packages(randomUUID()) });
    compile({ ...files, ...packages(version, "3.180.0") });
    assert.doesNotMatch(
      compile({ ...files, "tsconfig.json": es5 }).replace(/\/\/# source.*/, ""),
      /of this file/,
    );
    assert.equal(counts.transpiled, 4);
  });

  it("is compiled each time where its options stand in another file", () => {
    const files = {
      ...packages(randomUUID()),
      "a.ts": source,
      "tsconfig.json": '{ "extends": "./base.json" }',
    };
    compile({ ...files, "base.json": "{}" });
    const base = '{ "compilerOptions": { "removeComments": true } }';
    const code = compile({ ...files, "base.json": base });
    assert.doesNotMatch(code.replace(/\/\/# source.*/, ""), /of this file/);
  });

  it("is refused each time for what is wrong in it", () => {
    const files = { ...packages(randomUUID()), "a.ts": "export const one = ;\n" };
    for (const _ of [1, 2]) assert.throws(() => compile(files), { name: "SyntaxError" });
  });
});

describe("a program of ES modules", () => {
  afterEach(removePrograms);

  it("is given to Node's parser once, in whichever folder it lies, and nothing in it is moved or told besides", async () => {
    const program = `// ${randomUUID()}
      const typed: string = "typed";
      export const parsed = process.moduleLoadList.some((name) => name.includes("amaro"));
      export const at = ((text: string) => new Error(text))(typed).stack?.split("\\n")[1];`;
    const recorded = [];
    const printed: string[] = [];
    for (const _ of [1, 2]) {
      const cwd = writeProgram({ "index.ts": program });
      const onOutput = (text: string) => printed.push(text);
      const { outputs } = await recordProgram({ cwd, stack: "dev", onOutput });
      recorded.push([outputs.parsed, String(outputs.at).replace(cwd, "")]);
    }
    const place = "    at file:///index.ts:4:44";
    assert.deepEqual(recorded, [
      [true, place],
      [false, place],
    ]);
    assert.deepEqual(printed, []);
  });

  it("is left to Node where something is wrong with it, where it is a package's and where it is not TypeScript", () => {
    const module = { format: "module-typescript", source: "const one: number = 1;" };
    assert.deepEqual(withoutTypes("file:///a.ts", module), {
      format: "module",
      source: "const one         = 1;",
    });
    const left = [
      ["file:///a.ts", { ...module, source: "enum One { One }" }],
      ["file:///a.ts", { ...module, source: `${module.source}\n//# sourceURL=b.ts` }],
      ["file:///node_modules/a/a.ts", module],
      ["file:///a.js", { ...module, format: "module" }],
      ["file:///a.cts", { ...module, format: "commonjs-typescript" }],
    ] as const;
    for (const [url, loaded] of left) assert.equal(withoutTypes(url, loaded), loaded, url);
  });

  it("is taken from bytes as from text", () => {
    const source = new TextEncoder().encode("const ö: number = 1;");
    const { source: code } = withoutTypes("file:///a.ts", { format: "module-typescript", source });
    assert.equal(code, "const ö         = 1;");
  });
});
