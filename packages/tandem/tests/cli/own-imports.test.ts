import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";

const packageFolder = path.resolve(import.meta.dirname, "../..");

/** What is left to Node of the imports of a module: specifiers, each with the file that has it. */
function leftToNode(file: string): { specifier: string; from: string }[] {
  const code = `
    import { registerHooks } from "node:module";
    const left = [];
    registerHooks({ resolve(specifier, context, next) { left.push({ specifier, from: context.parentURL ?? "" }); return next(specifier, context); } });
    const { resolveOwnImports } = await import(${JSON.stringify(path.join(packageFolder, "shared/own-imports.js"))});
    left.length = 0;
    resolveOwnImports();
    await import(${JSON.stringify(path.join(packageFolder, file))});
    console.log(JSON.stringify(left));`;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "--eval", code], { encoding: "utf8" }),
  ) as { specifier: string; from: string }[];
}

describe("imports between this package's own files", () => {
  it("are resolved by their text, and all others by Node", () => {
    const left = leftToNode("local/run.ts");
    const own = left.filter(
      ({ from }) => from.includes("/packages/tandem/") && !from.includes("/node_modules/"),
    );
    assert.deepEqual(
      own.filter(({ specifier }) => /^\..*\.(ts|js)$/.test(specifier)),
      [],
    );
    assert.ok(own.some(({ specifier }) => specifier === "node:path"));
    assert.ok(own.some(({ specifier }) => specifier.endsWith(".cjs")));
    assert.ok(
      left.some(({ from, specifier }) => from.includes("/node_modules/yaml/") && specifier.startsWith(".")),
    );
  });

  it("are left to Node below tests, where a program may be of another kind", () => {
    const left = leftToNode("tests/program/kept-host-runs.ts");
    assert.ok(left.some(({ specifier }) => specifier === "./fixtures.ts"));
  });
});
