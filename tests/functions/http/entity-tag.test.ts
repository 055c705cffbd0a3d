import assert from "node:assert/strict";
import { entityTag, readIfMatch } from "../../../functions/http/entity-tag.ts";

describe("entityTag", () => {
  it("is the version in quotes, and read back as it", () => {
    assert.equal(entityTag(3), '"3"');
    assert.deepEqual(readIfMatch(entityTag(1_795_453_563_611)), [1_795_453_563_611]);
  });
});

describe("readIfMatch", () => {
  it("asks for nothing when the header is absent", () => {
    assert.equal(readIfMatch(undefined), undefined);
  });

  it("takes any version for *", () => {
    assert.equal(readIfMatch("*"), "*");
  });

  it("takes one of several tags", () => {
    assert.deepEqual(readIfMatch('"1", "22" ,"3"'), [1, 22, 3]);
  });

  it("matches nothing with a weak tag or one this API never gave", () => {
    assert.deepEqual(readIfMatch('W/"1"'), []);
    assert.deepEqual(readIfMatch('"abc", "-1", "1.5", ""'), []);
  });

  it("refuses what is no list of tags, and too many", () => {
    const tooMany = Array.from({ length: 21 }, (_, index) => `"${index}"`).join(",");
    for (const header of ["1", "", '"1', '"1" "2"', "*, *", tooMany]) {
      assert.throws(() => readIfMatch(header), { status: 400, code: "invalid_input" }, header);
    }
  });
});
