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

/**
 * @param {unknown} error
 * @param {string} [errorType] instead of the error's own name
 * @returns {FunctionError}
 */
function describeError(error, errorType) {
  if (isErrorLike(error)) {
    const text = `${error.name}: ${error.message}`;
    return {
      errorType: errorType ?? error.name,
      errorMessage: errorType ? text : error.message,
      trace: (error.stack ?? text).split("\n"),
    };
  }
  return { errorType: errorType ?? typeof error, errorMessage: asText(error), trace: [] };
}

/** @param {unknown} error @returns {error is Error} */
function isErrorLike(error) {
  return typeof error === "object" && error !== null && "message" in error && "name" in error;
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
