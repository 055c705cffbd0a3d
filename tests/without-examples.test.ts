// #region books or movies
/** The measure of `npm run remove`: a checkout without its examples speaks of them nowhere, and its tests pass. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { writeFormatted } from "../packages/tandem/cli/carry-out.ts";
import { planRemove } from "../packages/tandem/cli/commands/remove.ts";
import { projectFiles } from "../packages/tandem/scaffold/project-files.ts";
import { toolFolder } from "../packages/tandem/scaffold/rename.ts";
import { makeFolder } from "../packages/tandem/shared/make-folder.js";
import { layChecked } from "../packages/tandem/tests/support/checked.ts";
import { copyCheckout } from "../packages/tandem/tests/support/checkout-copy.ts";

const root = path.resolve(import.meta.dirname, "..");
/** AWS's own names, e.g. of notebooks. */
const OF_AWS = "packages/tandem/local/iam/managed-policies.json";
/**
 * Code that stays as it is, with the tests of it: those run where it comes from. That hello answers in a program without them is
 * asked of a service that was made without them (`tests/scaffold/service.test.ts` of the tool).
 */
const SAME = /^(\.github|bin|infra|functions\/(hello|http|telemetry)|packages\/(bootstrap|components))\//;
const TESTS_OF_SAME = /^tests\/(bin|workflows|functions\/(hello|http|telemetry)|infra\/monitoring)\//;
/**
 * In other files, tests of single components and of the program of `packages/bootstrap`. That stack prod can be previewed
 * whatever is left out of answers, at every depth, is asked of the program with all that it has; here stack dev is.
 */
const NAMES_OF_SAME = [
  "of whose outputs parts are left out",
  ": stack (account|prod)$",
  "are told of as a \\w+ tells of them",
  "that packages/bootstrap creates",
].join("|");

describe("a checkout without its examples", function () {
  this.timeout(900_000);
  let folder: string;

  before(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "without-examples-")));
    copyCheckout(folder);
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    run("git", "init", "--quiet");
    // The first as the command writes it, the second as a person calls it: that one describes the program anew, without both.
    writeFormatted(folder, planRemove(folder, ["subject", "books"]));
    tandem("remove", "subject", "movies");
  });

  after(() => rmSync(folder, { recursive: true }));

  const env = {
    ...process.env,
    // The compiler as `npm test` calls it.
    GOGC: process.env.GOGC ?? "off",
    // What V8 compiled of the last such checkout, by the way from its packages: each lies in a folder of its own.
    NODE_COMPILE_CACHE: "node_modules/.cache/tandem/compile",
    NODE_COMPILE_CACHE_PORTABLE: "1",
  };
  const run = (command: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8", env });
    assert.equal(status, 0, `${command} ${args.join(" ")}:\n${stdout}\n${stderr}`);
    return stdout;
  };
  const tandem = (...args: string[]) => run(process.execPath, "packages/tandem/cli/tandem.js", ...args);

  const text = (of: string, file: string) => readFileSync(path.join(of, file), "utf8");

  /**
   * A tsconfig.json without the tool, which imports nothing of the program (`tests/cut.test.ts`): of it what the program and its
   * tests import is checked. What the compiler keeps for the next time lies not beside the checkout's packages.
   */
  function typesOfProgram(): string {
    const { include } = JSON.parse(text(folder, "tsconfig.json")) as { include: string[] };
    const packages = readdirSync(path.join(folder, "packages"))
      .filter((name) => name !== path.basename(toolFolder))
      .map((name) => `packages/${name}`);
    const parts = include.flatMap((part) => (part === "packages" ? packages : [part]));
    const file = path.join(folder, ".local/tsconfig.json");
    makeFolder(path.dirname(file));
    writeFileSync(
      file,
      JSON.stringify({
        extends: "../tsconfig.json",
        compilerOptions: { tsBuildInfoFile: "tsconfig.tsbuildinfo" },
        include: parts.map((part) => `../${part}`),
      }),
    );
    layChecked(folder, path.join(root, "node_modules"), file);
    return file;
  }

  it("speaks of them nowhere", () => {
    const files = run("git", "ls-files", "--others", "--exclude-standard").split("\n");
    assert.ok(files.length > 1_000, `${files.length} files`);
    const { stdout } = spawnSync(
      "git",
      ["grep", "--untracked", "-iIn", "book\\|movie\\|film", "--", `:!${OF_AWS}`],
      {
        cwd: folder,
        encoding: "utf8",
      },
    );
    assert.equal(stdout, "");
    assert.deepEqual(
      files.filter((file) => /book|movie|film/i.test(file)),
      [],
    );
  });

  // Of the tests those of the program that what has gone can reach: no other reads it.
  it("passes types, lint and tests", () => {
    const tsc = "node_modules/@typescript/native/bin/tsc";
    run(process.execPath, tsc, "--singleThreaded", "--project", typesOfProgram());
    const biome = "node_modules/@biomejs/biome/bin/biome";
    // Every other file is linted where it comes from.
    const files = projectFiles(folder);
    const changed = files.filter((file) => text(folder, file) !== text(root, file));
    assert.ok(changed.includes("index.ts"), String(changed));
    run(process.execPath, biome, "check", "--error-on-warnings", ...changed);
    assert.deepEqual(
      changed.filter((file) => SAME.test(file) || TESTS_OF_SAME.test(file)),
      [],
    );
    const tests = files.filter((file) => /^tests\/.*\.test\.ts$/.test(file) && !TESTS_OF_SAME.test(file));
    // One process loads the SDKs once. That costs less than the processors that it leaves to other files of this run.
    const options = ["--no-parallel", "--grep", NAMES_OF_SAME, "--invert"];
    assert.match(tandem("test", ...tests, ...options), /\d{2,} passing/);
  });
});
