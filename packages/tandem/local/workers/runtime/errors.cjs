/** Errors in the form in which Lambda reports them. */

/** @import { FunctionError } from "../protocol.ts" */

/** An error of the function's packaging, found while it is loaded; `name` is what Lambda calls it. */
class RuntimeError extends Error {
  /**
   * @param {string} name
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(name, message, options) {
    super(message, options);
    this.name = name;
  }
}

/** A message or a stack may be as long as a string can be; what leaves the thread is bounded, as Lambda bounds an answer. */
const LONGEST_TEXT = 262_144;

/**
 * @param {unknown} error
 * @param {string} [errorType] instead of the error's own name
 * @returns {FunctionError}
 */
function describeError(error, errorType) {
  if (isErrorLike(error)) {
    const name = bounded(error.name);
    const message = bounded(error.message);
    const text = `${name}: ${message}`;
    return {
      errorType: errorType ?? name,
      errorMessage: errorType ? text : message,
      trace: bounded(error.stack ?? text).split("\n"),
    };
  }
  return { errorType: errorType ?? typeof error, errorMessage: bounded(error), trace: [] };
}

/** @param {unknown} error @returns {error is Error} */
function isErrorLike(error) {
  return typeof error === "object" && error !== null && "message" in error && "name" in error;
}

/** @param {unknown} value */
function bounded(value) {
  const text = asText(value);
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

/** @param {unknown} value */
function asText(value) {
  try {
    return String(value);
  } catch {
    return "a value that cannot be shown as text"; // an object without a prototype, for one
  }
}

module.exports = { RuntimeError, describeError };
