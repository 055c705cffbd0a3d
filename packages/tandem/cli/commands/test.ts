/**
 * `npm test [-- <files> <mocha options>]`: types, lint and format, then the tests, and stops at the first that fails. Of
 * some tests only (files or `--grep`) nothing is run before them.
 */

import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ownProject, packaged } from "../../shared/own-project.ts";
import { cacheFolder, sibling } from "../../shared/places.js";
import { UserError } from "../../shared/user-error.js";
import { helpOf, refuseCwd } from "../options.ts";
import { untilExit } from "../until-exit.js";

/** A module that mocha loads. */
const tool = (name: string) => fileURLToPath(sibling(import.meta.url, `../tests/${name}`));
const biome = "@biomejs/biome/bin/biome";
const everyTest = "{tests,packages/*/tests}/**/*.test.ts";
/** It runs in a browser, and knows other globals. */
const PAGE = "packages/tandem/console/page";
/** Most files wait for processes and sockets of theirs, so one more than there are processors keeps these busy. */
const JOBS = availableParallelism() + 1;

export async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) throw helpOf("test");
  refuseCwd("npm test", args);
  const { files, options } = readArguments(args);
  const isPart = files.length > 0 || options.some((option) => /^(-[gf]|--f?grep)(=|$)/.test(option));
  const ok =
    isPart ||
    ((await step("types", "typescript/bin/tsc", [])) &&
      // Who made a service of this program has the tool installed, and its page in it.
      (!existsSync(path.join(ownProject(), PAGE)) ||
        (await step("types of the console's page", "typescript/bin/tsc", ["-p", PAGE]))) &&
      (await step("lint and format", biome, ["check", "--error-on-warnings"], () =>
        whatMendsIt(ownProject()),
      )));
  if (!ok) return 1;
  return (await step("tests", "mocha/bin/mocha.js", mochaArguments(files, options))) ? 0 : 1;
}

/** Files and folders of tests, dropped into the terminal or typed, from what is meant for mocha. */
export function readArguments(args: readonly string[]): { files: string[]; options: string[] } {
  const files: string[] = [];
  const options: string[] = [];
  for (const arg of args) {
    const file = arg.startsWith("file:") ? fileURLToPath(arg) : arg.trim();
    const found = path.resolve(process.cwd(), file);
    if (!arg.startsWith("-") && existsSync(found)) {
      files.push(statSync(found).isDirectory() ? path.join(found, "**/*.test.ts") : found);
    } else if (/\.test\.ts$/.test(file) && !arg.startsWith("-")) {
      throw new UserError(`There is no file ${file} in ${process.cwd()}.`);
    } else {
      options.push(arg);
    }
  }
  return { files, options };
}

function mochaArguments(files: readonly string[], options: readonly string[]): string[] {
  // One file is one process's work, and a debugger finds it there. Of a folder one that cannot be loaded stops no other.
  const isOneFile = files.length === 1 && !files[0]?.includes("*");
  const parallel = isOneFile ? [] : ["--parallel", "--jobs", String(JOBS)];
  const own = options.map((option, index) =>
    option === "--reporter=spec" || (option === "spec" && /^(-R|--reporter)$/.test(options[index - 1] ?? ""))
      ? option.replace("spec", tool("name-files"))
      : option,
  );
  return [
    ...parallel,
    ...["keep-output", "load-failures", "name-files", "nothing-left"].flatMap((name) => [
      "--require",
      tool(name),
    ]),
    ...own,
    ...(files.length > 0 ? files : [everyTest]),
  ];
}

/** Whether it went well. */
async function step(name: string, script: string, args: string[], remedy?: () => string): Promise<boolean> {
  console.log(`\n${name}`);
  const root = ownProject();
  const child = spawn(process.execPath, [packaged(root, script), ...args], {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      // A stringified Output throws instead of ending up in a name.
      PULUMI_ERROR_OUTPUT_STRING: "true",
      // Hundreds of processes load the same compilers and SDKs.
      NODE_COMPILE_CACHE: path.join(cacheFolder, "compile"),
    },
  });
  if ((await untilExit(child)) === 0) return true;
  console.error(`\n${name}: failed${remedy?.() ?? ""}`);
  return false;
}

/** What is to be said behind "failed"; empty where only a person can mend it. */
export function whatMendsIt(folder: string): string {
  const flags = ["check", "--reporter=json", "--max-diagnostics=none"];
  const { stdout } = spawnSync(process.execPath, [packaged(ownProject(), biome), ...flags], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string }[] };
  const isFormat = ({ category }: { category: string }) => /^(format|assist)/.test(category);
  if (diagnostics.every(isFormat)) return "; npm run format mends it";
  return diagnostics.some(isFormat) ? "; npm run format mends the formatting, the rest stands above" : "";
}
