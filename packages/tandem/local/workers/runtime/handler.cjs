/** Finds and loads a handler as Lambda's Node runtime does, with its names for what can go wrong. */
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { requireCached } = require("./cached-module.cjs");
const { withCallback } = require("./callbacks.cjs");
const { RuntimeError } = require("./errors.cjs");
const { importModule } = require("./import-module.cjs");
const { isStreaming, provideStreaming } = require("./streaming.cjs");

/** @import { Assignment } from "../protocol.ts" */
/** @import { Handler } from "./callbacks.cjs" */

const { setImmediate } = globalThis;

/** The first Node whose runtime takes no callback. */
const FIRST_WITHOUT_CALLBACK = 24;

/**
 * @param {Pick<Assignment, "handler" | "taskRoot" | "codeCache" | "nodeMajor" | "inspected">} assignment
 * @returns {Promise<Handler>}
 */
async function loadHandler({ handler, taskRoot, codeCache, nodeMajor, inspected }) {
  provideStreaming();
  const { file, exportPath } = locate(handler, taskRoot);
  const loaded = await loadModule(file, taskRoot, inspected ? undefined : codeCache);
  const found = exportPath.split(".").reduce(property, loaded);
  if (found === undefined)
    throw new RuntimeError("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  if (typeof found !== "function")
    throw new RuntimeError("Runtime.HandlerNotFound", `${handler} is not a function`);
  const callable = /** @type {Handler} */ (found);
  if (isStreaming(found)) return callable;
  return nodeMajor < FIRST_WITHOUT_CALLBACK ? withCallback(callable) : withoutCallback(callable, handler);
}

/**
 * @param {unknown} value
 * @param {string} key
 * @returns {unknown}
 */
function property(value, key) {
  return value === undefined || value === null ? undefined : Object(value)[key];
}

/**
 * `folder/index.a.b` is file `folder/index`, export `a.b`.
 * @param {string} handler
 * @param {string} taskRoot
 */
function locate(handler, taskRoot) {
  const folder = path.dirname(handler);
  const [name, ...exported] = path.basename(handler).split(".");
  if (!name || exported.length === 0) {
    throw new RuntimeError(
      "Runtime.MalformedHandlerName",
      `Bad handler ${JSON.stringify(handler)}: it must be <file>.<export>`,
    );
  }
  const stem = path.resolve(taskRoot, folder, name);
  const file = [".js", ".mjs", ".cjs"].map((extension) => stem + extension).find((name) => existsSync(name));
  if (!file) {
    throw new RuntimeError(
      "Runtime.ImportModuleError",
      `Error: Cannot find module '${path.join(folder, name)}' in ${taskRoot}`,
    );
  }
  return { file, exportPath: exported.join(".") };
}

/**
 * @param {string} file
 * @param {string} taskRoot
 * @param {string | undefined} codeCache
 */
async function loadModule(file, taskRoot, codeCache) {
  try {
    return isModule(file, taskRoot)
      ? await importModule(pathToFileURL(file).href)
      : requireCached(file, codeCache);
  } catch (error) {
    if (error instanceof SyntaxError) throw named("Runtime.UserCodeSyntaxError", error);
    const { code } = /** @type {NodeJS.ErrnoException} */ (error ?? {});
    if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND")
      throw named("Runtime.ImportModuleError", error);
    throw error;
  }
}

/**
 * The error under Lambda's name, with the stack that shows where.
 * @param {string} name
 * @param {unknown} error
 */
function named(name, error) {
  const { message, stack, name: own } = /** @type {Error} */ (error);
  const renamed = new RuntimeError(name, `${own}: ${message}`, { cause: error });
  renamed.stack = stack ?? "";
  return renamed;
}

/**
 * `.js` is what the nearest package.json inside the code says; without one it is CommonJS.
 * @param {string} file
 * @param {string} taskRoot
 */
function isModule(file, taskRoot) {
  if (path.extname(file) !== ".js") return path.extname(file) === ".mjs";
  for (let folder = path.dirname(file); folder.startsWith(taskRoot); folder = path.dirname(folder)) {
    const manifest = path.join(folder, "package.json");
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, "utf8")).type === "module";
  }
  return false;
}

/**
 * @param {Handler} handler
 * @param {string} name
 * @returns {Handler}
 */
function withoutCallback(handler, name) {
  if (handler.length < 3) return handler;
  throw new RuntimeError(
    "Runtime.CallbackHandlerDeprecated",
    `${name} takes a callback, which Lambda's Node.js 24 runtime does not give any more. ` +
      "Make it `async (event, context) => …` and return the answer.",
  );
}

/** Node tells of a rejection that nobody handles before the event loop turns: such code has not loaded. */
function afterRejections() {
  return new Promise((resolve) => setImmediate(resolve));
}

module.exports = { afterRejections, isModule, loadHandler, locate };
