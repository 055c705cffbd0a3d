import assert from "node:assert/strict";
import { eventPattern } from "../../../local/patterns/dialects.ts";

/** What a pattern takes, and what it does not; after EventBridge's page on comparison operators and what AWS was recorded to answer. */
const cases: [what: string, pattern: unknown, taken: unknown[], left: unknown[]][] = [
  ["text", { a: ["x"] }, [{ a: "x" }], [{ a: "X" }, { a: "xy" }, { a: 1 }, {}, { b: "x" }]],
  ["one of several", { a: ["x", "y"] }, [{ a: "x" }, { a: "y" }], [{ a: "z" }]],
  ["a number is no text", { a: [1] }, [{ a: 1 }, { a: 1.0 }], [{ a: "1" }, { a: 1.1 }, { a: true }]],
  ["true, false", { a: [true] }, [{ a: true }], [{ a: false }, { a: "true" }, { a: 1 }]],
  ["null", { a: [null] }, [{ a: null }], [{}, { a: "" }, { a: "null" }, { a: 0 }]],
  ["an empty text", { a: [""] }, [{ a: "" }], [{ a: null }, {}]],
  ["several fields", { a: ["x"], b: ["y"] }, [{ a: "x", b: "y", c: 1 }], [{ a: "x" }, { a: "x", b: "z" }]],
  [
    "nested",
    { a: { b: { c: [1] } } },
    [{ a: { b: { c: 1 } } }],
    [{ a: { b: 1 } }, { a: 1 }, { a: { b: { c: [] } } }],
  ],
  ["a list has one of them", { a: ["x"] }, [{ a: ["w", "x"] }], [{ a: ["w"] }, { a: [] }]],
  ["objects in a list", { a: { b: [1] } }, [{ a: [{ b: 2 }, { b: 1 }] }], [{ a: [{ b: 2 }, { c: 1 }] }]],
  [
    "fields of one object in a list",
    { a: { b: [1], c: [2] } },
    [{ a: [{ b: 1, c: 2 }, { b: 3 }] }],
    [
      {
        a: [
          { b: 1, c: 3 },
          { b: 3, c: 2 },
        ],
      },
    ],
  ],
  [
    "prefix",
    { a: [{ prefix: "ab" }] },
    [{ a: "abc" }, { a: "ab" }],
    [{ a: "xab" }, { a: "AB" }, { a: 1 }, {}],
  ],
  ["prefix of any case", { a: [{ prefix: { "equals-ignore-case": "aB" } }] }, [{ a: "AbC" }], [{ a: "bab" }]],
  ["suffix", { a: [{ suffix: ".png" }] }, [{ a: "x.png" }], [{ a: "x.pn" }, { a: "x.PNG" }]],
  [
    "suffix of any case",
    { a: [{ suffix: { "equals-ignore-case": ".PNG" } }] },
    [{ a: "x.png" }],
    [{ a: "png" }],
  ],
  ["any case", { a: [{ "equals-ignore-case": "aLice" }] }, [{ a: "ALICE" }], [{ a: "alic" }, { a: 1 }]],
  ["anything but", { a: [{ "anything-but": "x" }] }, [{ a: "y" }, { a: 1 }, { a: null }], [{ a: "x" }, {}]],
  ["anything but some", { a: [{ "anything-but": ["x", "y"] }] }, [{ a: "z" }], [{ a: "x" }, { a: "y" }]],
  ["anything but numbers", { a: [{ "anything-but": [1, 2] }] }, [{ a: 3 }, { a: "1" }], [{ a: 1 }]],
  ["a list with another", { a: [{ "anything-but": "x" }] }, [{ a: ["x", "y"] }], [{ a: ["x"] }, { a: [] }]],
  ["anything but a prefix", { a: [{ "anything-but": { prefix: "in" } }] }, [{ a: "out" }], [{ a: "init" }]],
  [
    "anything but prefixes",
    { a: [{ "anything-but": { prefix: ["in", "ex"] } }] },
    [{ a: "out" }],
    [{ a: "exit" }],
  ],
  [
    "anything but a suffix",
    { a: [{ "anything-but": { suffix: ".txt" } }] },
    [{ a: "x.rtf" }],
    [{ a: "x.txt" }],
  ],
  [
    "anything but of any case",
    { a: [{ "anything-but": { "equals-ignore-case": ["Init", "idle"] } }] },
    [{ a: "run" }],
    [{ a: "INIT" }, { a: "Idle" }],
  ],
  [
    "anything but a wildcard",
    { a: [{ "anything-but": { wildcard: "*/lib/*" } }] },
    [{ a: "/x" }],
    [{ a: "/lib/x" }],
  ],
  ["equal to a number", { a: [{ numeric: ["=", 3.5] }] }, [{ a: 3.5 }], [{ a: 3 }, { a: "3.5" }, {}]],
  ["above", { a: [{ numeric: [">", 0] }] }, [{ a: 0.1 }], [{ a: 0 }, { a: "1" }]],
  ["within", { a: [{ numeric: [">=", 0, "<", 5] }] }, [{ a: 0 }, { a: 4.9 }], [{ a: 5 }, { a: -1 }]],
  [
    "a network",
    { a: [{ cidr: "10.0.0.0/24" }] },
    [{ a: "10.0.0.255" }],
    [{ a: "10.0.1.0" }, { a: "x" }, { a: 10 }],
  ],
  [
    "a network of version 6",
    { a: [{ cidr: "2001:db8::/32" }] },
    [{ a: "2001:db8::1" }],
    [{ a: "2001:db9::1" }, { a: "10.0.0.1" }],
  ],
  [
    "there",
    { a: [{ exists: true }] },
    [{ a: null }, { a: 0 }, { a: [1] }],
    [{}, { a: {} }, { a: { b: 1 } }, { a: [] }],
  ],
  ["not there", { a: { b: [{ exists: false }] } }, [{}, { a: { c: 1 } }], [{ a: { b: null } }]],
  ["not there, or a value", { a: [{ exists: false }, "x"] }, [{}, { a: "x" }], [{ a: "y" }]],
  ["a wildcard", { a: [{ wildcard: "a*c*" }] }, [{ a: "ac" }, { a: "abbcd" }], [{ a: "ab" }, { a: "xac" }]],
  ["a wildcard's end", { a: [{ wildcard: "*ab" }] }, [{ a: "abab" }, { a: "ab" }], [{ a: "aba" }]],
  [
    "a text on both sides",
    { a: [{ wildcard: "aba*aba" }] },
    [{ a: "abaaba" }],
    [{ a: "aba" }, { a: "ababa" }],
  ],
  ["an escaped star", { a: [{ wildcard: String.raw`a\*b\\*` }] }, [{ a: String.raw`a*b\c` }], [{ a: "axb" }]],
  [
    "either",
    { a: ["x"], $or: [{ b: [1] }, { c: [{ exists: true }] }] },
    [
      { a: "x", b: 1 },
      { a: "x", c: 0 },
    ],
    [{ a: "x" }, { b: 1 }, { a: "x", b: 2 }],
  ],
  ["either, below", { a: { $or: [{ b: [1] }, { c: [2] }] } }, [{ a: { c: 2 } }], [{ a: { b: 2 } }, { c: 2 }]],
  [
    "either within either",
    { $or: [{ a: [1] }, { $or: [{ b: [1] }, { c: [1] }] }] },
    [{ c: 1 }, { a: 1 }],
    [{ c: 2 }],
  ],
  ["a field called $or", { $or: ["x"] }, [{ $or: "x" }], [{}]],
];

