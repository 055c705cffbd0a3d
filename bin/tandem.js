/**
 * The one entry of every npm script: `node bin/tandem.js <command> [options]`.
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed and on whatever Node the machine
 * has (20 or newer). It installs what is missing, moves over to the pinned Node (the npm package `node`), and calls
 * `main(args)` of `<folder>/commands/<command>.ts`.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import module from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const pinnedNode = path.join(root, "node_modules", "node", "bin", "node");
/** Searched in this order; a command is a file there, nothing is registered twice. */
const commandFolders = ["bin", "local", "review", "program", "policies", "scaffold", "bench"];

const [command, ...args] = process.argv.slice(2);
const verbose = args.includes("--verbose");

try {
  const file = commandFile(command);
  installWhatIsMissing();
  process.exitCode = isPinnedNode() ? await runHere(file) : await runOnPinnedNode();
} catch (error) {
  report(error);
  process.exitCode = 1;
}

/** @param {string | undefined} name */
function commandFile(name) {
  for (const folder of commandFolders) {
    const file = path.join(root, folder, "commands", `${name}.ts`);
    if (existsSync(file)) return file;
  }
  const known = commandFolders
    .map((folder) => path.join(root, folder, "commands"))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -3));
  throw userError(
    `There is no command ${JSON.stringify(name ?? "")}. There are: ${known.sort().join(", ")}.`,
  );
}

function installWhatIsMissing() {
  const missing = whatIsMissing();
  if (missing === undefined) return;
  process.stderr.write(`Installing packages (${missing}); the first time this takes about a minute.\n`);
  // npm's own words go to stderr so that a command whose stdout is JSON stays JSON.
  const npm = spawnSync("npm", ["ci", "--loglevel=error", "--no-fund", "--no-audit"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.error) throw userError(`npm could not be started: ${npm.error.message}. Is it on the PATH?`);
  if (npm.status !== 0) {
    throw userError(
      `npm ci failed (exit code ${npm.status}); what it printed stands above. Mend that and run it again.`,
    );
  }
  if (!existsSync(pinnedNode)) {
    throw userError(
      "The npm package `node` brought no binary: its install script did not run. " +
        "Run `npm rebuild node` (npm 11 runs install scripts of the packages in `allowScripts` of package.json).",
    );
  }
}

/**
 * npm writes node_modules/.package-lock.json last, so an interrupted install is noticed too.
 * @returns {string | undefined} why an install is needed
 */
function whatIsMissing() {
  const installed = readPackages(path.join(root, "node_modules", ".package-lock.json"));
  if (!installed || !existsSync(pinnedNode)) return "none are here yet";
  const wanted = readPackages(path.join(root, "package-lock.json"));
  for (const [name, { version, optional }] of Object.entries(wanted ?? {})) {
    if (name === "" || optional) continue;
    const have = installed[name]?.version;
    if (have !== version)
      return `${name.replace(/^.*node_modules\//, "")} ${version} is wanted, ${have ?? "nothing"} is here`;
  }
  return undefined;
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined; // not there or cut short: an install mends both
  }
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

/** Signals reach the child through the terminal's process group; one sent to us alone is passed on. */
function runOnPinnedNode() {
  const child = spawn(pinnedNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  process.on("SIGINT", () => {});
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"]))
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

/** @param {string} message */
function userError(message) {
  return Object.assign(new Error(message), { name: "UserError" });
}

/** @param {unknown} error */
function report(error) {
  const known = error instanceof Error && error.name === "UserError";
  const message = error instanceof Error ? error.message : String(error);
  console.error(known ? `error: ${message}` : `internal error: ${message}`);
  if (verbose && error instanceof Error) console.error(error.stack);
  else if (!known) console.error("Run it again with --verbose to see where.");
}
