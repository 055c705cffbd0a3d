import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import { ask } from "../../cli/ask.ts";
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

describe("npm run where", () => {
  let repository: Repository;
  let line: string;
  let bundle: string;
  let place: string;

  beforeEach(() => {
    repository = new Repository();
    repository.writeProgram("unused", {
      "index.ts": PROGRAM,
      "functions/order.ts": ORDER,
      "functions/readOrder.ts": HANDLER,
      "functions/listOrders.ts": `export const handler = async () => [];\n`,
    });
    repository.write(".gitignore", "node_modules\n.local\n");
    repository.commit();
    const { code } = built();
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

  afterEach(() => repository.remove());

  function built(): { code: string; map: string } {
    const { outputFiles } = buildSync({
      absWorkingDir: repository.folder,
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

  async function where(args: string[]) {
    const { code, stdout, stderr } = await ask("where", ...args, "--cwd", repository.folder);
    return { code, out: stdout, stderr };
  }

  async function inProcess(args: string[], input = "") {
    const all = ["packages/tandem/cli/tandem.js", "where", ...args, "--cwd", repository.folder];
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

  const outdate = () => repository.write("functions/order.ts", ORDER.replace("length", "length + 1"));

  it("finds a place by building what the checkout holds, if that is what ran", async () => {
    const { code, out, stderr } = await where([line]);
    assert.deepEqual([code, stderr], [0, ""]);
    const { error } = JSON.parse(out);
    assert.deepEqual(error.frames, [
      "at functions/order.ts:2:17",
      "at async Runtime.handle (file:///var/runtime/index.mjs:1:2)",
    ]);
  });

  it("reads what is piped, with the time before each line as a log has it", async () => {
    const { out } = await inProcess(
      [],
      `2026-11-26T15:00:00 [3]abc {"message":"fine"}\n2026-11-26T15:00:01 [3]abc ${line}\n`,
    );
    const [first, ...rest] = out.split("\n");
    assert.equal(first, `2026-11-26T15:00:00 [3]abc {"message":"fine"}`);
    assert.ok(rest.includes(`      "at functions/order.ts:2:17",`), out);
  });

  it("finds a place of a module that was imported with a query, which is no part of the file's name", async () => {
    const frame = line.replace("/var/task/index.js:", "file:///var/task/index.js?reloaded=1:");
    const { code, out } = await where([frame]);
    assert.equal(code, 0);
    assert.equal(JSON.parse(out).error.frames[0], "at functions/order.ts:2:17");
  });

  it("takes the map that was kept, whatever the checkout holds by now", async () => {
    const kept = path.join(repository.folder, ".local/maps/functions/readOrder");
    mkdirSync(kept, { recursive: true });
    const map = JSON.parse(built().map);
    writeFileSync(
      path.join(kept, `${bundle}.js.map`),
      JSON.stringify({
        ...map,
        sources: map.sources.map((source: string) => source.replace(/^(\.\.\/)+/, "")),
      }),
    );
    outdate();
    repository.write("index.ts", "throw new Error('is not run');");
    const { code, out, stderr } = await where([line]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.ok(out.includes("at functions/order.ts:2:17"), out);
  });

  it("refuses a bundle that is neither kept nor built here, and finds it in the commit that was deployed", async () => {
    outdate();
    repository.commit();
    const refused = await inProcess([line]);
    assert.equal(refused.code, 1);
    assert.ok(
      refused.stderr.startsWith(
        `error: The map of bundle ${bundle.slice(0, 16)} is not in .local/maps, and this checkout does not build that bundle: of readOrder it builds `,
      ),
      refused.stderr,
    );
    assert.ok(refused.stderr.includes("--revision <commit>"));
    assert.equal(refused.out, "");
    const found = await where([line, "--revision", "HEAD~1"]);
    assert.equal(found.code, 0, found.stderr);
    assert.ok(found.out.includes("at functions/order.ts:2:17"), found.out);
    assert.deepEqual(repository.otherWorktrees(), []);
  });

  it("says whose places it shows where no bundle is named", async () => {
    const frame = `at t (index.js:${place})`;
    const { out, stderr } = await where([frame, "--function", "readOrder"]);
    assert.equal(out, "at functions/order.ts:2:17\n");
    assert.equal(
      stderr,
      "No bundle is named: these are the places of readOrder as this checkout builds it.\n",
    );
    const byGroup = await where([`/aws/lambda/shop-prod-readOrder ${frame}`]);
    assert.ok(byGroup.out.includes("at functions/order.ts:2:17"), byGroup.stderr);
  });

  it("refuses what names no place, no function, or a place that the map does not know", async () => {
    const messages = await Promise.all(
      [
        ["nothing here"],
        [`index.js:${place}`],
        [`index.js:${place}`, "--function", "other"],
        ["index.js:900:1", "--function", "readOrder"],
        ["index.js:1:1", "--revision", "nowhere"],
      ].map(async (args) => (await where(args)).stderr),
    );
    const wanted = [
      /^error: There is no place such as index\.js:30:1730 in "nothing here"\.$/m,
      /^error: Which function\? Say --function <name>\. There are: listOrders, readOrder\.$/m,
      /^error: The program declares no function other\. Say --function <name>\./m,
      /^error: The source map of that code knows none of these places\.$/m,
      /^error: There is no revision "nowhere" here\..*--revision\.$/m,
    ];
    for (const [index, pattern] of wanted.entries()) assert.match(messages[index] ?? "", pattern);
  });

  it("reads the maps of programs whose code was built before", async () => {
    repository.write(
      "dist/index.js",
      `exports.handler = () => undefined.items;\n//# sourceMappingURL=index.js.map\n`,
    );
    // Line 1, column 35 of the file is line 7, column 3 of the source.
    const map = { version: 3, sources: ["../src/orders.ts"], names: [], mappings: "kCAME" };
    repository.write("dist/index.js.map", JSON.stringify(map));
    repository.write(
      "index.ts",
      `import * as aws from "@pulumi/aws";\nimport * as pulumi from "@pulumi/pulumi";\nconst role = new aws.iam.Role("role", { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) });\nnew aws.lambda.Function("orders", { runtime: "nodejs24.x", handler: "index.handler", role: role.arn, code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset("dist/index.js") }) });\n`,
    );
    const { out, stderr } = await where(["at exports.handler (/var/task/index.js:1:36)"]);
    assert.equal(out, "at exports.handler (src/orders.ts:7:3)\n", stderr);
  });

  it("names the program's own file where code runs as it is written, and why it knows no other", async () => {
    repository.write("app/index.js", "exports.handler = async () => {\n  throw new Error();\n};\n");
    repository.write("app/node_modules/lib/index.js", "module.exports = 1;\n");
    repository.write(
      "index.ts",
      `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const role = new aws.iam.Role("role", { assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: "lambda.amazonaws.com" }) });
const settings = { runtime: "nodejs24.x", handler: "index.handler", role: role.arn };
new aws.lambda.Function("folder", { ...settings, code: new pulumi.asset.FileArchive("app") });
new aws.lambda.Function("file", { ...settings, code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.FileAsset("app/index.js") }) });
new aws.lambda.CallbackFunction("inline", { role, callback: async () => {} });
`,
    );
    for (const name of ["folder", "file"]) {
      const { out, stderr } = await where([
        "at exports.handler (/var/task/index.js:2:9)",
        "--function",
        name,
      ]);
      assert.equal(out, "at exports.handler (app/index.js:2:9)\n", stderr);
    }
    const refuses = async (name: string, reasons: Record<string, string>) => {
      const places = Object.keys(reasons);
      const { code, stderr } = await where([
        places.map((one) => `at f (${one})`).join("\n"),
        "--function",
        name,
      ]);
      assert.equal(code, 1);
      const expected = places.map((one) => `${one.split(":")[0]} ${reasons[one]}`);
      assert.ok(stderr.includes(`error: None of these places is known. ${expected[0]}`), stderr);
      for (const one of expected) assert.ok(stderr.includes(one), stderr);
    };
    await refuses("inline", {
      "/var/task/__index.js:9:1": "is what Pulumi writes of a function that is part of the program",
    });
    await refuses("folder", {
      "/opt/nodejs/index.js:2:1": "is of a layer",
      "/var/task/node_modules/lib/index.js:1:1": "is of a package",
      "/var/task/other.js:1:1": "has no source map, or is not in that code",
      "/var/task/index.js:900:1": "has no source map, or is not in that code",
    });
  });

  it("leaves a trace of Python as it is, and says why", async () => {
    const { code, stderr } = await where([
      `File "/var/task/main.py", line 2, in handler`,
      "--function",
      "readOrder",
    ]);
    assert.equal(code, 1);
    assert.match(stderr, /^error: A trace of Python names the sources itself/);
  });
});