/** Of what AWS refuses: its own reason, as recorded. */
const refused: [pattern: unknown, reason: RegExp][] = [
  [["x"], /^Filter is not an object$/],
  [{}, /^Empty objects are not allowed$/],
  [{ a: "x" }, /^"a" must be an object or an array$/],
  [{ a: { b: 42 } }, /^"b" must be an object or an array$/],
  [{ a: [] }, /^Empty arrays are not allowed$/],
  [{ a: [["x"]] }, /^Match value must be String, number, true, false, or null$/],
  [{ a: [{ EXISTS: true }] }, /^Unrecognized match type EXISTS$/],
  [{ a: [{ prefix: "x", suffix: "y" }] }, /^Only one key allowed in match expression$/],
  [{ a: [{ exists: "no" }] }, /^exists match pattern must be either true or false\.$/],
  [{ a: [{ prefix: 123 }] }, /^prefix match pattern must be a string$/],
  [{ a: [{ suffix: [".png"] }] }, /^suffix match pattern must be a string$/],
  [{ a: [{ "equals-ignore-case": ["x"] }] }, /^equals-ignore-case match pattern must be a string$/],
  [{ a: [{ wildcard: 123 }] }, /^wildcard match pattern must be a string$/],
  [{ a: [{ wildcard: "ab**" }] }, /^Consecutive wildcard characters at pos 2$/],
  [{ a: [{ wildcard: String.raw`a\b` }] }, /^Invalid escape character at pos 1$/],
  [{ a: [{ cidr: "bad-filter" }] }, /^Malformed CIDR, one '\/' required$/],
  [{ a: [{ cidr: "bad-/64filter" }] }, /^Malformed CIDR, mask bits must be an integer$/],
  [{ a: [{ cidr: "xx.11.xx/8" }] }, /^Nonstandard IP address: xx\.11\.xx$/],
  [{ a: [{ cidr: ["x"] }] }, /^prefix match pattern must be a string$/],
  [{ a: [{ numeric: 10 }] }, /^Value of numeric must be an array\.$/],
  [{ a: [{ numeric: [] }] }, /^Invalid member in numeric match: \]$/],
  [{ a: [{ numeric: [1, "<="] }] }, /^Invalid member in numeric match: 1$/],
  [{ a: [{ numeric: ["about"] }] }, /^Unrecognized numeric range operator: about$/],
  [{ a: [{ numeric: ["=", "000"] }] }, /^Value of equals must be numeric$/],
  [{ a: [{ numeric: [">=", 1, ">", 2] }] }, /^Bad numeric range operator: >$/],
  [{ a: [{ numeric: ["<", 100, ">", 10] }] }, /^Too many elements in numeric expression$/],
  [{ a: [{ numeric: [">", 3, "<", 1] }] }, /^Bottom must be less than top$/],
  [{ a: [{ numeric: [">", 20, "<="] }] }, /^Value of <= must be numeric$/],
  [{ a: [{ numeric: [">", 20, 30] }] }, /^Bad value in numeric range: 30$/],
  [{ a: [{ numeric: [">", 20, "<", 30, "<", 50] }] }, /^Too many terms in numeric range expression$/],
  [
    { a: [{ "anything-but": null }] },
    /^Value of anything-but must be an array or single string\/number value\.$/,
  ],
  [
    { a: [{ "anything-but": ["x", null] }] },
    /^Inside anything but list, start\|null\|boolean is not supported\.$/,
  ],
  [{ a: [{ "anything-but": { prefix: 1 } }] }, /^prefix\/suffix match pattern must be a string$/],
  [{ a: [{ "anything-but": { suffix: "" } }] }, /^Null prefix\/suffix not allowed$/],
  [{ a: [{ "anything-but": { exists: false } }] }, /^Unsupported anything-but pattern: exists$/],
  [
    { a: [{ "anything-but": { "equals-ignore-case": [1] } }] },
    /^Inside anything-but\/equals-ignore-case list/,
  ],
];

describe("event patterns", () => {
  for (const [what, pattern, taken, left] of cases) {
    it(`match: ${what}`, () => {
      const matches = eventPattern(JSON.stringify(pattern));
      for (const event of taken) assert.equal(matches(event), true, JSON.stringify(event));
      for (const event of left) assert.equal(matches(event), false, JSON.stringify(event));
    });
  }

  for (const [pattern, message] of refused) {
    it(`are refused: ${JSON.stringify(pattern)}`, () => {
      assert.throws(() => eventPattern(JSON.stringify(pattern)), { name: "PatternError", message });
    });
  }

  it("are refused where they are no JSON", () => {
    assert.throws(() => eventPattern("{'a': 1}"), { name: "PatternError", message: /^it is no JSON: / });
  });

  it("do not multiply without end", () => {
    const $or = Array.from({ length: 11 }, (_, index) => ({ [`a${index}`]: [1] }));
    assert.throws(() => eventPattern(JSON.stringify({ b: { $or }, c: { $or }, d: { $or } })), /too complex/);
  });
});
