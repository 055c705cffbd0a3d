/**
 * What runs in a worker thread. CommonJS with types in comments: stripping TypeScript in every thread would double the
 * time and the memory that a thread takes to boot, ES modules add a third (docs/decisions/040-worker-threads.md).
 *
 * After each answer the thread sleeps until the next message, so work that a handler left behind stands still as it
 * does in the cloud, and costs nothing.
 */
const { existsSync, realpathSync } = require("node:fs");
const path = require("node:path");
const { saveCompiledCode } = require("./cached-module.cjs");
const { eventLoopIsEmpty, neverSettled } = require("./callbacks.cjs");
const { forgetOwnModules, takeChannel } = require("./channel.cjs");
const { captureConsole } = require("./console.cjs");
const { createContext } = require("./context.cjs");
const { describeError } = require("./errors.cjs");
const { FunctionLog } = require("./function-log.cjs");
const { afterRejections, loadHandler } = require("./handler.cjs");
const { MongodbWatch } = require("./mongodb-calls.cjs");
const { collectAll, memoryInUse, memoryWithin, watchMemory } = require("./memory.cjs");
const { ownProcess } = require("./process.cjs");
const { requireLayers } = require("./layers.cjs");
const { serialise } = require("./result.cjs");
const { serveSecondSdk } = require("./second-sdk.cjs");
const { Signals } = require("./signals.cjs");
const { answerInStream, isStreaming } = require("./streaming.cjs");
const { mapSurroundings } = require("./surroundings.cjs");

/** @import { Assignment, Boot, WorkerCall, ToWorker } from "../protocol.ts" */
/** @import { StreamingHandler } from "./streaming.cjs" */

const { setImmediate } = globalThis;
const { hrtime } = process;
const channel = /** @type {typeof takeChannel<Boot>} */ (takeChannel)();
const { post } = channel;
const signals = new Signals(channel.given.signals);
const log = new FunctionLog(post, signals);
forgetOwnModules();

/** The request that logs are marked with; Lambda writes `undefined` outside of an invocation. */
const current = { requestId: /** @type {string | undefined} */ (undefined) };

/** Of an answer that goes out piece by piece: as the log's, a piece waits until there is room for it. */
const sink = {
  /** @param {string} contentType */
  begin: (contentType) => post(["stream", contentType]),
  /** @param {Uint8Array} piece */
  write: (piece) => {
    signals.waitForRoom(piece);
    post(["piece", piece]);
  },
};

const mongodb = new MongodbWatch((calls) => post(["mongodb", calls]));

/** Writes an error to the function's log; until there is a function there is no log. */
let logError = /** @type {ReturnType<typeof captureConsole>} */ (() => {});

/**
 * How long a thread stays as it is before it gives back what it does not need. That takes as long as booting another
 * one, so it is not done while somebody calls one function after the other.
 */
const AWAKE_MS = 5_000;

