import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { rebuild } from "../../local/rebuild.ts";
import { buildWithMap } from "../../local/source-maps/map-of-build.ts";
import type { Build } from "../../program/recording.ts";

const PLUGIN = `export default {
  name: "seasons",
  setup({ onLoad }) { onLoad({ filter: /season\\.js$/ }, () => ({ contents: "export default 'autumn';" })); },
};`;

describe("a build with plugins", () => {
  let folder: string;
  let built: Build;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-plugins-"));
    writeFileSync(path.join(folder, "plugin.mjs"), PLUGIN);
    writeFileSync(path.join(folder, "season.js"), "export default 'spring';");
    writeFileSync(
      path.join(folder, "entry.js"),
      'import season from "./season.js"; export const handler = season;',
    );
    built = {
      entry: path.join(folder, "entry.js"),
      hash: "",
      inputs: [],
      packages: [],
      bytes: 0,
      options: {
        absWorkingDir: folder,
        entryPoints: ["entry.js"],
        outdir: "out",
        bundle: true,
        format: "cjs",
      },
      plugins: [path.join(folder, "plugin.mjs")],
    };
  });

  after(() => rmSync(folder, { recursive: true }));

  it("is built with them after its source changed", async () => {
    const result = await rebuild(built, folder);
    assert.ok(result.ok);
    assert.match(JSON.stringify(result.code), /autumn/);
  });

  it("is built with them for its map", async () => {
    const withMap = await buildWithMap(built);
    assert.match(withMap?.code ?? "", /autumn/);
  });

  it("is built without what its program did not name", async () => {
    const { plugins: _, ...plain } = built;
    const result = await rebuild(plain, folder);
    assert.ok(result.ok);
    assert.match(JSON.stringify(result.code), /spring/);
  });
});
