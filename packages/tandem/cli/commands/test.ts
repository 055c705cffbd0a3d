/**
 * `npm test [-- --again <files> <mocha options>]`: types, lint and format, then the tests if nothing is wrong with
 * those. Of some tests only (files or `--grep`) nothing is run before them.
 */

import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { boundCompileCache } from "../../shared/bound-compile-cache.ts";
import { ownProject, packaged } from "../../shared/own-project.ts";
import { sibling } from "../../shared/places.js";
import { UserError } from "../../shared/user-error.js";
import { runChecks, startTool } from "../checks.ts";
import { helpOf, refuseCwd } from "../options.ts";
import { untilExit } from "../until-exit.js";

/** A module that mocha loads. */
const tool = (name: string) => fileURLToPath(sibling(import.meta.url, `../tests/${name}`));
const EVERY_TEST = "{tests,packages/*/tests}/**/*.test.ts";
/** Most files wait for processes, sockets and time-outs of theirs: two for each processor leave it idle a tenth of the time. */
const MOST_JOBS = Math.ceil(2.5 * availableParallelism());
/** Each process loads the SDKs and starts the program under test for itself: for few files that is most of the work. */
const FILES_OF_A_JOB = 8;
/** Where more files fail it is not the machine that was busy. */
const MOST_AGAIN = 3;

export async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) throw helpOf("test");
  refuseCwd("npm test", args);
  const { files, options } = readArguments(args.filter((arg) => arg !== "--again"));
  const isPart = files.length > 0 || options.some((option) => /^(-[gf]|--f?grep)(=|$)/.test(option));
  if (!isPart && !(await runChecks())) return 1;
  // A run of all tests leaves thousands of files of temporary folders in it.
  if (!isPart) await boundCompileCache();
  return (await runTests(files, options, args.includes("--again"))) ? 0 : 1;
}

/**
 * @param again a file that fails beside others is run once more by itself: what only fails because the machine was busy with
 *   the others passes then, and is named. What fails for a reason of its own fails again.
 */
async function runTests(files: string[], options: string[], again: boolean): Promise<boolean> {
  const mocha = async (named: string[], list?: string) => {
    console.log("\ntests");
    const environment = list === undefined ? {} : { FAILED_FILES: list };
    const script = packaged(ownProject(), "mocha/bin/mocha.js");
    const child = startTool(script, mochaArguments(named, options), "inherit", environment);
    if ((await untilExit(child)) === 0) return true;
    console.error("\ntests: failed");
    return false;
  };
  if (!again) return mocha(files);
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-failed-"));
  try {
    const list = path.join(folder, "files");
    if (await mocha(files, list)) return true;
    const failed = existsSync(list) ? readFileSync(list, "utf8").trimEnd().split("\n") : [];
    // A worker of mocha that died says of no file what came of it.
    if (failed.length === 0 || failed.length > MOST_AGAIN || failed.includes("")) return false;
    for (const file of failed) if (!(await mocha([file]))) return false;
    const names = failed.map((file) => path.relative(process.cwd(), file)).join(", ");
    console.error(
      `\nFailed beside others, passed alone: ${names}. A test of it depends on how busy the machine is.`,
    );
    return true;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Files and folders of tests, dropped into the terminal or typed, from what is meant for mocha. */
export function readArguments(args: readonly string[]): { files: string[]; options: string[] } {
  const files: string[] = [];
  const options: string[] = [];
  for (const arg of args) {
    const file = arg.startsWith("file:") ? fileURLToPath(arg) : arg.trim();
    const found = path.resolve(process.cwd(), file);
    if (!arg.startsWith("-") && existsSync(found)) {
      files.push(...(statSync(found).isDirectory() ? testsIn(found, arg) : [found]));
    } else if (/\.test\.ts$/.test(file) && !arg.startsWith("-")) {
      throw new UserError(`There is no file ${file} in ${process.cwd()}.`);
    } else {
      options.push(arg);
    }
  }
  return { files, options };
}

function testsIn(folder: string, named: string): string[] {
  const files = testFiles("**/*.test.ts", folder).map((file) => path.join(folder, file));
  if (files.length === 0) throw new UserError(`There is no file *.test.ts in the folder ${named}.`);
  return files;
}

function mochaArguments(files: readonly string[], options: readonly string[]): string[] {
  const every = slowFirst(files.length > 0 ? files : allTests(ownProject()));
  const jobs = files.length > 0 ? MOST_JOBS : Math.min(MOST_JOBS, Math.ceil(every.length / FILES_OF_A_JOB));
  // One file is one process's work, and a debugger finds it there.
  const isOneFile = files.length === 1;
  const parallel = isOneFile || jobs <= 1 ? [] : ["--parallel", "--jobs", String(jobs)];
  const own = options.map((option, index) =>
    option === "--reporter=spec" || (option === "spec" && /^(-R|--reporter)$/.test(options[index - 1] ?? ""))
      ? option.replace("spec", tool("name-files"))
      : option,
  );
  return [
    ...parallel,
    ...["failed-files", "keep-output", "load-failures", "name-files", "nothing-left"].flatMap((name) => [
      "--require",
      tool(name),
    ]),
    ...own,
    ...every,
  ];
}

/** @returns paths from the folder */
export function allTests(folder: string): string[] {
  return testFiles(EVERY_TEST, folder);
}

function testFiles(pattern: string, folder: string): string[] {
  return globSync(pattern, { cwd: folder, exclude: (name) => name === "node_modules" });
}

/**
 * Those that give themselves more time than mocha does, or say that they are slow, go first: what begins when all others
 * are done leaves processors idle.
 */
export function slowFirst(files: readonly string[], folder = ownProject()): string[] {
  const { slow = [], others = [] } = Object.groupBy(files, (file) =>
    /timeout\(9\d\d_000\)|slow\(\d+_000\)/.test(readFileSync(path.resolve(folder, file), "utf8"))
      ? "slow"
      : "others",
  );
  return [...slow, ...others];
}
