import assert from "node:assert/strict";
import { parseOptions } from "../../cli/options.ts";

const specs = {
  stack: { type: "string", does: "Stack", default: "dev" },
  port: { type: "port", does: "Port", default: 3000 },
  reset: { type: "boolean", does: "Forget", default: false },
  "no-cache": { type: "boolean", does: "Leave out the cache", default: false },
  requests: { type: "number", does: "Requests" },
} as const;
const parse = (...args: string[]) => parseOptions("start", args, specs);

describe("parseOptions", () => {
  it("gives defaults for what was left out", () => {
    assert.deepEqual(parse(), {
      stack: "dev",
      port: 3000,
      reset: false,
      "no-cache": false,
      requests: undefined,
      positionals: [],
    });
  });

  it("takes what was given", () => {
    const given = parse("--stack", "prod", "--port=0", "--reset", "--no-cache", "--requests", "1.5");
    assert.deepEqual(given, {
      stack: "prod",
      port: 0,
      reset: true,
      "no-cache": true,
      requests: 1.5,
      positionals: [],
    });
  });

  for (const [args, message] of [
    [
      ["--prot", "1"],
      /^Unknown option '--prot'\. Did you mean --port\?\nUsage: npm start -- \[options\]\nEach option is explained by: npm start -- --help$/,
    ],
    [["--stack"], /^Option '--stack <text>' argument missing\.\nUsage/],
    [["--stack", "--port", "1"], /^--stack wants a value, and --port is an option itself\.\nUsage/],
    [["--reset=yes"], /^Unknown option '--reset=yes'/],
    [["--port", "http"], /^--port "http": a port from 0 to 65535 \(0: any free one\) is wanted\.\nUsage/],
    [["--port", "70000"], /^--port "70000": a port/],
    [["--port", ""], /^--port "": a port/],
    [["--requests", "-1"], /^--requests "-1": a number of 0 or more/],
    [["--requests=-1"], /^--requests "-1": a number of 0 or more is wanted\.\nUsage/],
    [["prod"], /^Unexpected argument 'prod'/],
  ] as const) {
    it(`refuses ${args.join(" ")}`, () => {
      assert.throws(() => parse(...args), { name: "UserError", message });
    });
  }

  it("collects lists by their commas, and what may contain commas as it stands", () => {
    const none: string[] = [];
    const lists = {
      scope: { type: "list", does: "Scopes", default: none },
      found: { type: "each", does: "Ids", default: none },
    } as const;
    assert.deepEqual(parseOptions("start", [], lists), { scope: [], found: [], positionals: [] });
    const args = ["--scope", "a,b", "--found", "X::a=fn,live", "--scope=c", "--found=Y::b=1"];
    assert.deepEqual(parseOptions("start", args, lists), {
      scope: ["a", "b", "c"],
      found: ["X::a=fn,live", "Y::b=1"],
      positionals: [],
    });
  });

  it("takes the last of an option that is given twice", () => {
    assert.equal(parse("--stack", "dev", "--stack=prod").stack, "prod");
  });

  it("collects the values of a list, in whichever way they are given", () => {
    const given = (...args: string[]) =>
      parseOptions("start", args, { link: { type: "list", does: "Links", default: [] } }).link;
    assert.deepEqual(given("--link", "barns.read,motors.read", "--link=imports.read"), [
      "barns.read",
      "motors.read",
      "imports.read",
    ]);
    assert.deepEqual([given(), given("--link", "")], [[], []]);
  });

  it("takes as many positional arguments as the command has", () => {
    assert.deepEqual(parseOptions("start", ["hello"], {}, 1).positionals, ["hello"]);
    assert.throws(() => parseOptions("start", ["hello", "world"], {}, 1), {
      message: /^Unexpected argument 'world'/,
    });
  });
});
