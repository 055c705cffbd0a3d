import assert from "node:assert/strict";
import fc from "fast-check";
import { joinedQuery, listedQuery, readTarget } from "../../../../local/gateway/http/request-target.ts";

describe("readTarget", () => {
  it("separates path and query at the first question mark", () => {
    assert.deepEqual(readTarget("/a%20b?x=1?y"), { encodedPath: "/a%20b", path: "/a b", query: "x=1?y" });
    assert.deepEqual(readTarget("/"), { encodedPath: "/", path: "/", query: "" });
  });

  it("reads the absolute form that a proxy sends", () => {
    assert.deepEqual(readTarget("http://host:80/a?b"), { encodedPath: "/a", path: "/a", query: "b" });
    assert.equal(readTarget("http://host").encodedPath, "/");
  });

  it("has no path when the percent encoding is broken", () => {
    for (const target of ["/%", "/%zz", "/%E0%A4%A", "/%FF"])
      assert.equal(readTarget(target).path, undefined);
  });

  it("never throws, and decodes what was encoded", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        readTarget(text);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        assert.equal(readTarget(`/${encodeURIComponent(text)}`).path, `/${text}`);
      }),
    );
  });
});

describe("joinedQuery", () => {
  it("is undefined without a parameter", () => {
    for (const query of ["", "&", "&&"]) assert.equal(joinedQuery(query), undefined);
  });

  it("decodes, takes + for a space, and joins duplicates with a comma", () => {
    assert.deepEqual(joinedQuery("q=a+b%2B&tag=x&tag=y%2Cz&empty=&flag&=v"), {
      q: "a b+",
      tag: "x,y,z",
      empty: "",
      flag: "",
      "": "v",
    });
  });

  it("leaves what is not valid percent encoding as it is", () => {
    assert.deepEqual(joinedQuery("a=%zz&b=100%"), { a: "%zz", b: "100%" });
  });

  it("takes __proto__ for a name like any other", () => {
    const joined = joinedQuery("__proto__=a&__proto__=b&constructor=c");
    assert.equal(JSON.stringify(joined), '{"__proto__":"a,b","constructor":"c"}');
  });

  it("gives back every parameter that URLSearchParams wrote", () => {
    const name = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, name), { selector: ([key]) => key, minLength: 1 }),
        (pairs) => {
          const joined = joinedQuery(new URLSearchParams(pairs).toString());
          assert.deepEqual(Object.entries(joined ?? {}).sort(), pairs.sort());
        },
      ),
    );
  });
});

describe("listedQuery", () => {
  it("keeps every value of a name in order", () => {
    assert.deepEqual(listedQuery("a=1&b=2&a=3"), { a: ["1", "3"], b: ["2"] });
    assert.equal(listedQuery(""), undefined);
  });
});
