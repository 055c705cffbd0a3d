import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { packTool } from "../../scaffold/pack-tool.ts";

describe("the tool as a tarball", () => {
  let folder: string;
  const at = (...parts: string[]) => path.join(folder, ...parts);

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-pack-"));
    mkdirSync(at("tool/docs"), { recursive: true });
    const scripts = { prepack: "echo packed >> ../packed.log" };
    const manifest = { name: "tiny", version: "1.2.3", files: ["docs/*.md"], scripts };
    writeFileSync(at("tool/package.json"), JSON.stringify(manifest));
    writeFileSync(at("tool/docs/page.md"), "# First\n");
  });

  after(() => rmSync(folder, { recursive: true }));

  const pack = (into: string) => packTool(at("tool"), at(into), at("kept"));
  const pageIn = (into: string) =>
    execFileSync("tar", ["-xOzf", at(into, "tiny-1.2.3.tgz"), "package/docs/page.md"], { encoding: "utf8" });

  it("is packed once, whoever asks for it, and anew when something in it has changed", async () => {
    assert.deepEqual(await Promise.all([pack("one"), pack("other")]), ["tiny-1.2.3.tgz", "tiny-1.2.3.tgz"]);
    assert.deepEqual([pageIn("one"), pageIn("other")], ["# First\n", "# First\n"]);
    assert.equal(readFileSync(at("packed.log"), "utf8"), "packed\n");
    writeFileSync(at("tool/docs/page.md"), "# Second\n");
    await pack("third");
    assert.equal(pageIn("third"), "# Second\n");
    assert.equal(readFileSync(at("packed.log"), "utf8"), "packed\npacked\n");
    assert.equal(readdirSync(at("kept")).length, 1, "the one before is gone");
  });

  it("is refused where npm cannot pack it", async () => {
    writeFileSync(at("tool/package.json"), "{}");
    await assert.rejects(pack("none"), { name: "UserError", message: /^npm pack could not pack the tool: / });
  });
});
