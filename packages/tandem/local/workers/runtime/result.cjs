/** What a handler returned, as the JSON text that leaves the worker. */
const { RuntimeError } = require("./errors.cjs");
const { largestAnswer } = require("../../../shared/aws/limits.cjs").lambda;

/**
 * @param {unknown} result
 * @param {number} nodeMajor of the runtime
 * @returns {string | undefined}
 */
function serialise(result, nodeMajor) {
  const text = stringify(result, nodeMajor);
  if (text !== undefined && isTooLarge(text)) throw tooLarge(largestAnswer);
  return text;
}

/** @param {number} most bytes */
function tooLarge(most) {
  return new RuntimeError(
    "Function.ResponseSizeTooLarge",
    `Response payload size exceeded maximum allowed payload size (${most} bytes).`,
  );
}

/**
 * @param {unknown} result
 * @param {number} nodeMajor
 */
function stringify(result, nodeMajor) {
  try {
    return JSON.stringify(result);
  } catch (error) {
    const errorType = nodeMajor < 24 ? "Error" : "Runtime.JSONStringifyError";
    const reported = new RuntimeError(errorType, "Unable to stringify response body");
    // Lambda does not say which value it was; who looks for it needs to know.
    reported.stack += `\nCaused by: ${error}`;
    throw reported;
  }
}

/** @param {string} text */
function isTooLarge(text) {
  // A UTF-16 unit is at most three bytes of UTF-8: nearly every answer is small enough without counting.
  return text.length * 3 > largestAnswer && Buffer.byteLength(text) > largestAnswer;
}

module.exports = { serialise, tooLarge };
