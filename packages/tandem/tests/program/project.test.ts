import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { readProject } from "../../program/project.ts";
import type { Value } from "../../program/recording.ts";
import { UserError } from "../../shared/user-error.js";
import { removePrograms, writeProgram } from "./fixtures.ts";

const HEAD = "name: shop\nruntime: nodejs\n";

function project(files: Record<string, string>, config: Record<string, Value> = {}, stack = "dev") {
  const cwd = writeProgram({ "index.ts": "", "Pulumi.yaml": HEAD, ...files }, { packages: false });
  return { cwd, read: () => readProject({ cwd, stack, config }) };
}

function values(files: Record<string, string>, config: Record<string, Value> = {}): Record<string, unknown> {
  const entries = Object.entries(project(files, config).read().config);
  return Object.fromEntries(
    entries.map(([key, { value, secret }]) => [key, secret ? { secret: value } : value]),
  );
}

/** The lines of the message, with the project's folder left out. */
function mistakes(
  files: Record<string, string>,
  config: Record<string, Value> = {},
  stack = "dev",
): string[] {
  const { cwd, read } = project(files, config, stack);
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.name, "UserError");
    return error.message.replaceAll(`${cwd}/`, "").replaceAll(cwd, "<folder>").split("\n");
  }
  throw new assert.AssertionError({ message: "the project was taken for sound" });
}

