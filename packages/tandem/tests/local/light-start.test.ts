import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";

const RUN = path.resolve(import.meta.dirname, "../../local/run.ts");
/** Each is some twenty to a hundred files, which belong to a thread or to a program that declares what they serve. */
const HEAVY = ["dynalite", "level", "ws", "yauzl", "mongodb", "esbuild", "fauxqs", "@aws-sdk"];

/** Packages that are loaded with the local run, before it knows the program. */
function loadedPackages(): Set<string> {
  const code = `
    import { registerHooks } from "node:module";
    const files = [];
    registerHooks({ load(url, context, next) { files.push(url); return next(url, context); } });
    await import(${JSON.stringify(RUN)});
    console.log(JSON.stringify(files));`;
  const files: string[] = JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "--eval", code], { encoding: "utf8" }),
  );
  const names = files.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return new Set(names.flatMap((name) => [name, name.split("/")[0] ?? name]));
}

describe("the start of a local run", () => {
  it("loads no store and no client before the program is known", () => {
    const loaded = loadedPackages();
    assert.ok(loaded.has("yaml"), [...loaded].join(" "));
    assert.deepEqual(
      HEAVY.filter((name) => loaded.has(name)),
      [],
    );
  });
});
