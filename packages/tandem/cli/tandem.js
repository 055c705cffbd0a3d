#!/usr/bin/env node
/**
 * The one entry of every npm script: `node packages/tandem/cli/tandem.js <command> [options]`.
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed and on whatever Node the machine
 * has (20 or newer). In the checkout it installs what is missing. It moves over to the pinned Node (the npm package `node`) where there is one, and calls
 * `main(args)` of `commands/<command>.ts`.
 */

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import module from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installCommand } from "../shared/install-command.js";
import { resolveOwnImports } from "../shared/own-imports.js";
import { checkout, compileCache, pinnedNode } from "../shared/places.js";
import { UserError } from "../shared/user-error.js";
import { asTyped } from "./as-typed.js";
import { commandFile, commandNames } from "./command-files.js";
import { environmentOfFollower, followLauncher, followNpm } from "./follow-parent.js";
import { installWhatIsMissing } from "./install.js";
import { untilExit } from "./until-exit.js";

/** Commands that record the program first of all: the process for that boots while they are loaded. */
const RECORDING = new Set(["cost", "graph", "parity", "policies", "start"]);

const [typed, ...args] = process.argv.slice(2);
const command = typed === undefined || typed === "--help" || typed === "-h" ? commandOfHelp() : typed;
const verbose = args.includes("--verbose");

try {
  const file = commandFile(command) ?? refuse(command);
  const isLaunched = followLauncher();
  if (!isLaunched) {
    followNpm();
    if (checkout) await installWhatIsMissing(checkout);
  }
  const flags = flagsOfNode();
  const other = isLaunched ? undefined : (otherNode() ?? (flags.length > 0 ? process.execPath : undefined));
  process.exitCode = other === undefined ? await runHere(file) : await runOn(other, flags);
} catch (error) {
  report(error);
}

/** What is typed by who does not know the tool yet. */
function commandOfHelp() {
  return commandFile("help") === undefined ? typed : "help";
}

/** @param {string | undefined} name @returns {never} */
function refuse(name) {
  throw new UserError(
    `There is no command ${JSON.stringify(name ?? "")}. There are: ${commandNames().join(", ")}.`,
  );
}

/** The pinned Node, where another one runs this. Without a pinned one any will do that reads TypeScript: the program is written in it. */
function otherNode() {
  const pinned = pinnedNode();
  if (pinned !== undefined) return pinned.version === process.versions.node ? undefined : pinned.binary;
  if (process.features.typescript) return undefined;
  throw new UserError(
    `Node 22.18 or newer is needed; ${process.execPath} is ${process.version}. ` +
      `\`${installCommand(process.cwd(), "node@24", { development: true })}\` gives this project one of its own.`,
  );
}

/** @param {string} file */
async function runHere(file) {
  module.enableCompileCache(compileCache);
  resolveOwnImports();
  if (checkout) await renameWhenCopied(checkout);
  if (RECORDING.has(command ?? "") && !args.includes("--help")) {
    const recorder = path.join(path.dirname(file), `../../program/recorder-process${path.extname(file)}`);
    (await import(pathToFileURL(recorder).href)).bootRecorderAhead(folderOfProgram());
  }
  const { main } = await import(pathToFileURL(file).href);
  return main(args);
}

/** What `--cwd` says, which is read with all other options only when the command is loaded. */
function folderOfProgram() {
  const at = args.findIndex((arg) => arg === "--cwd" || arg.startsWith("--cwd="));
  const given = args[at]?.startsWith("--cwd=") ? args[at]?.slice("--cwd=".length) : args[at + 1];
  return path.resolve((at < 0 ? undefined : given) ?? ".");
}

/** A copy of this project (`pulumi new`, `npm run new -- service`) has its name in Pulumi.yaml and nowhere else yet. @param {string} folder */
async function renameWhenCopied(folder) {
  const { name } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const wanted = /^name: *(\S+)/m.exec(readFileSync(path.join(folder, "Pulumi.yaml"), "utf8"))?.[1];
  if (wanted === undefined || wanted === name) return;
  const { renameProject } = await import("../scaffold/rename.ts");
  const changed = renameProject(folder, name, wanted);
  process.stderr.write(`This project is called ${wanted} now: its name stood in ${changed} files.\n`);
}

/** By this one Chrome sees threads; VS Code does without. */
function flagsOfNode() {
  const inspects = command === "start" && args.some((arg) => /^--inspect(=|$)/.test(arg));
  return inspects ? ["--experimental-worker-inspection"] : [];
}

/**
 * @param {string} node
 * @param {string[]} flags
 */
function runOn(node, flags) {
  const child = spawn(node, [...flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: environmentOfFollower(),
  });
  return untilExit(child);
}

/** @param {unknown} error */
function report(error) {
  if (error instanceof Error && error.name === "HelpAsked") {
    console.log(asTyped(error.message));
    return;
  }
  process.exitCode = 1;
  const known = error instanceof UserError;
  const message = asTyped(error instanceof Error ? error.message : String(error));
  console.error(known ? `error: ${message}` : `internal error: ${message}`);
  if (verbose && error instanceof Error) console.error(error.stack);
  else if (!known) console.error("Run it again with --verbose to see where.");
}
