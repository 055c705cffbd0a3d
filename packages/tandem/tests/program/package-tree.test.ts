import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import Module, { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ArboristClass, arboristClass } from "../../program/package-tree.ts";
import { findSdk } from "../../program/sdk.ts";

const require = createRequire(findSdk(import.meta.dirname));
const ARBORIST = "@npmcli/arborist";
const CODE_PATHS = "./runtime/closure/codePaths.js";

type CodePaths = Map<string, { path: Promise<string> }>;

/** What the SDK lays beside a function's code, as it finds it in the tree of this class: where, and from where. */
async function laidBeside(Arborist: ArboristClass, folder: string): Promise<[string, string][]> {
  const [tree, user] = [require.resolve(ARBORIST), require.resolve(CODE_PATHS)];
  const stand = new Module(tree);
  stand.exports = { Arborist };
  const before = process.cwd();
  const { [tree]: cached } = require.cache;
  require.cache[tree] = stand;
  delete require.cache[user];
  try {
    const { computeCodePaths } = require(CODE_PATHS) as { computeCodePaths(): Promise<CodePaths> };
    process.chdir(folder);
    const paths = await computeCodePaths();
    return await Promise.all([...paths].map(async ([to, from]) => [to, await from.path] as [string, string]));
  } finally {
    process.chdir(before);
    delete require.cache[user];
    if (cached) require.cache[tree] = cached;
    else delete require.cache[tree];
  }
}

interface Layout {
  /** Text of each package.json by its folder, or of another file by its name. */
  packages: Record<string, object | string>;
  /** Target by link. */
  links?: Record<string, string>;
  /** Where the program runs. */
  program?: string;
  /** What lies beside the code: something but nothing, so that two empty lists do not agree. */
  holds: string;
}

const inner = (name: string, dependencies: Record<string, string> = {}, more: object = {}) => ({
  name,
  version: "1.0.0",
  dependencies,
  ...more,
});

const layouts: Record<string, Layout> = {
  "npm's, with scopes, two versions of a package, circles and no JSON": {
    packages: {
      ".": inner("app", { a: "1", "@scope/b": "1", "@pulumi/aws": "7" }),
      "node_modules/a": inner("a", { c: "2", "@scope/b": "1" }),
      "node_modules/a/node_modules/c": inner("c", { a: "1", d: "1" }),
      "node_modules/@scope/b": inner("@scope/b", { c: "1" }),
      "node_modules/c": inner("c", { d: "1" }),
      "node_modules/d": "no JSON {",
      "node_modules/unused": inner("unused"),
      "node_modules/@pulumi/aws": inner("@pulumi/aws", { unused: "1" }, { pulumi: { resource: true } }),
    },
    holds: "node_modules/a",
  },
  "optional dependencies, installed or not": {
    packages: {
      ".": inner("app", { a: "1" }),
      "node_modules/a": inner("a", { b: "1", c: "1" }, { optionalDependencies: { c: "1", none: "1" } }),
      "node_modules/b": inner("b"),
      "node_modules/c": inner("c"),
    },
    holds: "node_modules/b",
  },
  "packages that only a deployment needs, but for what they name": {
    packages: {
      ".": inner("app", { tool: "1" }),
      "node_modules/tool": inner("tool", { a: "1", b: "1" }, { pulumi: { runtimeDependencies: { a: "1" } } }),
      "node_modules/a": inner("a"),
      "node_modules/b": inner("b"),
    },
    holds: "node_modules/a",
  },
  "pnpm's": {
    packages: {
      ".": inner("app", { a: "1", b: "1" }),
      "node_modules/.pnpm/a@1/node_modules/a": inner("a", { b: "2", "@scope/c": "1", d: "1" }),
      "node_modules/.pnpm/a@1/node_modules/a/node_modules/d": inner("d"),
      "node_modules/.pnpm/b@1/node_modules/b": inner("b"),
      "node_modules/.pnpm/b@2/node_modules/b": inner("b"),
      "node_modules/.pnpm/@scope+c@1/node_modules/@scope/c": inner("@scope/c", { b: "2" }),
    },
    links: {
      "node_modules/a": ".pnpm/a@1/node_modules/a",
      "node_modules/b": ".pnpm/b@1/node_modules/b",
      "node_modules/.pnpm/a@1/node_modules/b": "../../b@2/node_modules/b",
      "node_modules/.pnpm/a@1/node_modules/@scope/c": "../../../@scope+c@1/node_modules/@scope/c",
      "node_modules/.pnpm/@scope+c@1/node_modules/b": "../../b@2/node_modules/b",
    },
    holds: "node_modules/a",
  },
  "a workspace's": {
    packages: {
      ".": { name: "all", workspaces: ["packages/*"] },
      "packages/app": inner("app", { lib: "1", a: "1" }),
      "packages/lib": inner("lib", { b: "1", a: "2" }),
      "packages/lib/node_modules/a": inner("a"),
      "node_modules/a": inner("a"),
      "node_modules/b": inner("b"),
    },
    links: { "node_modules/lib": "../packages/lib", "node_modules/app": "../packages/app" },
    program: "packages/app",
    holds: "../../node_modules/a",
  },
  "packages of another folder": {
    packages: {
      program: inner("app", { a: "1" }),
      "elsewhere/node_modules/a": inner("a", { b: "1" }),
      "elsewhere/node_modules/b": inner("b", { c: "1" }),
      "elsewhere/node_modules/b/node_modules/c": inner("c", { a: "1" }),
    },
    links: { "program/node_modules": "../elsewhere/node_modules" },
    program: "program",
    holds: "node_modules/a",
  },
};

