/**
 * `/tmp` of a worker: paths under it lead to a folder of this worker's own, and relative paths start at the code, as
 * in the cloud, although a thread shares the working directory of its process.
 */
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const os = require("node:os");
const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");

/** How many paths each function takes, first in its arguments; every one has also its `Sync` and `promises` forms. */
const pathCounts = {
  access: 1,
  appendFile: 1,
  chmod: 1,
  chown: 1,
  copyFile: 2,
  cp: 2,
  exists: 1,
  lchown: 1,
  link: 2,
  lstat: 1,
  lutimes: 1,
  mkdir: 1,
  mkdtemp: 1,
  open: 1,
  opendir: 1,
  readdir: 1,
  readFile: 1,
  readlink: 1,
  realpath: 1,
  rename: 2,
  rm: 1,
  rmdir: 1,
  stat: 1,
  statfs: 1,
  symlink: 2,
  truncate: 1,
  unlink: 1,
  utimes: 1,
  writeFile: 1,
  // These have one form only.
  createReadStream: 1,
  createWriteStream: 1,
  openAsBlob: 1,
  watch: 1,
  watchFile: 1,
  unwatchFile: 1,
};

/** @typedef {(...values: unknown[]) => unknown} AnyFunction */

/**
 * @param {string} folder what the function sees as /tmp; made at the first use
 * @param {string[]} keep folders that stay reachable although they may lie under the machine's own /tmp
 */
function mapFileSystem(folder, keep) {
  const kept = [folder, ...keep];
  let made = false;
  /** @param {unknown} file */
  const toReal = (file) => {
    const name = asPath(file);
    if (name === undefined) return file;
    const absolute = path.resolve(name);
    if (!isWithin("/tmp", absolute) || kept.some((root) => isWithin(root, absolute))) {
      return path.isAbsolute(name) ? file : absolute;
    }
    if (!made) {
      real.mkdirSync(folder, { recursive: true });
      made = true;
    }
    // A trailing X or slash carries meaning (mkdtemp, "is a directory"), so nothing is normalised away.
    const mapped = folder + name.slice("/tmp".length);
    return file instanceof URL ? pathToFileURL(mapped) : mapped;
  };
  const toSeen = (/** @type {unknown} */ result) =>
    typeof result === "string" && result.startsWith(folder) ? `/tmp${result.slice(folder.length)}` : result;

  const real = { mkdirSync: fs.mkdirSync };
  for (const [name, count] of Object.entries(pathCounts)) {
    replace(fs, name, (original) => mapped(original, count, toReal, toSeen));
    replace(fs, `${name}Sync`, (original) => mapped(original, count, toReal, toSeen));
    replace(fs.promises, name, (original) => mapped(original, count, toReal, toSeen));
  }
  Object.assign(os, { tmpdir: () => "/tmp" });
  syncBuiltinESMExports();
}

/**
 * @param {string} folder
 * @param {string} file
 */
function isWithin(folder, file) {
  return file === folder || file.startsWith(`${folder}/`);
}

/** @param {unknown} file a path as `fs` takes it; undefined for a file descriptor */
function asPath(file) {
  if (typeof file === "string") return file;
  if (file instanceof URL && file.protocol === "file:") return fileURLToPath(file);
  return Buffer.isBuffer(file) ? file.toString() : undefined;
}

/**
 * @param {AnyFunction} original
 * @param {number} count
 * @param {(file: unknown) => unknown} toReal
 * @param {(result: unknown) => unknown} toSeen
 */
function mapped(original, count, toReal, toSeen) {
  /** @this {unknown} @param {unknown[]} values */
  const call = function (...values) {
    for (let index = 0; index < count; index++) values[index] = toReal(values[index]);
    const done = values.at(-1);
    if (typeof done === "function")
      values[values.length - 1] = seenByCallback(/** @type {AnyFunction} */ (done), toSeen);
    const result = original.apply(this, values);
    return result instanceof Promise ? result.then(toSeen) : toSeen(result);
  };
  // `fs.realpath.native` and util.promisify's own forms stay reachable.
  return Object.defineProperties(call, Object.getOwnPropertyDescriptors(original));
}

/**
 * @param {AnyFunction} done
 * @param {(result: unknown) => unknown} toSeen
 */
function seenByCallback(done, toSeen) {
  /** @param {unknown[]} results */
  return (...results) => done(...results.map(toSeen));
}

/**
 * @param {object} owner
 * @param {string} name
 * @param {(original: AnyFunction) => AnyFunction} wrap
 */
function replace(owner, name, wrap) {
  const functions = /** @type {Record<string, AnyFunction | undefined>} */ (owner);
  const original = functions[name];
  if (typeof original === "function") functions[name] = wrap(original);
}

module.exports = { mapFileSystem };
