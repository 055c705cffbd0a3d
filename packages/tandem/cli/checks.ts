/** What is checked before all tests: types, lint and format, each by a tool of the project's own. */
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { ownProject, packaged } from "../shared/own-project.ts";
import { compileCache, nearest } from "../shared/places.js";
import { untilExit } from "./until-exit.js";

const NATIVE_COMPILER = "@typescript/native/bin/tsc";
const BIOME = "@biomejs/biome/bin/biome";
/** It runs in a browser, and knows other globals. */
const PAGE = "packages/tandem/console/page";
/** What the files of one process load stays, and a small young generation copies it twice over. mocha hands it to its workers. */
const YOUNG_GENERATION = "--min-semi-space-size=32";

interface Check {
  name: string;
  script: string;
  args: readonly string[];
  environment?: NodeJS.ProcessEnv;
  /** What is to be said behind "failed". */
  remedy?: () => string;
}

/**
 * Begins all of them at once, since each is the work of one processor for most of its time, and shows what one says when it
 * has ended, in the same order at any time.
 * @returns whether nothing is wrong
 */
export async function runChecks(): Promise<boolean> {
  const begun = checks().map((check) => ({ check, ended: outcomeOf(check) }));
  let isFine = true;
  for (const { check, ended } of begun) {
    console.log(`\n${check.name}`);
    const { printed, code, isEnded } = await ended;
    process.stdout.write(printed);
    if (code === 0) continue;
    isFine = false;
    // Whoever ends it waits for nothing more.
    const remedy = isEnded ? undefined : check.remedy?.();
    console.error(`\n${check.name}: failed${remedy ?? ""}`);
  }
  return isFine;
}

function checks(): Check[] {
  const root = ownProject();
  // A pipe is no terminal, and they would leave their colours out; told to have them, they look at no NO_COLOR.
  const { stdout } = process;
  const colours =
    stdout.isTTY && stdout.hasColors()
      ? { compiler: ["--pretty"], linter: ["--colors=force"] }
      : { compiler: [], linter: [] };
  return [
    { name: "types", ...compiler(...colours.compiler) },
    // Who made a service of this program has the tool installed, and its page in it.
    ...(existsSync(path.join(root, PAGE))
      ? [{ name: "types of the console's page", ...compiler("-p", PAGE, ...colours.compiler) }]
      : []),
    {
      name: "lint and format",
      script: packaged(root, BIOME),
      args: ["check", "--error-on-warnings", ...colours.linter],
      remedy: () => whatMendsIt(root),
    },
  ];
}

/**
 * TypeScript 7 where the project has it: a quarter of the processor time. Without threads, for each would check the SDKs'
 * types anew. It has no API, so package `typescript` stays with 6 for the SDK of Pulumi and for this tool. It is written in
 * Go, whose collector of garbage takes a quarter of its time and finds a seventh of its memory: what it reads stays in use.
 */
function compiler(...args: string[]): Omit<Check, "name"> {
  const root = ownProject();
  if (nearest(root, path.join("node_modules", NATIVE_COMPILER)) === undefined)
    return { script: packaged(root, "typescript/bin/tsc"), args };
  return {
    script: packaged(root, NATIVE_COMPILER),
    args: ["--singleThreaded", ...args],
    environment: { GOGC: process.env.GOGC ?? "off" },
  };
}

interface Outcome {
  printed: string;
  code: number;
  /** By a signal. */
  isEnded: boolean;
}

async function outcomeOf({ script, args, environment }: Check): Promise<Outcome> {
  const child = startTool(script, args, ["ignore", "pipe", "pipe"], environment);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    let line = "";
    // A line is shown whole, for what comes out of the other stream meanwhile stands in a line of its own.
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const end = text.lastIndexOf("\n") + 1;
      if (end > 0) printed += line + text.slice(0, end);
      line = end > 0 ? text.slice(end) : line + text;
    });
    stream?.once("end", () => {
      printed += line;
    });
  }
  const closed = new Promise((resolve) => child.once("close", resolve));
  const code = await untilExit(child);
  await closed;
  return { printed, code, isEnded: child.signalCode !== null };
}

/** @param script run in the project by this Node; absolute */
export function startTool(
  script: string,
  args: readonly string[],
  stdio: StdioOptions,
  environment: NodeJS.ProcessEnv = {},
): ChildProcess {
  return spawn(process.execPath, [YOUNG_GENERATION, script, ...args], {
    cwd: ownProject(),
    stdio,
    env: {
      ...process.env,
      // A stringified Output throws instead of ending up in a name.
      PULUMI_ERROR_OUTPUT_STRING: "true",
      // Hundreds of processes load the same compilers and SDKs.
      NODE_COMPILE_CACHE: compileCache,
      ...environment,
    },
  });
}

/** Empty where only a person can mend it. */
export function whatMendsIt(folder: string): string {
  const flags = ["check", "--reporter=json", "--max-diagnostics=none"];
  const { stdout } = spawnSync(process.execPath, [packaged(ownProject(), BIOME), ...flags], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  // It says nothing there of settings that it cannot read.
  if (stdout === "") return "";
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string }[] };
  const isFormat = ({ category }: { category: string }) => /^(format|assist)/.test(category);
  if (diagnostics.length > 0 && diagnostics.every(isFormat)) return "; npm run format mends it";
  return diagnostics.some(isFormat) ? "; npm run format mends the formatting, the rest stands above" : "";
}
