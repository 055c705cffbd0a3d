import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { format } from "../../scaffold/format.ts";
import { withVariables } from "../support/variables.ts";

const NATIVE = `@biomejs/cli-${process.platform}-${process.arch}/biome${process.platform === "win32" ? ".exe" : ""}`;

describe("what is written is formatted", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "tandem-format-"));
    // As npm lays them: a script of Node that looks for the program, and the program.
    put("@biomejs/biome/bin/biome", recording("the script"));
    put(NATIVE, `#!/usr/bin/env node\n${recording("the program")}`);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function put(name: string, text: string): void {
    const file = path.join(folder, "node_modules", name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }

  const recording = (who: string) =>
    `require("node:fs").writeFileSync("call", [${JSON.stringify(who)}, ...process.argv.slice(2)].join(" "));`;
  const calledWith = () => readFileSync(path.join(folder, "call"), "utf8");

  it("by biome's program itself, of what it knows how to", () => {
    format(folder, ["index.ts", "README.md", "openapi.json"]);
    assert.equal(calledWith(), "the program check --write index.ts openapi.json");
  });

  it("by its script where the program is not there or cannot be started", () => {
    chmodSync(path.join(folder, "node_modules", NATIVE), 0o644);
    format(folder, ["index.ts"]);
    assert.equal(calledWith(), "the script check --write index.ts");
    rmSync(path.join(folder, "node_modules", path.dirname(NATIVE)), { recursive: true });
    format(folder, ["infra/a.ts"]);
    assert.equal(calledWith(), "the script check --write infra/a.ts");
  });

  it("by its script where BIOME_BINARY names another program", async () => {
    await withVariables({ BIOME_BINARY: "/opt/biome" }, () => format(folder, ["index.ts"]));
    assert.equal(calledWith(), "the script check --write index.ts");
  });

  it("or it is told what biome says", () => {
    put(NATIVE, `#!/usr/bin/env node\nconsole.error("index.ts: no"); process.exit(1);`);
    assert.throws(() => format(folder, ["index.ts"]), {
      message: "biome could not format what was written:\nindex.ts: no\n",
    });
  });
});
