import assert from "node:assert/strict";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BuildOptions, build } from "esbuild";
import { readCached, writeCached } from "../bundle-cache.ts";

describe("bundle cache", () => {
  let folder: string;
  let options: BuildOptions;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-cache-"));
    writeFileSync(path.join(folder, "a.ts"), 'import { b } from "./b.ts"; export const a = b;');
    writeFileSync(path.join(folder, "b.ts"), "export const b = 1;");
    options = { absWorkingDir: folder, entryPoints: ["a.ts"], outdir: "out", bundle: true };
    writeCached(options, await build({ ...options, write: false, metafile: true }));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("gives what was built while nothing has changed", () => {
    const cached = readCached(options);
    assert.match(cached?.outputFiles[0]?.text ?? "", /var b = 1;/);
    assert.deepEqual(cached?.contents, { "a.ts": { inputs: ["a.ts", "b.ts"], packages: [] } });
  });

  it("gives the same in another checkout with the same files, under its own paths", () => {
    const other = mkdtempSync(path.join(tmpdir(), "tandem-cache-"));
    cpSync(folder, other, { recursive: true });
    const cached = readCached({ ...options, absWorkingDir: other });
    assert.deepEqual(
      cached?.outputFiles.map(({ path: file }) => file),
      [path.join(other, "out/a.js")],
    );
    writeFileSync(path.join(other, "b.ts"), "export const b = 2;");
    assert.equal(readCached({ ...options, absWorkingDir: other }), undefined);
    rmSync(other, { recursive: true });
  });

  it("gives nothing for other options", () => {
    assert.equal(readCached({ ...options, minify: true }), undefined);
  });

  it("gives nothing once an imported file has changed, even to the same length", () => {
    writeFileSync(path.join(folder, "b.ts"), "export const b = 2;");
    assert.equal(readCached(options), undefined);
  });

  it("gives nothing once a file is gone or package.json has appeared", () => {
    writeFileSync(path.join(folder, "package.json"), "{}");
    assert.equal(readCached(options), undefined);
    rmSync(path.join(folder, "package.json"));
    assert.ok(readCached(options));
    rmSync(path.join(folder, "b.ts"));
    assert.equal(readCached(options), undefined);
  });

  it("is all that components and handlers write, beside the file and then by rename", () => {
    const writes =
      /\b(writeFile|writeFileSync|createWriteStream|appendFile|appendFileSync|copyFileSync|cpSync)\(/;
    const sources = globSync("{packages/components,functions,bin}/**/*.{ts,js,cjs,mjs}", {
      exclude: ["packages/components/tests/**"],
    });
    assert.ok(sources.length > 50);
    const plain = sources.filter((file) => writes.test(readFileSync(file, "utf8")));
    assert.deepEqual(plain, ["packages/components/write-by-rename.ts"]);
  });
});
