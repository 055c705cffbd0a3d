import assert from "node:assert/strict";
import { literalPattern } from "../../shared/literal-pattern.ts";

describe("literalPattern", () => {
  it("takes the text itself, whatever signs of a regular expression it has, and no other", () => {
    const text = "a.b*c+d?e^f$g{1}(h)|[i]\\j/k-l";
    const pattern = new RegExp(`^${literalPattern(text)}$`);
    assert.match(text, pattern);
    assert.doesNotMatch(text.replace(".", "x"), pattern);
    assert.doesNotMatch("a.bc", new RegExp(`^${literalPattern("a.b*c")}$`));
  });
});
