import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";
import { type WhereOptions, where } from "../../../local/where.ts";
import { recordProgram } from "../../../program/record-program.ts";
import type { Recording } from "../../../program/recording.ts";
import { ask, askOf } from "../../cli/ask.ts";
import { Repository } from "../../review/support/repository.ts";

const root = path.resolve(import.meta.dirname, "../../../../..");

/** Builds its functions itself and says so, as docs/decisions/002-builds.md has it. */
const PROGRAM = `import { createHash } from "node:crypto";
import path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { buildSync } from "esbuild";
const cwd = import.meta.dirname;
const role = new aws.iam.Role("role", { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) });
const declare = (name: string) => {
  const options = { absWorkingDir: cwd, entryPoints: ["functions/" + name + ".ts"], outdir: "bundle", bundle: true, minify: true, platform: "node", format: "cjs" } as const;
  const text = buildSync({ ...options, write: false }).outputFiles[0]?.text ?? "";
  (globalThis as any)[Symbol.for("program.builds")]?.built({
    entry: path.join(cwd, "functions", name + ".ts"), hash: createHash("sha256").update(text).digest("hex"), inputs: [], packages: [], bytes: text.length, options,
  });
  new aws.lambda.Function(name, {
    name: "shop-" + pulumi.getStack() + "-" + name, runtime: "nodejs24.x", handler: "index.handler", role: role.arn,
    code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(text) }),
  });
};
for (const name of ["readOrder", "listOrders"]) declare(name);
`;
const ORDER = `export function count(order: { items: string[] } | undefined): number {
  return order!.items.length;
}
`;
const HANDLER = `import { count } from "./order.ts";\nexport const handler = async () => count(undefined);\n`;

/** With the program committed as it was deployed. */
function deployed(): Repository {
  const repository = new Repository();
  repository.writeProgram("unused", {
    "index.ts": PROGRAM,
    "functions/order.ts": ORDER,
    "functions/readOrder.ts": HANDLER,
    "functions/listOrders.ts": `export const handler = async () => [];\n`,
  });
  repository.write(".gitignore", "node_modules\n.local\n");
  const esbuild = "node_modules/esbuild";
  symlinkSync(path.join(root, esbuild), path.join(repository.folder, esbuild), "junction");
  repository.commit();
  return repository;
}

function built({ folder }: Repository): { code: string; map: string } {
  const { outputFiles } = buildSync({
    absWorkingDir: folder,
    entryPoints: ["functions/readOrder.ts"],
    outdir: "bundle",
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    sourcemap: "external",
    write: false,
  });
  const [map, code] = [".map", ".js"].map(
    (end) => outputFiles.find((file) => file.path.endsWith(end))?.text ?? "",
  );
  return { code: code ?? "", map: map ?? "" };
}

