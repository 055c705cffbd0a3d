/** What would end or change the whole process of the local run ends or changes only the worker that asked for it. */
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** As the shell names them. @type {Record<string, string>} */
const signalNames = { SIGKILL: "killed", SIGTERM: "terminated", SIGABRT: "aborted", SIGINT: "interrupt" };

/**
 * @param {string} taskRoot working directory of the function
 * @param {(reason: string) => never} end
 */
function ownProcess(taskRoot, end) {
  const kill = process.kill.bind(process);
  const { _kill } = /** @type {NodeJS.Process & { _kill: typeof kill }} */ (process);
  let workingDirectory = taskRoot;
  Object.assign(process, {
    cwd: () => workingDirectory,
    /** @param {string} folder */
    chdir: (folder) => {
      if (typeof folder !== "string") throw wrongType(folder);
      const next = path.resolve(folder);
      if (!isFolder(next)) throw cannotEnter(folder, next, workingDirectory);
      workingDirectory = next;
    },
    abort: () => end("signal: aborted"),
    kill: guarded(kill, end),
    _kill: guarded(_kill, end),
  });
}

/**
 * @param {(pid: number, signal: string | number) => unknown} kill
 * @param {(reason: string) => never} end
 */
function guarded(kill, end) {
  /**
   * @param {number} pid
   * @param {string | number} [signal]
   */
  return (pid, signal = "SIGTERM") => {
    // 0 is the group of the process, a negative number a group: both would be the run's.
    const isOwn = pid === process.pid || pid === 0 || pid === -process.pid || pid === -1;
    if (isOwn && signal !== 0) return end(`signal: ${signalNames[signal] ?? signal}`);
    if (pid === process.ppid) throw notPermitted("kill");
    return kill(pid, signal);
  };
}

/** @param {string} folder */
function isFolder(folder) {
  return fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * @param {string} folder as the function wrote it
 * @param {string} absolute
 * @param {string} from
 */
function cannotEnter(folder, absolute, from) {
  const code = fs.existsSync(absolute) ? "ENOTDIR" : "ENOENT";
  const what = code === "ENOENT" ? "no such file or directory" : "not a directory";
  const error = new Error(`${code}: ${what}, chdir '${from}' -> '${folder}'`);
  const more = { code, errno: -os.constants.errno[code], syscall: "chdir", path: from, dest: folder };
  return Object.assign(error, more);
}

/** @param {unknown} folder */
function wrongType(folder) {
  const error = new TypeError(`The "directory" argument must be of type string. Received ${typeof folder}`);
  return Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
}

/** @param {string} syscall */
function notPermitted(syscall) {
  const errno = -os.constants.errno.EPERM;
  return Object.assign(new Error(`${syscall} EPERM`), { code: "EPERM", errno, syscall });
}

module.exports = { ownProcess };
