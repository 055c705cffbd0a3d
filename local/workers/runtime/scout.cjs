/**
 * Loads the code of many functions one after the other in one thread, each with its own variables, and says which have
 * loaded. Only a yes counts: a function that fails here is loaded again in a worker of its own, which says why.
 */
const path = require("node:path");
const { parentPort, workerData } = require("node:worker_threads");
const { saveCompiledCode } = require("./cached-module.cjs");
const { captureConsole } = require("./console.cjs");
const { mapFileSystem } = require("./file-system.cjs");
const { afterRejections, isModule, loadHandler, locate } = require("./handler.cjs");
const { ownProcess } = require("./process.cjs");

/** @import { Assignment, FromScout } from "../protocol.ts" */

const assignments = /** @type {Assignment[]} */ (workerData);
const [first] = assignments;
const own = new Set(Object.keys(require.cache));

/** @param {FromScout} message */
function post(message) {
  parentPort?.postMessage(message);
}

/** @param {Assignment} assignment */
async function tryToLoad(assignment) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, assignment.environment);
  // A module that two functions share reads its variables anew.
  for (const file of Object.keys(require.cache)) if (!own.has(file)) delete require.cache[file];
  // ES modules stay loaded for good, so what one function was given would answer for another.
  const { file } = locate(assignment.handler, assignment.taskRoot);
  if (isModule(file, assignment.taskRoot)) return post(["not tried", assignment.functionName]);
  await loadHandler(assignment);
  await afterRejections();
  post(["loads", assignment.functionName]);
  saveCompiledCode();
}

async function scout() {
  // Their lines are shown when they are loaded to be used.
  captureConsole(() => {}, { requestId: undefined }, { logFormat: "Text" });
  const roots = new Set(assignments.map(({ taskRoot }) => taskRoot));
  if (first)
    mapFileSystem(first.temporaryFolder, [first.projectFolder, path.dirname(first.codeCache), ...roots]);
  for (const assignment of assignments) {
    ownProcess(assignment.taskRoot, () => process.exit(1));
    await tryToLoad(assignment).catch(() => post(["does not load", assignment.functionName]));
  }
  process.exit(0);
}

const giveUp = () => process.exit(1);
process.on("uncaughtException", giveUp);
process.on("unhandledRejection", giveUp);
scout();
