/**
 * Programs that a function starts: they begin where the function is, paths below /tmp and /var/task that they are given are the
 * function's own, what they write to an inherited stdout is the function's log, and those of Node keep away from the cloud as the function does.
 */
const childProcess = require("node:child_process");

/** @typedef {(...values: unknown[]) => unknown} AnyFunction */
/** @typedef {{ cwd?: unknown, env?: NodeJS.ProcessEnv | undefined, stdio?: unknown }} Options */
/** @typedef {{ file: string, args?: string[], cwd?: unknown, envPairs: string[], stdio?: unknown }} Started what Node makes of a call before it starts the program */
/** @typedef {{ on(event: "data", listener: (chunk: Buffer) => void): unknown } | null} Output */
/** @typedef {{ spawn(started: Started): unknown, stdout: Output, stderr: Output }} Child */

const OPTIONS = "NODE_OPTIONS";
/** A path below the function's own folders, alone or as a word of a shell's line. */
const OWN_PATHS = /(?<=^|[\s"'`=:,;(<>|&])\/(?:tmp|var\/task)(?:\/[^\s"'`:,;)<>|&]*)?(?=$|[\s"'`:,;)<>|&])/g;

/**
 * @param {object} surroundings
 * @param {(folder: string) => string} surroundings.toReal
 * @param {(text: string) => void} surroundings.write to the function's log
 * @param {string | undefined} surroundings.preload what a Node process loads first
 */
function mapChildProcesses({ toReal, write, preload }) {
  const preloading = preload === undefined ? "" : `--require ${JSON.stringify(preload)}`;
  const { prototype } = /** @type {{ prototype: Child }} */ (
    /** @type {unknown} */ (childProcess.ChildProcess)
  );
  const { spawn } = prototype;
  /** A program sees the machine's files: what it is told of /tmp must be this worker's. @param {unknown} value */
  const withRealPaths = (value) =>
    typeof value === "string" ? value.replace(OWN_PATHS, (file) => toReal(file)) : value;
  /** @param {unknown} cwd */
  const folderOf = (cwd) => (cwd instanceof URL ? cwd : toReal(String(cwd ?? process.cwd())));

  /** All asynchronous ways end here. @this {Child} @param {Started} started */
  prototype.spawn = function (started) {
    const { stdio, taken } = withoutInherited(started.stdio);
    const result = spawn.call(this, {
      ...started,
      file: String(withRealPaths(started.file)),
      ...(started.args && { args: started.args.map((word) => String(withRealPaths(word))) }),
      cwd: folderOf(started.cwd),
      envPairs: addTo(started.envPairs, preloading),
      stdio,
    });
    for (const [index, name] of /** @type {const} */ ([
      [1, "stdout"],
      [2, "stderr"],
    ])) {
      if (!taken.includes(index)) continue;
      this[name]?.on("data", (chunk) => write(chunk.toString("utf8")));
      this[name] = null;
    }
    return result;
  };
  const functions = /** @type {Record<string, AnyFunction>} */ (/** @type {unknown} */ (childProcess));
  for (const name of ["spawnSync", "execSync", "execFileSync"]) {
    const original = /** @type {AnyFunction} */ (functions[name]);
    functions[name] = (...values) => {
      const at = values.findIndex((value, index) => index > 0 && isOptions(value));
      const given = /** @type {Options} */ (at < 0 ? {} : values[at]);
      const env = { ...(given.env ?? process.env) };
      if (preloading) env[OPTIONS] = `${env[OPTIONS] ?? ""} ${preloading}`.trim();
      const { stdio, taken } = withoutInherited(given.stdio);
      const options = {
        ...given,
        cwd: folderOf(given.cwd),
        env,
        ...(given.stdio === undefined ? {} : { stdio }),
      };
      values.splice(at < 0 ? values.length : at, at < 0 ? 0 : 1, options);
      const real = values.map((value) =>
        Array.isArray(value) ? value.map(withRealPaths) : withRealPaths(value),
      );
      return withOutput(() => original(...real), taken, write);
    };
  }
}

/** @param {unknown} value */
function isOptions(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {() => unknown} call
 * @param {number[]} taken
 * @param {(text: string) => void} write
 */
function withOutput(call, taken, write) {
  /** @param {unknown} ended */
  const keep = (ended) => {
    const { output } = /** @type {{ output?: unknown[] }} */ (ended ?? {});
    for (const index of taken) if (output?.[index]) write(String(output[index]));
  };
  try {
    const result = call();
    // `spawnSync` gives all, the others stdout alone.
    if (isOptions(result) && !Buffer.isBuffer(result)) keep(result);
    else if (taken.includes(1)) write(String(result));
    return taken.includes(1) && !(isOptions(result) && !Buffer.isBuffer(result)) ? null : result;
  } catch (error) {
    keep(error);
    throw error;
  }
}

/**
 * The terminal is the run's: a program's lines belong to the function's log, and nobody types for it.
 * @param {unknown} stdio
 */
function withoutInherited(stdio) {
  const all = Array.isArray(stdio) ? [...stdio] : [stdio, stdio, stdio];
  /** @type {number[]} */
  const taken = [];
  for (const [index, one] of all.entries()) {
    if (!isInherited(one)) continue;
    all[index] = index === 0 ? "ignore" : "pipe";
    if (index === 1 || index === 2) taken.push(index);
  }
  return { stdio: taken.length > 0 || all[0] === "ignore" ? all : stdio, taken };
}

/** @param {unknown} one */
function isInherited(one) {
  return ["inherit", 0, 1, 2, process.stdout, process.stderr].some((own) => own === one);
}

/**
 * @param {string[]} pairs `NAME=value`
 * @param {string} preloading
 */
function addTo(pairs, preloading) {
  if (!preloading) return pairs;
  const given = pairs.find((pair) => pair.startsWith(`${OPTIONS}=`));
  const others = pairs.filter((pair) => pair !== given);
  return [...others, `${given ?? `${OPTIONS}=`} ${preloading}`];
}

module.exports = { mapChildProcesses };
