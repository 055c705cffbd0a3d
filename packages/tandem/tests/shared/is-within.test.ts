import assert from "node:assert/strict";
import { isWithin } from "../../shared/is-within.ts";

describe("isWithin", () => {
  it("takes the folder, what lies in it, and names that begin with two dots", () => {
    for (const file of ["/a/b", "/a/b/c", "/a/b/..c", "/a/b/..c/d", "/a/b/...", "/a/b/c/../d"])
      assert.equal(isWithin("/a/b", file), true, file);
  });

  it("takes paths as they are meant, however they are written", () => {
    for (const [folder, file] of [
      ["/a/b/", "/a/b"],
      ["/a/b/", "/a/b/c"],
      ["/a//b", "/a/b/c"],
      ["/a/./b", "/a/b/c"],
      ["/a/x/../b", "/a/b/c"],
      ["/", "/a"],
      ["/", "/"],
    ] as const)
      assert.equal(isWithin(folder, file), true, `${folder} ${file}`);
    for (const [folder, file] of [
      ["/a/b/", "/a/bc"],
      ["/a/b", "/a/b/c/../.."],
      ["/a/b/..", "/b"],
    ] as const)
      assert.equal(isWithin(folder, file), false, `${folder} ${file}`);
  });

  it("takes nothing above it or beside it", () => {
    for (const file of ["/a", "/", "/a/bc", "/a/..b", "/a/b/../c", "/a/b/.."])
      assert.equal(isWithin("/a/b", file), false, file);
  });
});
