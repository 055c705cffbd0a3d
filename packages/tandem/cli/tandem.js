/**
 * The one entry of every npm script: `node packages/tandem/cli/tandem.js <command> [options]`.
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed and on whatever Node the machine
 * has (20 or newer). It installs what is missing, moves over to the pinned Node (the npm package `node`), and calls
 * `main(args)` of `commands/<command>.ts`.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import module from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { environmentOfFollower, followLauncher, followNpm } from "./follow-parent.js";
import { installWhatIsMissing, pinnedNodeOf } from "./install.js";
import { untilExit } from "./until-exit.js";
import { userError } from "./user-error.js";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
const pinnedNode = pinnedNodeOf(root);
/** A command is a file here; nothing is registered anywhere else. */
const commandFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), "commands");

const [command, ...args] = process.argv.slice(2);
const verbose = args.includes("--verbose");

try {
  const file = commandFile(command);
  const isLaunched = followLauncher();
  if (!isLaunched) {
    followNpm();
    await installWhatIsMissing(root);
  }
  process.exitCode = isLaunched || isPinnedNode() ? await runHere(file) : await runOnPinnedNode();
} catch (error) {
  report(error);
}

/** @param {string | undefined} name */
function commandFile(name) {
  const file = path.join(commandFolder, `${name}.ts`);
  if (existsSync(file)) return file;
  const known = readdirSync(commandFolder).map((found) => found.slice(0, -3));
  throw userError(
    `There is no command ${JSON.stringify(name ?? "")}. There are: ${known.sort().join(", ")}.`,
  );
}

function isPinnedNode() {
  const { version } = JSON.parse(
    readFileSync(path.join(root, "node_modules", "node", "package.json"), "utf8"),
  );
  return process.versions.node === version;
}

/** @param {string} file */
async function runHere(file) {
  module.enableCompileCache(path.join(root, "node_modules", ".cache", "tandem", "compile"));
  await renameWhenCopied();
  const { main } = await import(pathToFileURL(file).href);
  return main(args);
}

/** A copy of this project (`pulumi new`, `npm run new -- service`) has its name in Pulumi.yaml and nowhere else yet. */
async function renameWhenCopied() {
  const { name } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const wanted = /^name: *(\S+)/m.exec(readFileSync(path.join(root, "Pulumi.yaml"), "utf8"))?.[1];
  if (wanted === undefined || wanted === name) return;
  const { renameProject } = await import("../scaffold/rename.ts");
  const changed = renameProject(root, name, wanted);
  process.stderr.write(`This project is called ${wanted} now: its name stood in ${changed} files.\n`);
}

function runOnPinnedNode() {
  const child = spawn(pinnedNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: environmentOfFollower(),
  });
  return untilExit(child);
}

/** @param {unknown} error */
function report(error) {
  if (error instanceof Error && error.name === "HelpAsked") {
    console.log(error.message);
    return;
  }
  process.exitCode = 1;
  const known = error instanceof Error && error.name === "UserError";
  const message = error instanceof Error ? error.message : String(error);
  console.error(known ? `error: ${message}` : `internal error: ${message}`);
  if (verbose && error instanceof Error) console.error(error.stack);
  else if (!known) console.error("Run it again with --verbose to see where.");
}
