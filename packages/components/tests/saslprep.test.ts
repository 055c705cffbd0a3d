import assert from "node:assert/strict";
import { saslprep } from "../shims/saslprep.ts";

describe("the stand-in for SASLprep", () => {
  it("leaves printable ASCII as it is, as RFC 4013 does", () => {
    for (const password of ["", "a b", "p@ss:w/rd~!"]) assert.equal(saslprep(password), password);
  });

  it("refuses what it would have to change, without saying the password", () => {
    for (const password of ["Ⅸ", "soft\u00adhyphen", "bell\u0007"])
      assert.throws(
        () => saslprep(password),
        ({ message }: Error) => /printable ASCII/.test(message) && !message.includes(password),
      );
  });
});
