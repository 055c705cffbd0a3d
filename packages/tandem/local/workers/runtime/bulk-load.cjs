/**
 * Loads the code of many functions one after the other in one thread, each with its own variables, and says which have
 * loaded. Only a yes counts: a function that fails here is loaded again in a worker of its own, which says why.
 */
const path = require("node:path");
const { saveCompiledCode } = require("./cached-module.cjs");
const { forgetOwnModules, takeChannel } = require("./channel.cjs");
const { captureConsole } = require("./console.cjs");
const { afterRejections, isModule, loadHandler, locate } = require("./handler.cjs");
const { ownProcess } = require("./process.cjs");
const { mapSurroundings } = require("./surroundings.cjs");

/** @import { Assignment } from "../protocol.ts" */

const { given: assignments, post } = /** @type {typeof takeChannel<Assignment[]>} */ (takeChannel)();
const [first] = assignments;
forgetOwnModules();

/** @param {Assignment} assignment */
async function tryToLoad(assignment) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, assignment.environment);
  // A module that two functions share reads its variables anew.
  for (const file of Object.keys(require.cache)) delete require.cache[file];
  // ES modules stay loaded for good, so what one function was given would answer for another.
  const { file } = locate(assignment.handler, assignment.taskRoot);
  // Where `require` looks is set once for a thread.
  if (isModule(file, assignment.taskRoot) || assignment.layers)
    return post(["not tried", assignment.functionName]);
  await loadHandler(assignment);
  await afterRejections();
  post(["loads", assignment.functionName]);
  saveCompiledCode();
}

async function loadAll() {
  // Their lines are shown when they are loaded to be used.
  const silent = () => {};
  captureConsole({ write: silent, always: silent }, { requestId: undefined }, { logFormat: "Text" });
  const roots = new Set(assignments.map(({ taskRoot }) => taskRoot));
  if (first) {
    const { temporaryFolder, projectFolder, codeCache, allowCloud, plainPorts } = first;
    const readable = [projectFolder, path.dirname(codeCache), ...roots];
    mapSurroundings(
      { temporaryFolder, readable, allowCloud, plainPorts },
      { write: silent, refused: silent },
    );
  }
  for (const assignment of assignments) {
    ownProcess(assignment.taskRoot, () => process.exit(1));
    await tryToLoad(assignment).catch(() => post(["does not load", assignment.functionName]));
  }
  process.exit(0);
}

const giveUp = () => process.exit(1);
process.on("uncaughtException", giveUp);
process.on("unhandledRejection", giveUp);
loadAll();
