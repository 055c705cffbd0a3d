/**
 * The file system as the cloud gives it: `/tmp` is a folder of this worker's own, everything else can only be read, and
 * relative paths start at the code, although a thread shares the working directory of its process.
 */
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");

/** @typedef {(...values: unknown[]) => unknown} AnyFunction */
/** @typedef {"reads" | "writes" | "opens"} Use of a path; what `opens` does depends on the flags that follow it */

/**
 * What each function does with the paths that stand first in its arguments; every one has also its `Sync` and its
 * `promises` form.
 * @type {Record<string, Use[]>}
 */
const uses = {
  access: ["reads"],
  appendFile: ["writes"],
  chmod: ["writes"],
  chown: ["writes"],
  copyFile: ["reads", "writes"],
  cp: ["reads", "writes"],
  exists: ["reads"],
  lchown: ["writes"],
  link: ["reads", "writes"],
  lstat: ["reads"],
  lutimes: ["writes"],
  mkdir: ["writes"],
  mkdtemp: ["writes"],
  open: ["opens"],
  opendir: ["reads"],
  readdir: ["reads"],
  readFile: ["reads"],
  readlink: ["reads"],
  realpath: ["reads"],
  rename: ["writes", "writes"],
  rm: ["writes"],
  rmdir: ["writes"],
  stat: ["reads"],
  statfs: ["reads"],
  symlink: ["reads", "writes"],
  truncate: ["writes"],
  unlink: ["writes"],
  utimes: ["writes"],
  writeFile: ["writes"],
  // These have one form only. Streams open their file by the `open` above.
  openAsBlob: ["reads"],
  watch: ["reads"],
  watchFile: ["reads"],
  unwatchFile: ["reads"],
};

/** Where the cloud puts the code. */
const TASK_ROOT = "/var/task";
/** Where it unpacks layers. */
const LAYERS = "/opt";

/**
 * @param {string} folder what the function sees as /tmp; made at the first use
 * @param {string[]} keep folders that stay readable although they may lie under the machine's own /tmp
 * @param {string} [taskRoot] what the function may also call /var/task
 * @param {string} [layersRoot] what the function sees as /opt
 * @returns {(file: string) => string} the path on this machine of a folder as the function names it
 */
function mapFileSystem(folder, keep, taskRoot = TASK_ROOT, layersRoot = LAYERS) {
  const { mkdirSync } = fs;
  let made = false;
  const makeOnce = () => {
    if (!made) mkdirSync(folder, { recursive: true });
    made = true;
  };
  const paths = new Paths(folder, keep, { taskRoot, layersRoot }, makeOnce);
  for (const [name, all] of Object.entries(uses)) {
    replace(fs, name, (original) => mapped(name, original, all, paths));
    replace(fs, `${name}Sync`, (original) => mapped(name, original, all, paths));
    replace(fs.promises, name, (original) =>
      mapped(name, original, all, paths, (error) => Promise.reject(error)),
    );
  }
  Object.assign(os, { tmpdir: () => "/tmp" });
  return (file) => String(paths.toReal(file));
}

/** Paths as the function writes them, and as they are on this machine. */
class Paths {
  /**
   * @param {string} folder
   * @param {string[]} keep
   * @param {{ taskRoot: string, layersRoot: string }} roots
   * @param {() => void} makeFolder
   */
  constructor(folder, keep, { taskRoot, layersRoot }, makeFolder) {
    this.folder = folder;
    this.taskRoot = taskRoot;
    this.layersRoot = layersRoot;
    // A checkout may lie under the machine's /tmp, and with it the Node that functions start more of.
    const kept = [folder, path.dirname(process.execPath), ...keep].map(withNeighbours);
    this.kept = [...kept, ...packagesBeside(kept)];
    this.makeFolder = makeFolder;
  }