describe("readProject", () => {
  afterEach(removePrograms);

  it("refuses a main file that is no text, as Pulumi does, and takes none for nothing said", () => {
    const main = (value: string) => mistakes({ "Pulumi.yaml": `${HEAD}main: ${value}\n` });
    assert.deepEqual(main("5"), ["Pulumi.yaml:3: main is 5; it must be the name of a file or folder"]);
    assert.deepEqual(main("[a]"), ['Pulumi.yaml:3: main is ["a"]; it must be the name of a file or folder']);
    const { cwd, read } = project({ "Pulumi.yaml": `${HEAD}main:\n` });
    assert.equal(read().main, join(cwd, "index.ts"));
  });

  it("refuses options of the runtime that Pulumi would refuse, and arguments that no recording can follow", () => {
    const refused = (option: string) =>
      mistakes({ "Pulumi.yaml": `name: shop\nruntime:\n  name: nodejs\n  options:\n    ${option}\n` });
    assert.deepEqual(refused("typescript: maybe"), ["Pulumi.yaml:5: typescript must be true or false"]);
    assert.deepEqual(refused("tsconfig: 5"), ["Pulumi.yaml:5: tsconfig must be the name of a file"]);
    assert.deepEqual(refused("nodeargs: [a]"), [
      "Pulumi.yaml:5: nodeargs must be one text, e.g. --import=./first.js",
    ]);
    assert.deepEqual(refused("nodeargs: --inspect-brk"), [
      "Pulumi.yaml:5: nodeargs has --inspect-brk: with it Node does not run the program by itself, so that it cannot be recorded",
    ]);
    assert.deepEqual(refused(`nodeargs: -r "a`), [
      'Pulumi.yaml:5: nodeargs has a quotation mark that is not closed: "a',
    ]);
  });

  describe("config", () => {
    it("takes declared values in their long and short forms, and namespaced ones as they are", () => {
      const config = values({
        "Pulumi.yaml": `${HEAD}config:
  size: { type: integer, default: 3 }
  owner: us
  shop:full: { type: string, default: key }
  aws:region: eu-west-1
  azure:location: { value: west }
`,
      });
      assert.deepEqual(config, {
        "shop:size": 3,
        "shop:owner": "us",
        "shop:full": "key",
        "aws:region": "eu-west-1",
        "azure:location": "west",
      });
    });

    it("lets the stack's file go before defaults, and the caller before both", () => {
      const files = {
        "Pulumi.yaml": `${HEAD}config:\n  a: { type: integer, default: 1 }\n  b: { type: integer, default: 1 }\n  c: 1\n`,
        "Pulumi.dev.yaml": "config:\n  shop:b: 2\n  c: 2\n",
      };
      assert.deepEqual(values(files, { c: 3 }), { "shop:a": 1, "shop:b": 2, "shop:c": 3 });
    });

    it("reads scalars by their declared type, in quotes or not", () => {
      const types = {
        text: "string",
        count: "integer",
        share: "number",
        on: "boolean",
        list: "array",
        map: "object",
      };
      const declared = Object.entries(types).map(([key, type]) => `  ${key}: { type: ${type} }\n`);
      const config = values({
        "Pulumi.yaml": `${HEAD}config:\n${declared.join("")}`,
        "Pulumi.dev.yaml": `config:
  shop:text: 8
  shop:count: "-12"
  shop:share: "0.5"
  shop:on: "true"
  shop:list: [1, a]
  shop:map: { a: 1 }
`,
      });
      assert.deepEqual(config, {
        "shop:text": "8",
        "shop:count": -12,
        "shop:share": 0.5,
        "shop:on": true,
        "shop:list": [1, "a"],
        "shop:map": { a: 1 },
      });
    });

    it("puts placeholders of the right type in the place of secrets, wherever they stand", () => {
      const config = values({
        "Pulumi.yaml": `${HEAD}config:\n  word: { type: string, secret: true }\n  count: { type: integer, secret: true }\n`,
        "Pulumi.dev.yaml": `config:
  shop:word: { secure: v1:aaa }
  shop:count: { secure: v1:bbb }
  shop:deep: { list: [{ secure: v1:ccc }], open: 1 }
`,
      });
      assert.deepEqual(config, {
        "shop:word": { secret: "[secret shop:word]" },
        "shop:count": { secret: 0 },
        "shop:deep": { secret: { list: ["[secret shop:deep.list[0]]"], open: 1 } },
      });
    });

    it("keeps a caller's value secret where the stack's is", () => {
      const files = { "Pulumi.dev.yaml": "config:\n  shop:word: { secure: v1:aaa }\n" };
      assert.deepEqual(values(files, { word: "open" }), { "shop:word": { secret: "open" } });
    });

    it("tells every mistake at once: key, value, place and what is expected", () => {
      const files = {
        "Pulumi.yaml": `${HEAD}config:
  count: { type: integer }
  on: { type: boolean, default: perhaps }
  list: { type: array, items: { type: integer } }
  word: { type: string, secret: true }
  share: { type: float }
  needed: { type: string }
`,
        "Pulumi.dev.yaml": "config:\n  shop:count: soon\n  list: [1, x]\n  shop:word: open\n",
      };
      assert.deepEqual(mistakes(files), [
        'The configuration of stack "dev" is wrong:',
        '  shop:on has the default "perhaps" (Pulumi.yaml:5); expected true or false',
        '  shop:share has the type "float" (Pulumi.yaml:8); expected one of string, integer, number, boolean, array, object',
        '  shop:count is "soon" (Pulumi.dev.yaml:2); expected an integer',
        '  shop:list is [1,"x"] (Pulumi.dev.yaml:3); expected an array (each item an integer)',
        "  shop:word is a secret but stands in the open (Pulumi.dev.yaml:4); set it with pulumi config set --secret",
        "  shop:needed is not set; expected a string",
      ]);
    });

    it("refuses a caller's value of the wrong type without naming a file", () => {
      const files = { "Pulumi.yaml": `${HEAD}config:\n  count: { type: integer, default: 1 }\n` };
      assert.equal(mistakes(files, { count: "1.5" })[1], '  shop:count is "1.5"; expected an integer');
    });

    it("never shows a secret in a mistake", () => {
      const files = {
        "Pulumi.yaml": `${HEAD}config:\n  count: { type: integer, secret: true }\n`,
        "Pulumi.dev.yaml": "config:\n  shop:count: hunter2\n",
      };
      assert.doesNotMatch(mistakes(files).join("\n"), /hunter2/);
    });

    it("warns of keys that the project does not declare, and of environments", () => {
      const { read, cwd } = project({
        "Pulumi.yaml": `${HEAD}config:\n  owner: us\n`,
        "Pulumi.dev.yaml": "environment: [shared]\nconfig:\n  shop:ownr: them\n  aws:region: eu-west-1\n",
      });
      const file = join(cwd, "Pulumi.dev.yaml");
      assert.deepEqual(read().warnings, [
        { severity: "warning", message: `${file} sets shop:ownr, which Pulumi.yaml does not declare` },
        {
          severity: "warning",
          message: `${file} imports environments, which Pulumi's service keeps; they are not read here`,
        },
      ]);
    });

    it("reads every integer and refuses every other text for one", () => {
      const files = { "Pulumi.yaml": `${HEAD}config:\n  count: { type: integer }\n` };
      const { cwd } = project(files);
      const read = (value: Value) => readProject({ cwd, stack: "dev", config: { count: value } });
      fc.assert(
        fc.property(fc.maxSafeInteger(), (number) => {
          assert.equal(read(String(number)).config["shop:count"]?.value, number);
        }),
        { numRuns: 30 },
      );
      fc.assert(
        fc.property(
          fc.string().filter((text) => !/^[+-]?\d+$/.test(text)),
          (text) => assert.throws(() => read(text), UserError),
        ),
        { numRuns: 30 },
      );
    });
  });

  describe("files", () => {
    it("needs a Pulumi.yaml", () => {
      assert.throws(() => readProject({ cwd: "/nowhere/at/all", stack: "dev" }), {
        name: "UserError",
        message: "There is no Pulumi.yaml in /nowhere/at/all. Name the folder of a Pulumi program.",
      });
    });

    it("names the stacks there are when there is no such stack", () => {
      const files = { "Pulumi.prod.yaml": "", "Pulumi.dev.yaml": "" };
      assert.deepEqual(mistakes(files, {}, "staging"), [
        'There is no stack "staging": <folder> has no file Pulumi.staging.yaml. Stacks there: dev, prod. Name one by --stack.',
      ]);
    });

    it("goes without stack files where no stack has one", () => {
      assert.equal(project({}).read().stack, "dev");
    });

    it("takes a stack by its full name", () => {
      const { read } = project({ "Pulumi.dev.yaml": "config:\n  shop:a: 1\n" }, {}, "acme/shop/dev");
      assert.equal(read().stack, "dev");
      assert.deepEqual(read().config, { "shop:a": { value: 1, secret: false } });
    });

    it("names file, line and column of damaged YAML", () => {
      const [first] = mistakes({ "Pulumi.dev.yaml": "config:\n  shop:a: [1, 2\n  shop:b: 3\n" });
      assert.match(first ?? "", /^Pulumi\.dev\.yaml:\d+:\d+: /);
      assert.match(mistakes({ "Pulumi.yaml": "name: a\n\tb: 1\n" })[0] ?? "", /^Pulumi\.yaml:2:\d+: /);
    });

    it("reads what another place of a file says once more, as Pulumi does", () => {
      const file =
        "common: &common { shop:level: 4 }\nconfig:\n  <<: *common\n  shop:size: &size 3\n  shop:again: *size\n";
      assert.deepEqual(values({ "Pulumi.dev.yaml": file }), {
        "shop:level": 4,
        "shop:size": 3,
        "shop:again": 3,
      });
    });

    it("refuses a folder in the place of a file", () => {
      const [stack = ""] = mistakes({ "Pulumi.dev.yaml/a": "" });
      assert.match(stack, /^Pulumi\.dev\.yaml cannot be read: EISDIR/);
    });

    it("refuses names of other places that lead nowhere or in a circle", () => {
      const [nowhere = ""] = mistakes({ "Pulumi.dev.yaml": "config:\n  a: *b\n" });
      assert.match(nowhere, /^Pulumi\.dev\.yaml: its aliases cannot be followed: Unresolved alias/);
      const [circle = ""] = mistakes({ "Pulumi.dev.yaml": "config: &all\n  a: *all\n" });
      assert.match(
        circle,
        /^Pulumi\.dev\.yaml: its aliases cannot be followed: Converting circular structure/,
      );
    });

    it("refuses a file that holds no keys, a project without a name and one for another runtime", () => {
      assert.deepEqual(mistakes({ "Pulumi.yaml": "- a\n" }), [
        'Pulumi.yaml:1: expected keys with values, found ["a"]',
      ]);
      assert.deepEqual(mistakes({ "Pulumi.yaml": "runtime: nodejs\n" }), [
        "Pulumi.yaml: the project has no name",
      ]);
      assert.deepEqual(mistakes({ "Pulumi.yaml": "name: a\nruntime:\n  name: python\n" }), [
        "Pulumi.yaml:3: the program runs on python; only programs for nodejs can be recorded",
      ]);
      assert.deepEqual(mistakes({ "Pulumi.dev.yaml": "config: [1]\n" }), [
        "Pulumi.dev.yaml:1: expected keys with values under config",
      ]);
    });

    it("finds the main file: Pulumi.yaml's, package.json's, an index file", () => {
      const main = (files: Record<string, string>) => {
        const { cwd, read } = project(files);
        return read().main.replace(`${cwd}/`, "");
      };
      assert.equal(main({ "Pulumi.yaml": `${HEAD}main: src/main.ts\n`, "src/main.ts": "" }), "src/main.ts");
      assert.equal(
        main({ "Pulumi.yaml": `${HEAD}main: src\n`, "src/index.js": "", "src/index.ts": "" }),
        "src/index.js",
      );
      assert.equal(main({ "package.json": '{ "main": "bin/run.js" }', "bin/run.js": "" }), "bin/run.js");
      assert.equal(main({ "package.json": '{ "main": "bin/not-built.js" }' }), "index.ts");
    });

    it("says where it looked when there is no main file", () => {
      assert.deepEqual(mistakes({ "Pulumi.yaml": `${HEAD}main: src/main.ts\n` }), [
        "Pulumi.yaml:3: there is no src/main.ts",
      ]);
      assert.deepEqual(mistakes({ "Pulumi.yaml": `${HEAD}main: src\n`, "src/readme": "" }), [
        "There is no program in src: no index.ts or index.js, and Pulumi.yaml names no main file",
      ]);
    });

    it("reads a package.json with a mark of its encoding, and passes over a main file that is no text, as Node does", () => {
      const { read, cwd } = project({ "package.json": '\uFEFF{ "type": "module", "main": 5 }' });
      assert.equal(read().main, join(cwd, "index.ts"));
    });

    it("names a package.json that is no object", () => {
      for (const text of ["null", "[]", "5"])
        assert.deepEqual(mistakes({ "package.json": text }), [
          `package.json: expected an object, found ${text}`,
        ]);
    });

    it("names a package.json that is no JSON", () => {
      assert.match(mistakes({ "package.json": "{" })[0] ?? "", /^package\.json: /);
    });
  });
});