/** Milliseconds; `performance` would load half of a millisecond's worth of other measures. */
function now() {
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** Sleeps until the run has something for this thread. */
function nextMessage() {
  let asleep = false;
  for (let slept = false; ; slept = true) {
    const rung = signals.rung();
    const message = channel.receive();
    if (message) return { message, slept };
    saveCompiledCode();
    const woken = signals.sleep(rung, asleep ? Number.POSITIVE_INFINITY : AWAKE_MS);
    if (woken === "timed-out") {
      collectAll();
      asleep = true;
      post(["asleep", memoryInUse()]);
    }
  }
}

/**
 * @param {string} label as Lambda heads the line
 * @param {string} [errorType] where Lambda does not report the error's own name
 * @returns {(error: unknown) => void}
 */
function dieOf(label, errorType) {
  return (error) => {
    const described = describeError(error, errorType);
    logError(label, described);
    post(["fatal", described]);
    process.exit(1);
  };
}

/** @param {string} reason @returns {never} */
function endBySignal(reason) {
  const errorMessage = `RequestId: ${current.requestId} Error: Runtime exited with error: ${reason}`;
  post(["fatal", { errorType: "Runtime.ExitError", errorMessage }]);
  process.exit(1);
}

/** @returns {never} */
function outOfMemory() {
  post(["out of memory"]);
  process.exit(1);
}

/**
 * Where the project's packages really lie: a linked folder may lead out of the project.
 * @param {string} projectFolder
 */
function packagesOf(projectFolder) {
  const packages = path.join(projectFolder, "node_modules");
  return existsSync(packages) ? realpathSync(packages) : packages;
}

/** @param {Assignment} assignment */
async function load(assignment) {
  Object.assign(process.env, assignment.environment);
  ownProcess(assignment.taskRoot, endBySignal);
  const { temporaryFolder, taskRoot, projectFolder, codeCache, allowCloud, layers, plainPorts } = assignment;
  const readable = [
    taskRoot,
    projectFolder,
    packagesOf(projectFolder),
    path.dirname(codeCache),
    ...(layers ? [layers.root] : []),
  ];
  logError = captureConsole(log, current, assignment);
  const refused = (/** @type {string} */ host) => post(["refused", host]);
  mapSurroundings(
    { temporaryFolder, readable, taskRoot, allowCloud, layersRoot: layers?.root, plainPorts },
    { write: log.write, refused },
  );
  if (assignment.isObserved) mongodb.watch();
  if (layers) requireLayers(layers);
  serveSecondSdk();
  watchMemory(limitOf(assignment), outOfMemory);
  const started = now();
  try {
    const handler = await loadHandler(assignment);
    await afterRejections();
    post(["loaded", now() - started, memoryInUse()]);
    return handler;
  } catch (error) {
    const described = describeError(error);
    logError("Uncaught Exception", described);
    post(["not loaded", described]);
    process.exit(1);
  }
}

/**
 * @param {import("./callbacks.cjs").Handler} handler
 * @param {Assignment} assignment
 * @param {WorkerCall} call
 * @param {number} number of the call
 */
async function answer(handler, assignment, call, number) {
  const [requestId, traceHeader, , event, streams] = call;
  current.requestId = requestId;
  log.begin(number);
  mongodb.begin();
  process.env._X_AMZN_TRACE_ID = traceHeader;
  const limit = limitOf(assignment);
  const started = now();
  try {
    const context = createContext(assignment, call);
    const payload = isStreaming(handler)
      ? await answerInStream(
          /** @type {StreamingHandler} */ (handler),
          JSON.parse(event),
          context,
          streams ? sink : undefined,
        )
      : serialise(await handler(JSON.parse(event), context), assignment.nodeMajor);
    post(["answer", payload, now() - started, memoryWithin(limit, outOfMemory), mongodb.end()]);
  } catch (error) {
    const described = describeError(error);
    logError("Invoke Error", described);
    post(["error", described, now() - started, memoryWithin(limit, outOfMemory), mongodb.end()]);
  }
}

/** @param {Assignment} assignment @returns {number} bytes */
function limitOf({ memoryLimitInMB }) {
  return memoryLimitInMB * 1_048_576;
}

async function serve() {
  const assignment = /** @type {Assignment} */ (nextMessage().message);
  const handler = await load(assignment);
  let number = 0;
  const serveNext = () => {
    const { message, slept } = nextMessage();
    const begin = () => {
      number++;
      if (!signals.claim(number)) return serveNext();
      return answer(handler, assignment, /** @type {WorkerCall} */ (message), number).then(() =>
        setImmediate(serveNext),
      );
    };
    // One turn of the event loop first: connections that were closed while this thread slept are noticed as closed.
    if (slept) setImmediate(begin);
    else begin();
  };
  setImmediate(serveNext);
}

process.on("uncaughtException", dieOf("Uncaught Exception"));
process.on("unhandledRejection", dieOf("Unhandled Promise Rejection", "Runtime.UnhandledPromiseRejection"));
process.on("beforeExit", () => {
  if (!eventLoopIsEmpty()) dieOf("Invoke Error")(neverSettled());
});

setImmediate(serve);