  /** @param {unknown} file */
  toReal(file) {
    const name = asPath(file);
    if (name === undefined) return file;
    const absolute = path.resolve(name);
    if (isWithin(TASK_ROOT, absolute)) return this.taskRoot + absolute.slice(TASK_ROOT.length);
    if (isWithin(LAYERS, absolute)) return this.layersRoot + absolute.slice(LAYERS.length);
    if (!this.isTemporary(name)) return path.isAbsolute(name) ? file : absolute;
    if (isWithin(this.folder, absolute)) return file;
    this.makeFolder();
    // A trailing X or slash carries meaning (mkdtemp, "is a directory"), so nothing is normalised away.
    const real = path.isAbsolute(name)
      ? this.folder + name.slice("/tmp".length)
      : this.folder + absolute.slice("/tmp".length);
    return file instanceof URL ? pathToFileURL(real) : real;
  }

  /** @param {unknown} result */
  toSeen(result) {
    const isReal = typeof result === "string" && isWithin(this.folder, result);
    return isReal ? `/tmp${result.slice(this.folder.length)}` : result;
  }

  /** @param {unknown} file */
  isWritable(file) {
    const name = asPath(file);
    return name === undefined || this.isTemporary(name) || isWithin("/dev", path.resolve(name));
  }

  /** @param {string} name */
  isTemporary(name) {
    const absolute = path.resolve(name);
    if (isWithin(this.folder, absolute)) return true;
    return isWithin("/tmp", absolute) && !this.kept.some((root) => isWithin(root, absolute));
  }
}

/**
 * @param {string} name
 * @param {AnyFunction} original
 * @param {Use[]} all
 * @param {Paths} paths
 * @param {(error: Error) => unknown} [refuse] how a refusal is told; thrown when there is no callback either
 */
function mapped(name, original, all, paths, refuse = fail) {
  /** @this {unknown} @param {unknown[]} values */
  const call = function (...values) {
    const done = values.at(-1);
    const refused = values.find((file, index) => isWrite(all[index], values) && !paths.isWritable(file));
    if (refused !== undefined) {
      const error = readOnly(name, asPath(values[0]) ?? "");
      if (typeof done !== "function") return refuse(error);
      process.nextTick(done, error);
      return undefined;
    }
    for (let index = 0; index < all.length; index++) values[index] = paths.toReal(values[index]);
    if (typeof done === "function") {
      values[values.length - 1] = (/** @type {unknown[]} */ ...results) =>
        done(...results.map((result) => paths.toSeen(result)));
    }
    const result = original.apply(this, values);
    return result instanceof Promise ? result.then((value) => paths.toSeen(value)) : paths.toSeen(result);
  };
  // What hangs on the function (`fs.realpath.native`) stays reachable.
  return Object.defineProperties(call, Object.getOwnPropertyDescriptors(original));
}

/**
 * @param {Use | undefined} use
 * @param {unknown[]} values
 */
function isWrite(use, values) {
  if (use !== "opens") return use === "writes";
  const flags = values[1];
  if (typeof flags === "string") return /[wa+]/.test(flags);
  const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC } = fs.constants;
  return typeof flags === "number" && (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) !== 0;
}

/**
 * @param {string} name
 * @param {string} file
 */
function readOnly(name, file) {
  const opening = ["writeFile", "appendFile"].includes(name);
  const syscall = opening ? "open" : name;
  const error = new Error(`EROFS: read-only file system, ${syscall} '${file}'`);
  return Object.assign(error, { code: "EROFS", errno: -os.constants.errno.EROFS, syscall, path: file });
}

/** @param {Error} error @returns {never} */
function fail(error) {
  throw error;
}

/**
 * Packages lie in any of the folders above the code: what stands in /tmp as one folder is kept as a whole.
 * @param {string} root
 */
function withNeighbours(root) {
  return root.match(/^\/tmp\/[^/]+/)?.[0] ?? root;
}

/**
 * Packages in the machine's /tmp itself, for code that lies below it.
 * @param {string[]} kept
 */
function packagesBeside(kept) {
  const packages = "/tmp/node_modules";
  return kept.some((root) => isWithin("/tmp", root)) && fs.existsSync(packages) ? [packages] : [];
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