describe("npm run where", () => {
  let repository: Repository;
  let recording: Recording;
  let line: string;
  let bundle: string;
  let place: string;

  before(async () => {
    repository = deployed();
    recording = await recordProgram({ cwd: repository.folder, stack: "dev" });
    const { code } = built(repository);
    bundle = createHash("sha256").update(code).digest("hex");
    const at = code.split("\n").findIndex((text) => text.includes(".items"));
    place = `${at + 1}:${(code.split("\n")[at]?.indexOf("items") ?? 0) + 1}`;
    line = JSON.stringify({
      level: "ERROR",
      function_name: "shop-prod-readOrder",
      error: {
        name: "TypeError",
        bundle: bundle.slice(0, 16),
        frames: [
          `at t (/var/task/index.js:${place})`,
          "at async Runtime.handle (file:///var/runtime/index.mjs:1:2)",
        ],
      },
    });
  });

  after(() => repository.remove());

  /** Of the recorded program unless another is named: what is answered, and what is said besides. */
  async function found(text: string, other: Partial<WhereOptions> = {}) {
    const notes: string[] = [];
    const out = await where({
      cwd: repository.folder,
      called: "this checkout",
      record: async () => recording,
      log: (line) => notes.push(line),
      text,
      ...other,
    });
    return { out, notes };
  }

  /** The command, of the recorded program. */
  const askHere = (...args: string[]) =>
    askOf(
      async (asked) => {
        assert.equal(asked.cwd, repository.folder);
        return recording;
      },
      "where",
      ...args,
      "--cwd",
      repository.folder,
    );

  async function inProcess(input: string) {
    const all = ["packages/tandem/cli/tandem.js", "where", "--cwd", repository.folder];
    const child = spawn(process.execPath, all, { cwd: root });
    child.stdin.end(input);
    const output = { out: "", stderr: "" };
    child.stdout.on("data", (chunk) => {
      output.out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output.stderr += chunk;
    });
    const [code] = await once(child, "close");
    return { code, ...output };
  }

  it("finds a place by building what the checkout holds, if that is what ran", async () => {
    const { out, notes } = await found(line);
    assert.deepEqual(notes, []);
    const { error } = JSON.parse(out);
    assert.deepEqual(error.frames, [
      "at functions/order.ts:2:17",
      "at async Runtime.handle (file:///var/runtime/index.mjs:1:2)",
    ]);
  });

  it("reads what is piped, with the time before each line as a log has it", async () => {
    const { code, out, stderr } = await inProcess(
      `2026-11-26T15:00:00 [3]abc {"message":"fine"}\n2026-11-26T15:00:01 [3]abc ${line}\n`,
    );
    assert.deepEqual([code, stderr], [0, ""]);
    const [first, ...rest] = out.split("\n");
    assert.equal(first, `2026-11-26T15:00:00 [3]abc {"message":"fine"}`);
    assert.ok(rest.includes(`      "at functions/order.ts:2:17",`), out);
  });

  it("finds a place of a module that was imported with a query, which is no part of the file's name", async () => {
    const frame = line.replace("/var/task/index.js:", "file:///var/task/index.js?reloaded=1:");
    assert.equal(JSON.parse((await found(frame)).out).error.frames[0], "at functions/order.ts:2:17");
  });

  it("takes the map that was kept, whatever the checkout holds by now", async () => {
    const cwd = mkdtempSync(path.join(tmpdir(), "tandem-kept-"));
    const kept = path.join(cwd, ".local/maps/functions/readOrder");
    mkdirSync(kept, { recursive: true });
    const map = JSON.parse(built(repository).map);
    writeFileSync(
      path.join(kept, `${bundle}.js.map`),
      JSON.stringify({
        ...map,
        sources: map.sources.map((source: string) => source.replace(/^(\.\.\/)+/, "")),
      }),
    );
    const record = () => assert.fail("the program is not run");
    const { out, notes } = await found(line, { cwd, record }).finally(() => rmSync(cwd, { recursive: true }));
    assert.deepEqual(notes, []);
    assert.ok(out.includes("at functions/order.ts:2:17"), out);
  });

  it("refuses a bundle that is neither kept nor built here, with the bundle that is", async () => {
    const other = "0".repeat(16);
    const text = line.replace(bundle.slice(0, 16), other);
    const { code, stdout, stderr } = await askHere(text);
    assert.deepEqual([code, stdout], [1, ""]);
    const [first] = stderr.split(bundle.slice(0, 16));
    assert.equal(
      first,
      `error: The map of bundle ${other} is not in .local/maps, and this checkout does not build that bundle: of readOrder it builds `,
    );
    assert.ok(stderr.includes("--revision <commit>"));
  });

  it("finds a bundle in the commit that was deployed", async () => {
    const later = deployed();
    try {
      later.write("functions/order.ts", ORDER.replace("length", "length + 1"));
      later.commit();
      const found = await ask("where", line, "--revision", "HEAD~1", "--cwd", later.folder);
      assert.equal(found.code, 0, found.stderr);
      assert.ok(found.stdout.includes("at functions/order.ts:2:17"), found.stdout);
      assert.deepEqual(later.otherWorktrees(), []);
      const { stderr } = await ask("where", line, "--revision", "nowhere", "--cwd", later.folder);
      assert.match(stderr, /^error: There is no revision "nowhere" here\..*--revision\.$/m);
    } finally {
      later.remove();
    }
  });

  it("says whose places it shows where no bundle is named", async () => {
    const frame = `at t (index.js:${place})`;
    const asked = await askHere(frame, "--function", "readOrder");
    assert.deepEqual(asked, {
      code: 0,
      stdout: "at functions/order.ts:2:17\n",
      stderr: "No bundle is named: these are the places of readOrder as this checkout builds it.\n",
    });
    const byGroup = await found(`/aws/lambda/shop-prod-readOrder ${frame}`);
    assert.ok(byGroup.out.includes("at functions/order.ts:2:17"), byGroup.out);
  });

  for (const [text, functionName, message] of [
    ["nothing here", undefined, /^There is no place such as index\.js:30:1730 in "nothing here"\.$/m],
    [
      "index.js:1:1",
      undefined,
      /^Which function\? Say --function <name>\. There are: listOrders, readOrder\.$/m,
    ],
    ["index.js:1:1", "other", /^The program declares no function other\. Say --function <name>\./m],
    ["index.js:900:1", "readOrder", /^The source map of that code knows none of these places\.$/m],
    [
      `File "/var/task/main.py", line 2, in handler`,
      "readOrder",
      /^A trace of Python names the sources itself/,
    ],
  ] as const) {
    it(`refuses ${text} of ${functionName ?? "no function"}`, async () => {
      await assert.rejects(found(text, { functionName }), { name: "UserError", message });
    });
  }
});
