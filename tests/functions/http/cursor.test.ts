import assert from "node:assert/strict";
import fc from "fast-check";
import { readCursor, writeCursor } from "../../../functions/http/cursor.ts";

const text = fc.string({ unit: "grapheme" });
const isRefused = (listing: string, cursor: string) =>
  assert.throws(() => readCursor(listing, cursor), { status: 400, code: "invalid_input" });

describe("cursor", () => {
  it("gives back the position it was made of", () => {
    fc.assert(
      fc.property(text, text, (listing, position) => {
        assert.equal(readCursor(listing, writeCursor(listing, position)), position);
      }),
    );
  });

  it("fits into a query as it is", () => {
    fc.assert(fc.property(text, (position) => assert.match(writeCursor("orders", position), /^[\w-]+$/)));
  });

  it("is refused when any character of it was changed", () => {
    const cursor = writeCursor("orders", "65f0a0a0a0a0a0a0a0a0a0a0");
    for (let at = 0; at < cursor.length; at++) {
      const other = cursor[at] === "A" ? "B" : "A";
      isRefused("orders", cursor.slice(0, at) + other + cursor.slice(at + 1));
    }
  });

  it("is refused by another listing", () => {
    isRefused("visits", writeCursor("orders", "x"));
  });

  it("is refused when it is none", () => {
    for (const cursor of ["", "A", "undefined", "{}", `${writeCursor("orders", "x")}=`])
      isRefused("orders", cursor);
  });
});
