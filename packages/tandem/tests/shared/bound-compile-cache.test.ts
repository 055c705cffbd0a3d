import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { boundCompileCache } from "../../shared/bound-compile-cache.ts";

describe("what V8 compiled", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "compile-cache-"));
    for (const version of ["v24-a", "v24-b"]) {
      mkdirSync(path.join(folder, version));
      for (const file of ["1", "2"]) writeFileSync(path.join(folder, version, file), "");
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is kept up to a number of files, of all versions of Node together", async () => {
    await boundCompileCache(folder, 4);
    assert.ok(existsSync(path.join(folder, "v24-a/1")));
    await boundCompileCache(folder, 3);
    assert.equal(existsSync(folder), false);
  });

  it("need not be there", async () => {
    await assert.doesNotReject(boundCompileCache(path.join(folder, "none"), 0));
  });
});
