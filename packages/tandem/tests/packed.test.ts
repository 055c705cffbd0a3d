import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { packTool } from "../scaffold/pack-tool.ts";
import { packageFolder } from "../shared/places.js";
import { AskedConsole } from "./console/asked-console.ts";
import { shareCompiled } from "./support/compiled.ts";
import { layTarball, prefillPackages } from "./support/installed.ts";
import { duringStart } from "./support/installed-start.ts";

const fixture = path.resolve(import.meta.dirname, "fixtures/local/table-from-folder");
const manifest = JSON.parse(readFileSync(path.join(packageFolder, "package.json"), "utf8"));

/** As somebody has it who installed the package beside a Pulumi program of their own. */
describe("the package, packed and installed", () => {
  let folder: string;
  let program: string;
  let environment: NodeJS.ProcessEnv;

  before(async function () {
    this.timeout(900_000);
    folder = mkdtempSync(path.join(tmpdir(), "tandem-packed-"));
    program = path.join(folder, "program");
    cpSync(fixture, program, { recursive: true });
    // Of this region the package has prices.
    writeFileSync(path.join(program, "Pulumi.dev.yaml"), "config:\n  aws:region: eu-central-1\n");
    writeFileSync(path.join(program, ".gitignore"), "node_modules/\n");
    const tarball = path.join(folder, await packTool(packageFolder, folder));
    assert.equal(path.basename(tarball), `${manifest.name}-${manifest.version}.tgz`);
    prefillPackages(program, [manifest.name, "@pulumi/pulumi", "@pulumi/aws"]);
    layTarball(program, manifest.name, tarball);
    environment = await shareCompiled(program);
    git("init", "--quiet");
    git("add", "--all");
    git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "as it is");
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  const git = (...args: string[]) => execFileSync("git", args, { cwd: program, encoding: "utf8" });
  const tandem = (...args: string[]) =>
    spawnSync(path.join(program, "node_modules/.bin/tandem"), args, {
      cwd: program,
      env: environment,
      encoding: "utf8",
    });

  it("holds compiled JavaScript with types, and none of the tests", () => {
    const installed = path.join(program, "node_modules", manifest.name);
    const files = globSync("**/*", { cwd: installed, exclude: (name) => name === "node_modules" });
    assert.ok(files.includes("dist/index.d.ts"));
    assert.deepEqual(
      files.filter((file) => /(?<!\.d)\.ts$|(^|\/)tests\/.*\.test\./.test(file)),
      [],
    );
  });

  for (const [args, expected] of [
    [["parity"], /realised/],
    [["policies", "--stack", "dev"], /dev: \d+ to mend/],
    [["cost", "--stack", "dev"], /a month/],
    [["diff", "--base", "HEAD"], /nothing changes/],
  ] as const) {
    it(`runs tandem ${args.join(" ")}, and changes no file of the project`, () => {
      const { stdout, stderr } = tandem(...args);
      assert.match(stdout, expected, stderr);
      assert.equal(git("status", "--porcelain"), "");
    });
  }

  it("calls its commands as they are typed here, and lists none that only its developers can use", () => {
    const { stdout } = tandem("help");
    assert.match(stdout, /^ *npx tandem start {2,}\S/m);
    assert.doesNotMatch(stdout, /npm run|npx tandem (bench|test-engine)/);
    assert.match(tandem("env", "--help").stdout, /^Usage: npx tandem env \[options\]/);
    assert.match(tandem("env", "--nonsense").stderr, /explained by: npx tandem env --help/);
  });

  it("runs tandem start, answers, and changes no file of the project", async () => {
    const ready =
      /npx tandem parity\n[\s\S]*Ready on (http:\S+?)\. [\s\S]*Look at it: (http:\S+?\/\?token=\S+)\n/;
    await duringStart(program, environment, ready, async ([, url, link = ""]) => {
      assert.equal((await fetch(`${url}/get`)).status, 200);
      const page = new AskedConsole(link);
      const code = await page.fetch("/console.js");
      assert.equal(code.headers.get("content-type"), "text/javascript; charset=utf-8");
      // What only one view needs comes in a file of its own.
      const [, later = ""] = /import\("\.\/(map-layout-\w+\.js)"\)/.exec(await code.text()) ?? [];
      assert.equal((await page.fetch(`/${later}`)).status, 200);
      const { rows } = await page.ask<{ rows: object[] }>("/api/requests");
      assert.equal(rows.length, 1);
    });
    assert.equal(git("status", "--porcelain"), "");
  });

  it("is called by another program, which loads no TypeScript where no code speaks of metrics", () => {
    const script = `
      import module from "node:module";
      import { check, diff, record, startLocal } from "${manifest.name}";
      const program = { cwd: process.cwd(), stack: "dev" };
      const recording = await record(program);
      const { diffs } = await diff({ ...program, base: "HEAD", log() {} });
      const local = await startLocal(program);
      const { status } = await fetch(local.url + "/get");
      await local.stop();
      const compilers = Object.keys(module._cache).filter((file) => file.includes("typescript"));
      console.log(recording.project, check(recording).violations.length > 0, diffs.length, status, compilers.length);`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: program,
      env: environment,
      encoding: "utf8",
    });
    assert.equal(stdout, "table-from-folder true 1 200 0\n", stderr);
  });
});
