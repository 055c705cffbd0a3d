import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";

const root = path.resolve(import.meta.dirname, "../..");

/** Options with which the CLI starts Node for the program of a folder. */
function nodeArguments(folder: string): string[] {
  const text = readFileSync(path.join(root, folder, "Pulumi.yaml"), "utf8");
  const { runtime } = parse(text) as { runtime: { options: { nodeargs: string } } };
  return runtime.options.nodeargs.split(" ");
}

/** A Node of the pinned version that reads no TypeScript is as good as an older one. */
const old = ["--no-strip-types"];

function run(args: string[], cwd: string) {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  return { stdout, stderr, status };
}

const TOO_OLD =
  /^error: This program needs Node 22\.18 or newer; .+ is v[\d.]+\. `npm run pulumi -- …` instead of `pulumi …` has the right one\.\n$/;

describe("the Node that a bare `pulumi` finds on the PATH", () => {
  for (const folder of [".", "packages/bootstrap"]) {
    it(`runs the program of ${folder} where it reads TypeScript, and is named with the way out where it does not`, () => {
      const program = ["-e", "console.log('ran')"];
      const cwd = path.join(root, folder);
      assert.deepEqual(run([...nodeArguments(folder), ...program], cwd), {
        stdout: "ran\n",
        stderr: "",
        status: 0,
      });
      const { stdout, stderr, status } = run([...old, ...nodeArguments(folder), ...program], cwd);
      assert.match(stderr, TOO_OLD);
      assert.deepEqual([stdout, status], ["", 1]);
    });
  }

  it("is named by the policy pack as well, before anything of it is loaded", () => {
    const pack = path.join(root, "policies");
    const { main } = JSON.parse(readFileSync(path.join(pack, "package.json"), "utf8")) as { main: string };
    const { stderr, status } = run([...old, "-e", `require(${JSON.stringify(path.join(pack, main))})`], root);
    assert.match(stderr, TOO_OLD);
    assert.equal(status, 1);
  });

  it("is told of a copy that has its name in Pulumi.yaml alone how it gets it everywhere", () => {
    const copy = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-copy-")));
    try {
      mkdirSync(path.join(copy, "bin"));
      cpSync(path.join(root, "bin/node-for-pulumi.cjs"), path.join(copy, "bin/node-for-pulumi.cjs"));
      writeFileSync(path.join(copy, "package.json"), '{"name": "flock"}');
      writeFileSync(path.join(copy, "Pulumi.yaml"), "name: shop\n");
      assert.deepEqual(run([...nodeArguments("."), "-e", ""], copy), {
        stdout: "",
        stderr:
          "error: This copy is called shop in Pulumi.yaml and still flock everywhere else. " +
          "Any npm run command renames it, e.g. `npm run doctor`; then run this again.\n",
        status: 1,
      });
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
