import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import ts from "typescript";
import { rebuild } from "../../../local/rebuild.ts";
import type { Build, Value } from "../../../program/recording.ts";
import { archive, lambda, recordingOf, startRun, type TestRun } from "./support.ts";

/** Throws in line 3, column 17. */
const ORDER = `export interface Order { items: string[] }
export function count(order: Order | undefined): number {
  return order!.items.length;
}
`;
const HANDLER = `import { count } from "./order.ts";

export const handler = async (event: { caught?: boolean }) => {
  try {
    return count(undefined);
  } catch (error) {
    if (!event.caught) throw error;
    console.log(JSON.stringify({ message: "failed", stack: (error as Error).stack }));
    console.log(error);
    return "caught";
  }
};
`;
const PLACE = "functions/order.ts:3:17";
/** Compilers differ in which part of a call is its place. */
const CALLER = "functions/readOrder.ts:5:";

describe("places in a function's log", () => {
  let folder: string;
  let run: TestRun | undefined;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-maps-")));
    mkdirSync(path.join(folder, "functions"));
    writeFileSync(path.join(folder, "functions/order.ts"), ORDER);
    writeFileSync(path.join(folder, "functions/readOrder.ts"), HANDLER);
  });

  afterEach(async () => {
    await run?.close();
    run = undefined;
    rmSync(folder, { recursive: true });
  });

  const options = (more: BuildOptions = {}): BuildOptions => ({
    absWorkingDir: folder,
    entryPoints: ["functions/readOrder.ts"],
    outdir: "bundle",
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    ...more,
  });

  function built(): { build: Build; code: Value; text: string } {
    const text = buildSync({ ...options(), write: false }).outputFiles[0]?.text ?? "";
    const build = {
      entry: path.join(folder, "functions/readOrder.ts"),
      hash: createHash("sha256").update(text).digest("hex"),
      inputs: [],
      packages: [],
      bytes: text.length,
      options: options() as Record<string, unknown>,
    };
    return { build, code: archive({ "index.js": text }), text };
  }

  async function start(code: Value, builds: Build[] = []): Promise<TestRun> {
    const functions = [lambda("readOrder", "", { code })];
    run = await startRun(functions, {}, { ...recordingOf(folder, functions), builds });
    return run;
  }

  /** What the trace of the answer and every line of the log say of places. */
  async function seen({ workers, lines }: TestRun) {
    const { error } = await workers.invoke("readOrder", {});
    await workers.invoke("readOrder", { caught: true });
    await workers.stop();
    return { error, lines };
  }

  async function assertMapped(started: TestRun): Promise<void> {
    const { error, lines } = await seen(started);
    assert.equal(error?.errorMessage, "Cannot read properties of undefined (reading 'items')");
    assert.match(error.trace?.[1] ?? "", new RegExp(`^ +at (count \\()?${PLACE}\\)?$`));
    assert.match(error.trace?.[2] ?? "", new RegExp(CALLER));
    const of = (part: string) => lines.find((line) => line.includes(part)) ?? "";
    for (const line of [of("Invoke Error"), of(`"message":"failed"`)]) {
      assert.ok(line.includes(PLACE) && line.includes(CALLER), line);
      assert.ok(line.includes("(reading 'items')"), line);
    }
    const { stack } = JSON.parse(of(`"message":"failed"`).split("\t")[3] ?? "");
    assert.ok(stack.includes(PLACE), stack);
    // A stack that takes several lines.
    assert.match(lines.filter((line) => /^ +at /.test(line))[0] ?? "", new RegExp(`${PLACE}\\)?$`));
    const reports = lines.flatMap((line, index) => (line.startsWith("REPORT") ? [index] : []));
    const caught = lines.findIndex((line) => line.includes(`"message":"failed"`));
    assert.ok((reports[0] ?? 0) < caught && caught < (reports[1] ?? 0), "order of the log");
  }

  it("are those of the sources where the program built the bundle itself, which is not changed", async () => {
    const { build, code, text } = built();
    const started = await start(code, [build]);
    await assertMapped(started);
    assert.ok(!text.includes("sourceMappingURL"));
  });

  it("follow a handler that was built again", async () => {
    const { build, code } = built();
    const started = await start(code, [build]);
    writeFileSync(path.join(folder, "functions/order.ts"), `\n\n${ORDER}`);
    const again = await rebuild(build, folder);
    assert.ok(again.ok);
    await started.workers.replaceCode("readOrder", again.code, again.build);
    const { error } = await started.workers.invoke("readOrder", {});
    assert.match(error?.trace?.[1] ?? "", /functions\/order\.ts:5:17/);
  });

  it("stay those of the bundle where the sources are no longer those it was built from", async () => {
    const { build, code } = built();
    const started = await start(code, [build]);
    writeFileSync(path.join(folder, "functions/order.ts"), ORDER.replace("length", "length + 1"));
    const { error } = await started.workers.invoke("readOrder", {});
    assert.match(error?.trace?.[1] ?? "", /\/index\.js:\d+:\d+/);
    assert.equal(error?.errorMessage, "Cannot read properties of undefined (reading 'items')");
  });

  it("are found by a map within the file", async () => {
    const { outputFiles } = buildSync({ ...options({ sourcemap: "inline" }), write: false });
    // Its sources are told from where it was built.
    const file = path.join(folder, "bundle/readOrder.js");
    mkdirSync(path.dirname(file));
    writeFileSync(file, outputFiles[0]?.text ?? "");
    await assertMapped(await start({ $: "archive", assets: { "index.js": { $: "asset", path: file } } }));
  });

  it("are found by a map beside the file that was copied, whether its last line names it or not", async () => {
    for (const sourcemap of ["linked", "external"] as const) {
      buildSync(options({ sourcemap, entryNames: "index" }));
      const code: Value = { $: "archive", assets: { "index.js": { $: "asset", path: "bundle/index.js" } } };
      await assertMapped(await start(code));
      await run?.close();
    }
  });

  it("are found in a folder of ES modules", async () => {
    buildSync(
      options({ sourcemap: "linked", format: "esm", entryNames: "index", outExtension: { ".js": ".mjs" } }),
    );
    await assertMapped(await start({ $: "archive", path: "bundle" }));
  });

  it("are found in what tsc wrote, with a root for its sources", async () => {
    const bundle = path.join(folder, "bundle");
    for (const name of ["order", "readOrder"]) {
      const source = readFileSync(path.join(folder, `functions/${name}.ts`), "utf8").replace(
        "./order.ts",
        "./order.js",
      );
      const { outputText, sourceMapText = "" } = ts.transpileModule(source, {
        fileName: `${name}.ts`,
        compilerOptions: {
          module: ts.ModuleKind.CommonJS,
          target: ts.ScriptTarget.ES2022,
          sourceMap: true,
          sourceRoot: "../functions",
        },
      });
      mkdirSync(bundle, { recursive: true });
      writeFileSync(path.join(bundle, `${name}.js`), outputText);
      writeFileSync(path.join(bundle, `${name}.js.map`), sourceMapText);
    }
    const functions = [
      lambda("readOrder", "", { code: { $: "archive", path: "bundle" }, handler: "readOrder.handler" }),
    ];
    run = await startRun(functions, {}, recordingOf(folder, functions));
    await assertMapped(run);
  });

  it("are those of the sources where code does not load", async () => {
    writeFileSync(
      path.join(folder, "functions/order.ts"),
      `${ORDER}\nconst given: Order | undefined = JSON.parse("null") ?? undefined;\nconsole.log(count(given));\n`,
    );
    const { build, code } = built();
    await assert.rejects(start(code, [build]), (error: Error) => {
      assert.ok(error.message.includes(PLACE), error.message);
      return true;
    });
  });

  it("stay as they are where the map is damaged, and the person is told once", async () => {
    buildSync(options({ sourcemap: "linked", entryNames: "index" }));
    writeFileSync(path.join(folder, "bundle/index.js.map"), "{ cut sho");
    const started = await start({ $: "archive", path: "bundle" });
    const { error } = await seen(started);
    assert.match(error?.trace?.[1] ?? "", /bundle\/index\.js:\d+:\d+/);
    const reported = started.reported.filter((line) => line.includes("source map"));
    assert.equal(reported.length, 1, started.reported.join("\n"));
    assert.match(reported[0] ?? "", /bundle\/index\.js has a source map that cannot be read/);
  });

  it("cost nothing in a long line that names none", async () => {
    const text = `exports.handler = async () => { console.log("a/".repeat(200_000) + ".js:x"); throw new Error("b"); };`;
    const started = await start(archive({ "index.js": text }));
    const { lines } = await seen(started);
    assert.ok(lines.some((line) => line.endsWith(".js:x")));
  });
});
