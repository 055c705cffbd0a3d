/**
 * `require` of one CommonJS file with V8's compiled form kept beside it: a bundle with a database driver loads in a third
 * of the time. Node's own compile cache keeps less of what was compiled and gains half as much.
 */
const { closeSync, openSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const Module = require("./module-class.cjs");

/** What a module finds defined. */
const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];
/** On one line with its first. */
const BEFORE_CODE = `(function (${PARAMETERS.join(", ")}) {`;
const SHEBANG = /^#!.*/;

/** @type {(() => void) | undefined} */
let saveLater;

/** Node warns of the loader below when the code imports something; the function has no part in that. */
function silenceLoaderWarning() {
  const { emitWarning } = process;
  /** @param {Parameters<typeof emitWarning>} values */
  const filtered = (...values) => {
    if (!String(values[0]).startsWith("vm.USE_MAIN_CONTEXT_DEFAULT_LOADER ")) emitWarning(...values);
  };
  process.emitWarning = /** @type {typeof emitWarning} */ (filtered);
}

/**
 * @param {string} file
 * @param {string} [cacheFile] belongs to exactly this text: V8 compares little more than its length. Without one nothing
 *   is kept, and a debugger finds the text as it stands in the file
 * @returns {unknown} `module.exports`
 */
function requireCached(file, cacheFile) {
  silenceLoaderWarning();
  const module = new Module(file);
  module.filename = file;
  module.paths = nodeModulePaths(path.dirname(file));
  const require = Module.createRequire(file);
  require.cache[file] = module;

  if (cacheFile === undefined) {
    const code = readFileSync(file, "utf8").replace(SHEBANG, "");
    const { USE_MAIN_CONTEXT_DEFAULT_LOADER: importModuleDynamically } = vm.constants;
    const run = vm.compileFunction(code, PARAMETERS, { filename: file, importModuleDynamically });
    run(module.exports, require, module, file, path.dirname(file));
    module.loaded = true;
    return module.exports;
  }
  const cachedData = readIfThere(cacheFile);
  const script = new vm.Script(wrap(readFileSync(file, "utf8")), {
    filename: file,
    // Lines and columns in a stack are then those of the file.
    columnOffset: -BEFORE_CODE.length,
    cachedData,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  script.runInThisContext()(module.exports, require, module, file, path.dirname(file));
  module.loaded = true;
  if (!cachedData || script.cachedDataRejected)
    saveLater = () => replaceFile(cacheFile, script.createCachedData());
  return module.exports;
}

/** Called when nobody waits: writing it takes as long as the loading that it saves. */
function saveCompiledCode() {
  const save = saveLater;
  saveLater = undefined;
  try {
    save?.();
  } catch (error) {
    // A full disk costs time at the next start, not an answer now.
    process.emitWarning(`The compiled code could not be kept: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {string} code */
function wrap(code) {
  return `${BEFORE_CODE}${code.replace(SHEBANG, "")}\n})`;
}

/** @param {string} folder */
function nodeModulePaths(folder) {
  /** @type {string[]} */
  const paths = [];
  for (let at = folder; ; at = path.dirname(at)) {
    if (path.basename(at) !== "node_modules") paths.push(path.join(at, "node_modules"));
    if (at === path.dirname(at)) return paths;
  }
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined; // the first load of this code
  }
}

/**
 * Whole or not at all: two threads may load the same code at once.
 * @param {string} file
 * @param {Buffer} content
 */
function replaceFile(file, content) {
  const temporary = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  // By its descriptor: given a path, Node would look up the function's own `open`, which writes to /tmp only.
  const descriptor = openSync(temporary, "w");
  writeFileSync(descriptor, content);
  closeSync(descriptor);
  renameSync(temporary, file);
}

module.exports = { requireCached, saveCompiledCode };