function write(folder: string, { packages, links = {} }: Layout): void {
  for (const [name, content] of Object.entries(packages)) {
    mkdirSync(path.join(folder, name), { recursive: true });
    const text = typeof content === "string" ? content : JSON.stringify(content);
    writeFileSync(path.join(folder, name, "package.json"), text);
  }
  for (const [name, target] of Object.entries(links)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    symlinkSync(target, path.join(folder, name));
  }
}

describe("packages beside a function written inline", () => {
  // npm's, where another file of tests in this process had it put off as well.
  delete require.cache[require.resolve(ARBORIST)];
  const { Arborist } = require(ARBORIST) as { Arborist: ArboristClass };
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-packages-")));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const Own = arboristClass(() => assert.fail("npm's own tree is read"));

  for (const [name, layout] of Object.entries(layouts)) {
    it(`are those of npm's own tree: ${name}`, async () => {
      write(folder, layout);
      const program = path.join(folder, layout.program ?? ".");
      const expected = await laidBeside(Arborist, program);
      assert.ok(
        expected.some(([to]) => to === layout.holds),
        JSON.stringify(expected),
      );
      assert.deepEqual(await laidBeside(Own, program), expected);
    });
  }

  it("are those of npm's own tree as long as npm takes what it wrote down of them", async () => {
    write(folder, {
      packages: {
        ".": inner("app", { tool: "1" }),
        "node_modules/tool": inner("tool", {}, { pulumi: { runtimeDependencies: {} } }),
      },
      holds: "",
    });
    const packages = path.join(folder, "node_modules");
    writeFileSync(
      path.join(packages, ".package-lock.json"),
      JSON.stringify({ lockfileVersion: 3, packages: { "node_modules/tool": { version: "1.0.0" } } }),
    );
    // npm leaves out what a package says of itself to Pulumi.
    const taken = await laidBeside(Arborist, folder);
    assert.deepEqual(taken, [["node_modules/tool", "node_modules/tool"]]);
    assert.deepEqual(
      await laidBeside(
        arboristClass(() => Arborist),
        folder,
      ),
      taken,
    );
    const later = new Date(Date.now() + 60_000);
    utimesSync(packages, later, later);
    assert.deepEqual(await laidBeside(Arborist, folder), []);
    assert.deepEqual(await laidBeside(Own, folder), []);
  });

  it("are no part of a link, but of what it leads to", async () => {
    const layout = layouts["pnpm's"];
    assert.ok(layout);
    write(folder, layout);
    for (const Class of [Arborist, Own]) {
      const { root } = await new Class({ path: folder }).loadActual();
      const link = root.children.get("a");
      assert.equal(link?.isLink, true);
      assert.equal(link.children.size, 0);
      assert.deepEqual([...link.target.children.keys()], ["d"]);
    }
  });

  it("are read once for all functions of a program", async () => {
    let read = 0;
    class Counted {
      async loadActual() {
        read++;
        return await new Arborist({ path: folder }).loadActual();
      }
    }
    write(folder, { packages: { ".": inner("app"), "node_modules/a": inner("a") }, holds: "" });
    writeFileSync(path.join(folder, "node_modules/.package-lock.json"), "{}");
    const Shared = arboristClass(() => Counted);
    const [one, other] = [new Shared({ path: folder }), new Shared({ path: path.join(folder, ".") })];
    assert.equal(await one.loadActual(), await other.loadActual());
    assert.equal(read, 1);
  });
});
