import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { whatMendsIt } from "../../cli/checks.ts";

const cli = path.resolve("packages/tandem/cli/tandem.js");

describe("checks before the tests", () => {
  let folder: string;

  before(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-checks-")));
  });

  after(() => rmSync(folder, { recursive: true }));

  /** A project with scripts in place of its compiler and its linter, and without tests. */
  const projectOf = (scripts: { compiler: string; linter: string }) => {
    const cwd = mkdtempSync(path.join(folder, "project-"));
    writeFileSync(path.join(cwd, "Pulumi.yaml"), "name: checked\nruntime: nodejs\n");
    for (const [script, text] of [
      ["@typescript/native/bin/tsc", scripts.compiler],
      ["@biomejs/biome/bin/biome", scripts.linter],
    ] as const) {
      const place = path.join(cwd, "node_modules", script);
      mkdirSync(path.dirname(place), { recursive: true });
      writeFileSync(place, text);
    }
    return cwd;
  };

  /** `npm test` of such a project. */
  const testedBy = (scripts: Parameters<typeof projectOf>[0], environment: NodeJS.ProcessEnv = {}) => {
    const cwd = projectOf(scripts);
    const env = { ...process.env, MOCHA_WORKER_ID: undefined, ...environment };
    const { stdout, stderr, status } = spawnSync(process.execPath, [cli, "test"], {
      cwd,
      encoding: "utf8",
      env,
    });
    return [stdout, stderr, status];
  };

  for (const [given, taken] of [
    [undefined, "off"],
    ["50", "50"],
  ] as const)
    it(`have the compiler collect no garbage unless a variable says otherwise: GOGC=${given ?? ""}`, () => {
      const compiler = "console.log(process.env.GOGC); process.exitCode = 2;";
      assert.deepEqual(testedBy({ compiler, linter: "" }, { GOGC: given }), [
        `\ntypes\n${taken}\n\nlint and format\n`,
        "\ntypes: failed\n",
        1,
      ]);
    });

  it("run at once, show what they say one after the other, and keep the tests back where one has failed", () => {
    const compiler = `
      const { existsSync } = require("node:fs");
      console.log("types begin");
      const untilLinted = setInterval(() => {
        if (!existsSync("linted")) return;
        clearInterval(untilLinted);
        console.error("types end");
      }, 10);`;
    const linter = `
      if (process.argv.includes("--reporter=json")) {
        console.log(JSON.stringify({ diagnostics: [{ category: "format" }] }));
      } else {
        require("node:fs").writeFileSync("linted", "");
        console.log(process.argv.slice(2).join(" "));
        process.exitCode = 1;
      }`;
    assert.deepEqual(testedBy({ compiler, linter }), [
      "\ntypes\ntypes begin\ntypes end\n\nlint and format\ncheck --error-on-warnings\n",
      "\nlint and format: failed; npm run format mends it\n",
      1,
    ]);
  });

  for (const [variable, isColoured] of [
    ["TERM=xterm", true],
    ["NO_COLOR=1", false],
    ["TERM=dumb", false],
  ] as const)
    it(`are ${isColoured ? "" : "not "}coloured in a terminal with ${variable}`, function () {
      if (spawnSync("script", ["--version"]).status !== 0) return this.skip();
      const compiler = "console.log(process.argv.slice(2).join(' ')); process.exitCode = 1;";
      const cwd = projectOf({ compiler, linter: "console.log(process.argv.slice(2).join(' '));" });
      const command = `exec env ${variable} "${process.execPath}" "${cli}" test`;
      const env = {
        ...process.env,
        TERM: "xterm",
        // By it Node takes the terminal for a service's log, without colours.
        CI: undefined,
        NO_COLOR: undefined,
        FORCE_COLOR: undefined,
        MOCHA_WORKER_ID: undefined,
      };
      const { stdout } = spawnSync("script", ["-qec", command, "/dev/null"], { cwd, env, encoding: "utf8" });
      assert.deepEqual(
        stdout.split("\r\n").filter((line) => line.includes("--")),
        isColoured
          ? ["--singleThreaded --pretty", "check --error-on-warnings --colors=force"]
          : ["--singleThreaded", "check --error-on-warnings"],
      );
    });

  it("show each line whole, also where another is written meanwhile", () => {
    const compiler = `
      process.stderr.write("begun ");
      console.log("another");
      setTimeout(() => {
        process.stderr.write("and ended");
        process.exitCode = 1;
      }, 100);`;
    const [stdout] = testedBy({ compiler, linter: "" });
    const lines = String(stdout).split("\n").sort();
    assert.deepEqual(
      lines.filter((line) => /begun|ended|another/.test(line)),
      ["another", "begun and ended"],
    );
  });

  it("ask a linter that was ended for nothing more", () => {
    const linter = `
      if (!process.argv.includes("--reporter=json")) process.kill(process.pid, "SIGINT");
      else console.log(JSON.stringify({ diagnostics: [{ category: "format" }] }));`;
    assert.deepEqual(testedBy({ compiler: "", linter }), [
      "\ntypes\n\nlint and format\n",
      "\nlint and format: failed\n",
      1,
    ]);
  });

  it("say nothing of what mends a linter that could not begin", () => {
    const linter = "console.error('No settings.'); process.exitCode = 1;";
    assert.deepEqual(testedBy({ compiler: "", linter }), [
      "\ntypes\n\nlint and format\nNo settings.\n",
      "\nlint and format: failed\n",
      1,
    ]);
  });

  it("say that npm run format mends what only differs in format, and no more than that", () => {
    const mended = (source: string) => {
      const program = mkdtempSync(path.join(folder, "program-"));
      writeFileSync(path.join(program, "biome.json"), "{}\n");
      writeFileSync(path.join(program, "a.ts"), source);
      return whatMendsIt(program);
    };
    assert.equal(mended("export const a    = 1;\n"), "; npm run format mends it");
    assert.equal(mended("export const a = 1;\ndebugger;\n"), "");
    // Somebody has ended the linter, or mended it since.
    assert.equal(mended("export const a = 1;\n"), "");
    assert.equal(
      mended("export const a    = 1;\ndebugger;\n"),
      "; npm run format mends the formatting, the rest stands above",
    );
  });
});
