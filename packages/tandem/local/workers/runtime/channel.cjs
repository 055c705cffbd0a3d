/**
 * The way between a worker thread and the run. Code of a function must not get hold of it: with it, a function could answer
 * in the runtime's name. So it is taken once, before any such code is loaded, and what Node tells a thread about itself is
 * what it tells a program of its own, as the cloud's runtime is one.
 */
const inspector = require("node:inspector");
const threads = require("node:worker_threads");

/** @import { FromBulkLoader, FromWorker, ToWorker } from "../protocol.ts" */
/** @typedef {NodeJS.Process & { _getActiveHandles(): unknown[] }} ProcessWithHandles */

/**
 * Works once in a thread. Methods are bound here, so that a prototype that was changed later shows nobody the port.
 * @template Given
 */
function takeChannel() {
  const { parentPort, receiveMessageOnPort, workerData } = threads;
  if (!parentPort) throw new Error("the channel of this thread has been taken already");
  const post = /** @type {(message: FromWorker | FromBulkLoader) => void} */ (
    parentPort.postMessage.bind(parentPort)
  );
  hide();
  return {
    given: /** @type {Given} */ (workerData),
    post,
    /** @returns {ToWorker | undefined} */
    receive: () => receiveMessageOnPort(parentPort)?.message,
  };
}

function hide() {
  Object.assign(threads, { isMainThread: true, parentPort: null, workerData: null, threadId: 0 });
  // Among these is the port by which Node itself talks to a thread.
  const own = /** @type {ProcessWithHandles} */ (process);
  const activeHandles = own._getActiveHandles.bind(own);
  const { MessagePort } = threads;
  own._getActiveHandles = () => activeHandles().filter((handle) => !(handle instanceof MessagePort));
  hideDebugger();
}

/** From a thread of its own a program could be debugged, and the main thread here is the run. */
function hideDebugger() {
  inspector.Session.prototype.connectToMainThread = () => {
    throw Object.assign(new Error("Current thread is not a worker"), { code: "ERR_INSPECTOR_NOT_WORKER" });
  };
}

/** Where Node keeps for threads what they are given. */
const GIVEN = "surroundings of the function";

/**
 * A thread that the function starts loads this file first; to those of others it has no way.
 * @param {string} preload
 * @param {object} given what the file then finds by `givenToThreads`
 */
function mapThreads(preload, given) {
  const { Worker, postMessageToThread, setEnvironmentData } = threads;
  /** @type {Set<number>} */
  const own = new Set();
  Object.assign(threads, {
    Worker: class extends Worker {
      /** @param {ConstructorParameters<typeof Worker>} values */
      constructor(...values) {
        const [code, options = {}] = values;
        setEnvironmentData(GIVEN, /** @type {import("node:worker_threads").Serializable} */ (given));
        const execArgv = ["--require", preload, ...(options.execArgv ?? process.execArgv)];
        super(code, { ...options, execArgv });
        own.add(this.threadId);
      }
    },
    /** @param {Parameters<typeof postMessageToThread>} values */
    postMessageToThread: async (...values) => {
      if (own.has(values[0])) return postMessageToThread(...values);
      const error = new Error("Cannot find the destination thread or listener");
      throw Object.assign(error, { code: "ERR_WORKER_MESSAGING_FAILED" });
    },
  });
}

function givenToThreads() {
  return threads.getEnvironmentData(GIVEN);
}

/** The runtime's own modules are no part of a function either. */
function forgetOwnModules() {
  for (const file of Object.keys(require.cache)) if (file.startsWith(__dirname)) delete require.cache[file];
  // `require.main` would lead to them.
  process.mainModule = undefined;
}

module.exports = { forgetOwnModules, givenToThreads, hideDebugger, mapThreads, takeChannel };
