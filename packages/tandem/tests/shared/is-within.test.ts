import assert from "node:assert/strict";
import { isWithin } from "../../shared/is-within.ts";

describe("isWithin", () => {
  it("takes the folder, what lies in it, and names that begin with two dots", () => {
    for (const file of ["/a/b", "/a/b/c", "/a/b/..c", "/a/b/..c/d", "/a/b/...", "/a/b/c/../d"])
      assert.equal(isWithin("/a/b", file), true, file);
  });

  it("takes nothing above it or beside it", () => {
    for (const file of ["/a", "/", "/a/bc", "/a/..b", "/a/b/../c", "/a/b/.."])
      assert.equal(isWithin("/a/b", file), false, file);
  });
});
