import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { build } from "esbuild";
import { bundle, bundleOptions } from "../bundle.ts";
import type { Build } from "../recorder.ts";
import { ProjectFolder } from "./support/project-folder.ts";

const recorderKey = Symbol.for("program.builds");
const scope = globalThis as Record<symbol, unknown>;

const files = {
  "shared.ts": 'export const greeting = (name: string): string => "Grüße, " + name;',
  "one.ts": 'import { greeting } from "./shared.ts"; export const handler = async () => greeting("one");',
  "deep/two.ts":
    'import { greeting } from "../shared.ts"; export const handler = async () => greeting("two");',
  "zod.ts": 'import * as z from "zod/mini"; export const handler = async () => z.string().parse("x");',
  "client.ts": 'export { SQSClient as handler } from "@aws-sdk/client-sqs";',
  "types.ts": "export interface Only { type: string }",
};

describe("bundle", () => {
  let folder: ProjectFolder;
  let builds: Build[];

  beforeEach(() => {
    folder = new ProjectFolder(files);
    builds = [];
    scope[recorderKey] = { bundle: true, built: (done: Build) => builds.push(done) };
  });

  afterEach(() => {
    delete scope[recorderKey];
    folder.remove();
  });

  const ask = (entry: string) => bundle({ functionName: path.basename(entry, ".ts"), entry, variables: [] });

  it("gives an archive whose index.js exports the handler", async () => {
    const code = await codeOf(ask("one.ts"));
    const handler = load(code).handler as () => Promise<string>;
    assert.equal(await handler(), "Grüße, one");
  });

  it("builds what is asked for together and apart to the same bytes", async () => {
    const [one, two] = await Promise.all(["one.ts", "deep/two.ts"].map((entry) => codeOf(ask(entry))));
    assert.equal(await codeOf(ask("one.ts")), one);
    assert.equal(await codeOf(ask("deep/two.ts")), two);
    assert.notEqual(one, two);
  });

  it("builds to the same bytes in every folder", async () => {
    const here = await codeOf(ask("deep/two.ts"));
    const other = new ProjectFolder(files);
    try {
      assert.equal(await codeOf(ask("deep/two.ts")), here);
    } finally {
      other.remove();
    }
    assert.ok(!here.includes(folder.path));
  });

  it("reports what went into each bundle", async () => {
    const code = await codeOf(ask("deep/two.ts"));
    const { options: _, ...reported } = onlyBuild();
    assert.deepEqual(reported, {
      entry: path.join(folder.path, "deep/two.ts"),
      hash: createHash("sha256").update(code).digest("hex"),
      inputs: [path.join(folder.path, "deep/two.ts"), path.join(folder.path, "shared.ts")],
      packages: [],
      bytes: Buffer.byteLength(code),
      plugins: [path.join(import.meta.dirname, "../lighter-packages.ts")],
    });
  });

  it("names the packages that went into it", async () => {
    await codeOf(ask("zod.ts"));
    assert.deepEqual(onlyBuild().packages, ["zod"]);
  });

  it("reports options, plain JSON, and plugins that build the entry alone byte for byte", async () => {
    const [client] = await Promise.all(["client.ts", "deep/two.ts"].map((entry) => codeOf(ask(entry))));
    const options = JSON.parse(JSON.stringify(builds[0]?.options));
    const plugins = (builds[0]?.plugins ?? []).map(async (file) => (await import(file)).default);
    const again = await build({ ...options, plugins: await Promise.all(plugins), write: false });
    assert.equal(again.outputFiles?.[0]?.text, client);
  });

  it("builds nothing for a recorder that wants no code", async () => {
    scope[recorderKey] = { bundle: false, built: (done: Build) => builds.push(done) };
    assert.equal(await codeOf(ask("one.ts")), "// one.ts\n");
    assert.deepEqual(builds, []);
  });

  it("refuses a file that does not exist, naming function and file", () => {
    assert.throws(() => ask("three.ts"), {
      message: 'Function "three": handler file three.ts does not exist',
    });
  });

  function onlyBuild(): Build {
    assert.equal(builds.length, 1);
    return builds[0] as Build;
  }
});

describe("a bundle that cannot be built", () => {
  let folder: ProjectFolder;

  afterEach(() => folder.remove());

  const failure = async (sources: Record<string, string>, entries: string[]): Promise<Error> => {
    folder = new ProjectFolder(sources);
    const archives = entries.map((entry) =>
      bundle({ functionName: entry.slice(0, 1), entry, variables: [] }),
    );
    const [first] = await Promise.allSettled(archives.map(codeOf));
    assert.equal(first?.status, "rejected");
    return first.reason;
  };

  it("names function, file, line and column of a syntax error", async () => {
    const error = await failure({ "a.ts": "export const handler = 1;\nexport const = 2;" }, ["a.ts"]);
    assert.equal(error.message, 'Function "a" cannot be built: a.ts:2:14: Expected identifier but found "="');
  });

  it("names the place of a package that is not there", async () => {
    const error = await failure({ "a.ts": 'import "not-installed";\nexport const handler = 1;' }, ["a.ts"]);
    assert.equal(error.message, 'Function "a" cannot be built: a.ts:1:8: Could not resolve "not-installed"');
  });

  it("names every place, and files that functions share as such", async () => {
    const error = await failure(
      {
        "a.ts": 'import "./shared.ts"; export const handler = ;',
        "b.ts": 'import "./shared.ts"; export const handler = 1;',
        "shared.ts": "let x = ;",
      },
      ["a.ts", "b.ts"],
    );
    assert.deepEqual(error.message.split("\n").sort(), [
      'A file that functions share cannot be built: shared.ts:1:9: Unexpected ";"',
      'Function "a" cannot be built: a.ts:1:46: Unexpected ";"',
    ]);
  });
});

describe("bundle options", () => {
  it("take ES modules first and leave the driver's optional packages out", () => {
    const options = bundleOptions("/project", ["functions/a.ts"]);
    assert.deepEqual(options.mainFields, ["module", "main"]);
    assert.deepEqual(options.entryPoints, { "functions/a": "functions/a.ts" });
    assert.ok(options.external?.includes("kerberos"));
  });
});

async function codeOf(archive: pulumi.asset.AssetArchive): Promise<string> {
  const assets = await archive.assets;
  assert.deepEqual(Object.keys(assets), ["index.js"]);
  return (assets["index.js"] as pulumi.asset.StringAsset).text;
}

function load(code: string): Record<string, unknown> {
  const loaded = { exports: {} };
  new Function("module", "exports", code)(loaded, loaded.exports);
  return loaded.exports;
}
