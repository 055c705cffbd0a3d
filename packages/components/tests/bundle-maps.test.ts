import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, utimesSync } from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { bundle } from "../bundle.ts";
import { keepMap } from "../bundle-maps.ts";
import { ProjectFolder } from "./support/project-folder.ts";

const files = {
  "shared.ts": `export function count(order?: { items: string[] }): number {\n  return order!.items.length;\n}\n`,
  "deep/one.ts": `import { count } from "../shared.ts";\nexport const handler = async () => count();\n`,
};
const recorderKey = Symbol.for("program.builds");
const scope = globalThis as Record<symbol, unknown>;

describe("maps of deployed bundles", () => {
  let folder: ProjectFolder;

  beforeEach(() => {
    folder = new ProjectFolder(files);
  });

  afterEach(async () => {
    delete scope[recorderKey];
    await runtime(false);
    folder.remove();
  });

  async function runtime(preview: boolean): Promise<void> {
    await pulumi.runtime.setMocks(
      { newResource: () => ({ id: "id", state: {} }), call: () => ({}) },
      "p",
      "s",
      preview,
    );
  }

  async function deploy(): Promise<Record<string, pulumi.asset.StringAsset>> {
    const archive = bundle({ functionName: "one", entry: "deep/one.ts", variables: [] });
    return (await archive.assets) as Record<string, pulumi.asset.StringAsset>;
  }

  const kept = () => path.join(folder.path, ".local/maps/deep/one");

  it("are kept under the hash of the code, and lead to the project's sources", async () => {
    await runtime(false);
    const code = (await (await deploy())["index.js"]?.text) ?? "";
    const hash = createHash("sha256").update(code).digest("hex");
    assert.deepEqual(readdirSync(kept()), [`${hash}.js.map`]);
    const map = JSON.parse(readFileSync(path.join(kept(), `${hash}.js.map`), "utf8"));
    assert.deepEqual([...map.sources].sort(), ["deep/one.ts", "shared.ts"]);
    assert.equal(map.sourcesContent, undefined);
    const line = code.split("\n").findIndex((text) => text.includes(".items"));
    const column = code.split("\n")[line]?.indexOf("items") ?? 0;
    const found = new SourceMap(map).findOrigin(line + 1, column + 1);
    assert.deepEqual("fileName" in found && [found.fileName, found.lineNumber, found.columnNumber], [
      "shared.ts",
      2,
      17,
    ]);
  });

  it("are no part of what is deployed, which is the same with them and without", async () => {
    await runtime(false);
    const deployed = await deploy();
    scope[recorderKey] = { bundle: true, built: () => {} };
    const recorded = await deploy();
    assert.deepEqual(Object.keys(deployed), ["index.js"]);
    const [text, without] = await Promise.all([deployed, recorded].map((files) => files["index.js"]?.text));
    assert.equal(text, without);
    assert.ok(text && !text.includes("sourceMappingURL"));
  });

  it("are not written by a preview, nor by a recording", async () => {
    await runtime(true);
    await deploy();
    await runtime(false);
    scope[recorderKey] = { bundle: true, built: () => {} };
    await deploy();
    assert.ok(!existsSync(kept()));
  });

  it("are those of the ten versions that were deployed last", () => {
    const map = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });
    for (let version = 0; version < 12; version++) {
      keepMap(folder.path, "deep/one.ts", `hash${version}`, map);
      utimesSync(path.join(kept(), `hash${version}.js.map`), version, version);
    }
    // The first again.
    keepMap(folder.path, "deep/one.ts", "hash2", map);
    keepMap(folder.path, "deep/one.ts", "last", map);
    const names = readdirSync(kept());
    assert.equal(names.length, 10);
    assert.ok(names.includes("hash2.js.map") && names.includes("last.js.map"), names.join());
    assert.ok(!names.includes("hash0.js.map") && !names.includes("hash3.js.map"), names.join());
  });
});
