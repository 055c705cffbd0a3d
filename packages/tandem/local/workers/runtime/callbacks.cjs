/**
 * Handlers of Node.js up to 22, as Lambda's runtime calls them: with a callback, with `succeed`, `fail` and `done` on the
 * context, and with an answer that waits for the event loop where the handler calls back and does not say otherwise.
 */
const { RuntimeError } = require("./errors.cjs");
const { setImmediate } = globalThis;

/** @typedef {(event: unknown, context: object) => unknown} Handler */
/** @typedef {(error?: unknown, result?: unknown) => void} Callback */

/** @type {(() => void) | undefined} */
let whenEmpty;

/** The event loop has nothing left to do. @returns {boolean} whether somebody has waited for it */
function eventLoopIsEmpty() {
  const listener = whenEmpty;
  whenEmpty = undefined;
  if (!listener) return false;
  // A turn later, so that what the function itself has for this moment is done first.
  setImmediate(listener);
  return true;
}

/**
 * @param {(event: unknown, context: object, callback: Callback) => unknown} handler
 * @returns {Handler}
 */
function withCallback(handler) {
  const isAsync = handler.constructor.name === "AsyncFunction";
  return (event, context) =>
    new Promise((resolve, reject) => {
      whenEmpty = () => (isAsync ? reject(neverSettled()) : resolve(null));
      const { callback, extended } = extend(context, (error, result) => {
        whenEmpty = undefined;
        if (error === undefined || error === null) resolve(result);
        else reject(error);
      });
      try {
        const returned = handler(event, extended, callback);
        if (isPromise(returned)) returned.then(extended.succeed, extended.fail);
      } catch (error) {
        extended.fail(error);
      }
    });
}

/**
 * The first call of any of the four counts.
 * @param {object} context
 * @param {Callback} settle
 */
function extend(context, settle) {
  let waits = true;
  let finished = false;
  /** @param {Callback} report @returns {Callback} */
  const once = (report) => (error, result) => {
    if (finished) return;
    finished = true;
    report(error, result);
  };
  const done = once(settle);
  const callback = once((error, result) => {
    if (waits && (error === undefined || error === null)) whenEmpty = () => settle(undefined, result);
    else settle(error, result);
  });
  const extended = {
    ...context,
    get callbackWaitsForEmptyEventLoop() {
      return waits;
    },
    set callbackWaitsForEmptyEventLoop(value) {
      waits = value;
    },
    /** @param {unknown} [result] */
    succeed: (result) => done(undefined, result),
    /** @param {unknown} [error] */
    fail: (error) => done(error ?? "handled"),
    done,
  };
  return { callback, extended };
}

/** @param {unknown} value @returns {value is PromiseLike<unknown>} */
function isPromise(value) {
  return typeof (/** @type {{ then?: unknown } | null | undefined} */ (value)?.then) === "function";
}

function neverSettled() {
  return new RuntimeError(
    "Runtime.NodeJsExit",
    "The event loop is empty and the handler's promise is not settled: it waits for something that never comes.",
  );
}

module.exports = { eventLoopIsEmpty, neverSettled, withCallback };
